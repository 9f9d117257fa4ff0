import { type ChainHead, type Finding, GENESIS, inspectEvent, type Mark, type SealedEvent } from './chain.ts';

/** More findings than these are counted, not listed. */
const LISTED = 1000;

export interface Verification {
  events: number;
  chains: number;
  findings: Finding[];
  /** Findings beyond those listed. */
  unlisted: number;
}

interface VerifyOptions {
  /** Asked when all events were read: no chain may go on beyond them. */
  headsAfterwards?: () => Promise<ChainHead[]>;
  onEvent?: (count: number) => void;
}

/** Numbers that were passed over and have not turned up yet. */
interface Gap {
  from: number;
  to: number;
  before: string | null;
}

interface Chain {
  last: number;
  /** Hash of the last event; null when it is wrong, so that one fault is not told twice. */
  hash: string | null;
  lastId: string | null;
  gaps: Gap[];
}

/**
 * Reads sealed events, oldest first in each chain, and finds what was done to them. It keeps the end of each chain and
 * nothing of the events. Without marks it cannot tell a chain that was cut at its end, or computed anew, from a whole one.
 */
export async function verifyChains(
  events: AsyncIterable<SealedEvent>,
  marks: readonly Mark[],
  { headsAfterwards, onEvent }: VerifyOptions = {},
): Promise<Verification> {
  const chains = new Map<string, Chain>();
  const marked = byPlace(marks);
  const report: Verification = { events: 0, chains: 0, findings: [], unlisted: 0 };
  const tell = (finding: Finding): void => {
    if (report.findings.length < LISTED) report.findings.push(finding);
    else report.unlisted++;
  };
  for await (const event of events) {
    report.events++;
    onEvent?.(report.events);
    let chain = chains.get(event.chain);
    if (!chain) {
      chain = { last: 0, hash: GENESIS, lastId: null, gaps: [] };
      chains.set(event.chain, chain);
    }
    addEvent(chain, event, tell);
    for (const mark of marked.get(placeOf(event)) ?? []) compareWithMark(event, mark, tell);
  }
  report.chains = chains.size;
  for (const [name, chain] of chains) tellGaps(name, chain, tell);
  tellCuts(chains, marks, tell);
  if (headsAfterwards) tellBeyond(chains, await headsAfterwards(), tell);
  return report;
}

type Tell = (finding: Finding) => void;

function addEvent(chain: Chain, event: SealedEvent, tell: Tell): void {
  const { eventId, findings } = inspectEvent(event);
  findings.forEach(tell);
  const { chain: name, sequence } = event;
  if (sequence === null) return;
  const sound = findings.every(({ kind }) => kind === 'mislabelled');
  const find = (kind: Finding['kind'], message: string): void =>
    tell({ kind, chain: name, sequence, eventId, message });
  if (sequence <= chain.last) {
    if (closeGap(chain, sequence)) find('reordered', `it comes only after number ${chain.last}`);
    else find('added', `number ${sequence} was there already`);
    return;
  }
  if (sequence > chain.last + 1) {
    chain.gaps.push({ from: chain.last + 1, to: sequence - 1, before: eventId });
  } else if (chain.hash !== null && sound && event.previousHash !== chain.hash) {
    const before =
      chain.lastId === null ? 'the beginning of the chain' : `number ${chain.last} (${chain.lastId})`;
    find('edited', `it does not follow from ${before}: one of the two was put in another's place`);
  }
  chain.last = sequence;
  chain.lastId = eventId;
  chain.hash = sound ? event.hash : null;
}

function closeGap(chain: Chain, sequence: number): boolean {
  const gap = chain.gaps.find(({ from, to }) => from <= sequence && sequence <= to);
  if (!gap) return false;
  chain.gaps = chain.gaps.flatMap((other) =>
    other === gap
      ? [
          { ...gap, to: sequence - 1 },
          { ...gap, from: sequence + 1 },
        ].filter(({ from, to }) => from <= to)
      : [other],
  );
  return true;
}

function compareWithMark(event: SealedEvent, mark: Mark, tell: Tell): void {
  if (event.hash === mark.hash) return;
  const { eventId } = inspectEvent(event);
  tell({
    kind: 'rewritten',
    chain: event.chain,
    sequence: event.sequence,
    eventId,
    message: `${mark.source} has another hash here: this event or an earlier one was changed, and the chain computed anew`,
  });
}

function tellGaps(name: string, { gaps }: Chain, tell: Tell): void {
  for (const { from, to, before } of gaps) {
    const missing = from === to ? `number ${from} is missing` : `numbers ${from} to ${to} are missing`;
    const message = before === null ? missing : `${missing}, before ${before}`;
    tell({ kind: 'removed', chain: name, sequence: from, eventId: null, message });
  }
}

function tellCuts(chains: Map<string, Chain>, marks: readonly Mark[], tell: Tell): void {
  const furthest = new Map<string, Mark>();
  for (const mark of marks) {
    if (mark.sequence > (furthest.get(mark.chain)?.sequence ?? chains.get(mark.chain)?.last ?? 0)) {
      furthest.set(mark.chain, mark);
    }
  }
  for (const [name, { sequence, source }] of furthest) {
    const last = chains.get(name)?.last ?? 0;
    const end = last === 0 ? 'none of its events are there' : `it ends at number ${last}`;
    tell({
      kind: 'cut',
      chain: name,
      sequence: last + 1,
      eventId: null,
      message: `${end}, but ${source} has number ${sequence}: its end was cut off`,
    });
  }
}

function tellBeyond(chains: Map<string, Chain>, heads: ChainHead[], tell: Tell): void {
  const ends = new Map(heads.map((head) => [head.chain, head.sequence]));
  for (const [name, { last, lastId }] of chains) {
    const end = ends.get(name) ?? 0;
    if (last <= end) continue;
    const message = `the chain goes on to number ${last}, but the last that was sealed is number ${end}`;
    tell({ kind: 'added', chain: name, sequence: last, eventId: lastId, message });
  }
}

function placeOf({ chain, sequence }: { chain: string; sequence: number | null }): string {
  return `${sequence} ${chain}`;
}

function byPlace(marks: readonly Mark[]): Map<string, Mark[]> {
  const places = new Map<string, Mark[]>();
  for (const mark of marks) {
    const place = placeOf(mark);
    places.set(place, [...(places.get(place) ?? []), mark]);
  }
  return places;
}
