import {
  type ChainHead,
  type ExpectedHead,
  type Finding,
  GENESIS_HASH,
  inspectEvent,
  type SealedEvent,
} from './chain.ts';

/** Findings beyond this number are only counted. */
const MAX_FINDINGS = 1000;

export interface Verification {
  events: number;
  chains: number;
  findings: Finding[];
  /** The number of findings beyond `MAX_FINDINGS`, which the list omits. */
  omittedFindings: number;
  /** The number of expected heads that could not be compared, because the events up to there are in an archive. */
  archivedHeads: number;
}

interface VerifyOptions {
  /** The events after which chains continue, by chain; a chain that is not in it must begin with number 1. */
  startingHeads?: ReadonlyMap<string, ChainHead>;
  /** Lists the heads after all events were read. An event beyond its chain's head was added without being sealed. */
  listFinalHeads?: () => Promise<ChainHead[]>;
  onEvent?: (count: number) => void;
}

/** Consecutive numbers that were skipped and have not been read later. */
interface Gap {
  from: number;
  to: number;
  /** The ID of the event after the gap. */
  nextEventId: string | null;
}

/** The state of a chain after the events that were read so far. */
interface ChainState {
  lastSequence: number;
  /** The hash of the last event; null if that event has a finding, so that its successor is not reported as well. */
  lastHash: string | null;
  lastEventId: string | null;
  gaps: Gap[];
}

type AddFinding = (finding: Finding) => void;

/**
 * Verifies sealed events, which must be ordered by number within each chain. Memory use depends on the number of chains,
 * not of events. Without expected heads it cannot detect a chain that lost its last events, or was rewritten as a whole.
 */
export async function verifyChains(
  events: AsyncIterable<SealedEvent>,
  expectedHeads: readonly ExpectedHead[],
  { startingHeads = new Map(), listFinalHeads, onEvent }: VerifyOptions = {},
): Promise<Verification> {
  const chains = new Map<string, ChainState>();
  const headsByEvent = groupByEvent(expectedHeads);
  const result: Verification = { events: 0, chains: 0, findings: [], omittedFindings: 0, archivedHeads: 0 };
  const addFinding: AddFinding = (finding) => {
    if (result.findings.length < MAX_FINDINGS) result.findings.push(finding);
    else result.omittedFindings++;
  };
  for await (const event of events) {
    result.events++;
    onEvent?.(result.events);
    let chain = chains.get(event.chain);
    if (!chain) {
      chain = startChain(startingHeads.get(event.chain));
      chains.set(event.chain, chain);
    }
    verifyNextEvent(chain, event, addFinding);
    for (const head of headsByEvent.get(eventKey(event)) ?? []) verifyExpectedHash(event, head, addFinding);
  }
  result.chains = chains.size;
  for (const [name, chain] of chains) reportGaps(name, chain, addFinding);
  for (const [name, head] of startingHeads) if (!chains.has(name)) chains.set(name, startChain(head));
  result.archivedHeads = compareStartingHeads(startingHeads, expectedHeads, addFinding);
  reportMissingEnds(chains, expectedHeads, addFinding);
  if (listFinalHeads) reportEventsBeyondHeads(chains, await listFinalHeads(), addFinding);
  return result;
}

function startChain(head: ChainHead | undefined): ChainState {
  const { sequence, hash } = head ?? { sequence: 0, hash: GENESIS_HASH };
  return { lastSequence: sequence, lastHash: hash, lastEventId: null, gaps: [] };
}

/** Compares expected heads with the starting heads. Returns how many are of events before these. */
function compareStartingHeads(
  startingHeads: ReadonlyMap<string, ChainHead>,
  expectedHeads: readonly ExpectedHead[],
  addFinding: AddFinding,
): number {
  let earlier = 0;
  for (const { chain, sequence, hash, source } of expectedHeads) {
    const start = startingHeads.get(chain);
    if (start === undefined || sequence > start.sequence) continue;
    if (sequence < start.sequence) earlier++;
    else if (hash !== start.hash) {
      const message = `${source} has another hash here than the record of what was archived`;
      addFinding({ kind: 'rewritten', chain, sequence, eventId: null, message });
    }
  }
  return earlier;
}

