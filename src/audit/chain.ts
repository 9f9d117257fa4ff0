import { createHash } from 'node:crypto';

/** What the first event of every chain has as its previous hash. */
export const GENESIS = '0'.repeat(64);

/** The chain of events that concern no tenant. */
export const VENDOR_CHAIN = 'vendor';

/** The hash of an event; `seal_audit_events` in the database computes the same. */
export function chainHash(previousHash: string, sequence: number, body: string): string {
  return createHash('sha256').update(`${previousHash}\n${sequence}\n${body}`).digest('hex');
}

/** An event as it stands in the log, or in an export of it. */
export interface SealedEvent {
  /** When it was written, among all events; not part of what is hashed. */
  position: number | null;
  /** The text that is hashed. */
  body: string;
  chain: string;
  sequence: number | null;
  previousHash: string | null;
  hash: string | null;
  /** What the sealing read out of the body; an export does without. */
  columns?: { id: string; action: string };
}

/** Where a chain ends, or ended once. */
export interface ChainHead {
  chain: string;
  sequence: number;
  hash: string;
}

/** A place that a chain once reached, known from elsewhere. */
export interface Mark extends ChainHead {
  /** Where it is known from, in words: "the checkpoint of …". */
  source: string;
}

export interface Finding {
  kind: 'edited' | 'removed' | 'reordered' | 'added' | 'cut' | 'rewritten' | 'mislabelled';
  chain: string;
  sequence: number | null;
  eventId: string | null;
  /** What is wrong, in plain words. */
  message: string;
}

/** How far from its place an event is looked for that was sealed under another number. */
const NEIGHBOURHOOD = 100;

/** What is wrong with an event by itself, whatever stands around it. */
export function inspectEvent(event: SealedEvent): { eventId: string | null; findings: Finding[] } {
  const body = parseBody(event.body);
  const eventId = typeof body?.id === 'string' ? body.id : (event.columns?.id ?? null);
  const findings: Finding[] = [];
  const find = (kind: Finding['kind'], message: string): void => {
    findings.push({ kind, chain: event.chain, sequence: event.sequence, eventId, message });
  };
  const { sequence, previousHash, hash } = event;
  if (sequence === null || (previousHash === null && hash === null)) {
    find('added', 'it stands among the sealed events but was never sealed');
  } else if (chainHash(previousHash ?? '', sequence, event.body) !== hash) {
    const sealedAs = numberItFits(event, sequence);
    if (sealedAs === null)
      find('edited', 'its hash does not fit: body, number or hash was changed after sealing');
    else find('reordered', `it was sealed as number ${sealedAs} and stands as number ${sequence}`);
  }
  if (!body) {
    find('edited', 'its body is not a JSON object');
  } else {
    const wrong = mislabels(event, body);
    if (wrong.length > 0)
      find('mislabelled', `${wrong.join(' and ')}: the body, which is hashed, says otherwise`);
  }
  return { eventId, findings };
}

function parseBody(text: string): Record<string, unknown> | null {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && !Array.isArray(body)
      ? (body as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function mislabels({ chain, columns }: SealedEvent, body: Record<string, unknown>): string[] {
  const says = (column: string, value: string | null, inBody: unknown): string[] =>
    value === inBody ? [] : [`its ${column} is given as ${value}`];
  return [
    ...says('chain', chain, body.tenantId ?? VENDOR_CHAIN),
    ...(columns ? [...says('id', columns.id, body.id), ...says('action', columns.action, body.action)] : []),
  ];
}

/** The number under which the event's own hashes are right, if it is one nearby. */
function numberItFits({ previousHash, hash, body }: SealedEvent, sequence: number): number | null {
  for (let distance = 1; distance <= NEIGHBOURHOOD; distance++) {
    for (const number of [sequence - distance, sequence + distance]) {
      if (number > 0 && chainHash(previousHash ?? '', number, body) === hash) return number;
    }
  }
  return null;
}