function verifyNextEvent(chain: ChainState, event: SealedEvent, addFinding: AddFinding): void {
  const { eventId, findings } = inspectEvent(event);
  findings.forEach(addFinding);
  const { chain: name, sequence } = event;
  if (sequence === null) return;
  const hashMatches = findings.every(({ kind }) => kind === 'mislabelled');
  const add = (kind: Finding['kind'], message: string): void =>
    addFinding({ kind, chain: name, sequence, eventId, message });
  if (sequence <= chain.lastSequence) {
    if (fillGap(chain, sequence)) add('reordered', `it comes after number ${chain.lastSequence}`);
    else add('added', `number ${sequence} occurs more than once`);
    return;
  }
  if (sequence > chain.lastSequence + 1) {
    chain.gaps.push({ from: chain.lastSequence + 1, to: sequence - 1, nextEventId: eventId });
  } else if (chain.lastHash !== null && hashMatches && event.previousHash !== chain.lastHash) {
    const predecessor =
      chain.lastSequence === 0
        ? 'the beginning of the chain'
        : `number ${chain.lastSequence} (${chain.lastEventId ?? 'archived'})`;
    add('edited', `its previous hash is not that of ${predecessor}: one of the two was replaced`);
  }
  chain.lastSequence = sequence;
  chain.lastEventId = eventId;
  chain.lastHash = hashMatches ? event.hash : null;
}

/** Removes a number from the gap that contains it; returns false if no gap does. */
function fillGap(chain: ChainState, sequence: number): boolean {
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

function verifyExpectedHash(event: SealedEvent, expected: ExpectedHead, addFinding: AddFinding): void {
  if (event.hash === expected.hash) return;
  addFinding({
    kind: 'rewritten',
    chain: event.chain,
    sequence: event.sequence,
    eventId: inspectEvent(event).eventId,
    message: `${expected.source} has another hash here: this event or an earlier one was changed, and the chain was hashed again`,
  });
}

function reportGaps(chain: string, { gaps }: ChainState, addFinding: AddFinding): void {
  for (const { from, to, nextEventId } of gaps) {
    const missing = from === to ? `number ${from} is missing` : `numbers ${from} to ${to} are missing`;
    const message = nextEventId === null ? missing : `${missing}, before ${nextEventId}`;
    addFinding({ kind: 'removed', chain, sequence: from, eventId: null, message });
  }
}

function reportMissingEnds(
  chains: Map<string, ChainState>,
  expectedHeads: readonly ExpectedHead[],
  addFinding: AddFinding,
): void {
  const missing = new Map<string, ExpectedHead>();
  for (const head of expectedHeads) {
    const known = missing.get(head.chain)?.sequence ?? chains.get(head.chain)?.lastSequence ?? 0;
    if (head.sequence > known) missing.set(head.chain, head);
  }
  for (const [chain, { sequence, source }] of missing) {
    const last = chains.get(chain)?.lastSequence ?? 0;
    const end = last === 0 ? 'the chain has no events' : `the chain ends at number ${last}`;
    const message = `${end}, but ${source} has number ${sequence}: its end was cut off`;
    addFinding({ kind: 'cut', chain, sequence: last + 1, eventId: null, message });
  }
}

function reportEventsBeyondHeads(
  chains: Map<string, ChainState>,
  heads: ChainHead[],
  addFinding: AddFinding,
): void {
  const headSequences = new Map(heads.map((head) => [head.chain, head.sequence]));
  for (const [chain, { lastSequence, lastEventId }] of chains) {
    const sealed = headSequences.get(chain) ?? 0;
    if (lastSequence <= sealed) continue;
    const message = `the chain continues to number ${lastSequence}, but the last sealed event is number ${sealed}`;
    addFinding({ kind: 'added', chain, sequence: lastSequence, eventId: lastEventId, message });
  }
}

function eventKey({ chain, sequence }: { chain: string; sequence: number | null }): string {
  return `${sequence} ${chain}`;
}

function groupByEvent(heads: readonly ExpectedHead[]): Map<string, ExpectedHead[]> {
  const groups = new Map<string, ExpectedHead[]>();
  for (const head of heads) {
    const key = eventKey(head);
    groups.set(key, [...(groups.get(key) ?? []), head]);
  }
  return groups;
}
