import { createHash } from 'node:crypto';
import { isObject } from '../../lib/is-object.ts';

/** The previous hash of the first event of every chain. */
export const GENESIS_HASH = '0'.repeat(64);

/** The chain of events that concern no tenant. */
const VENDOR_CHAIN = 'vendor';

/** The hash of an event; `seal_audit_events` in the database computes the same. */
export function chainHash(previousHash: string, sequence: number, body: string): string {
  return createHash('sha256').update(`${previousHash}\n${sequence}\n${body}`).digest('hex');
}

/** An event as the log, or an export of it, contains it. */
export interface SealedEvent {
  /** The order of insertion among the events of all chains. It is not hashed. */
  position: number | null;
  /** The text that is hashed. */
  body: string;
  chain: string;
  sequence: number | null;
  previousHash: string | null;
  hash: string | null;
  /**
   * Columns that were extracted from the body when it was sealed; an export does not contain them. Time and connection are
   * null for events that were sealed before these columns existed, and the connection is empty for an event without one.
   */
  columns?: { id: string; action: string; at: string | null; connectionId: string | null };
}

/** The last event of a chain. */
export interface ChainHead {
  chain: string;
  sequence: number;
  hash: string;
}

/** An event that a chain must contain according to another source. */
export interface ExpectedHead extends ChainHead {
  /** The source as findings name it, such as "the checkpoint of …". */
  source: string;
}

export interface Finding {
  kind: 'edited' | 'removed' | 'reordered' | 'added' | 'cut' | 'rewritten' | 'mislabelled';
  chain: string;
  sequence: number | null;
  eventId: string | null;
  /** Explains what is wrong. */
  message: string;
}

/** Limits the search for the original number of a renumbered event, which hashes the event once for each candidate. */
const MAX_RENUMBER_DISTANCE = 100;

/** Finds what is wrong with an event by itself, without its neighbors in the chain. */
export function inspectEvent(event: SealedEvent): { eventId: string | null; findings: Finding[] } {
  const body = parseBody(event.body);
  const eventId = typeof body?.id === 'string' ? body.id : (event.columns?.id ?? null);
  const findings: Finding[] = [];
  const addFinding = (kind: Finding['kind'], message: string): void => {
    findings.push({ kind, chain: event.chain, sequence: event.sequence, eventId, message });
  };
  const { sequence, previousHash, hash } = event;
  if (sequence === null || (previousHash === null && hash === null)) {
    addFinding('added', 'it is among the sealed events but was never sealed');
  } else if (chainHash(previousHash ?? '', sequence, event.body) !== hash) {
    const original = findOriginalSequence(event, sequence);
    if (original === null)
      addFinding('edited', 'its hash does not match: body, number or hash was changed after sealing');
    else addFinding('reordered', `it was sealed as number ${original} and is stored as number ${sequence}`);
  }
  if (!body) {
    addFinding('edited', 'its body is not a JSON object');
  } else {
    const mismatches = findColumnMismatches(event, body);
    if (mismatches.length > 0)
      addFinding('mislabelled', `${mismatches.join(' and ')}, unlike in its body, which is hashed`);
  }
  return { eventId, findings };
}

function parseBody(text: string): Record<string, unknown> | null {
  try {
    const body: unknown = JSON.parse(text);
    return isObject(body) ? body : null;
  } catch {
    return null;
  }
}

function findColumnMismatches({ chain, columns }: SealedEvent, body: Record<string, unknown>): string[] {
  const compare = (column: string, stored: string, inBody: unknown): string[] =>
    stored === inBody ? [] : [`its ${column} is stored as ${stored}`];
  return [
    ...compare('chain', chain, body.tenantId ?? VENDOR_CHAIN),
    ...(columns
      ? [
          ...compare('id', columns.id, body.id),
          ...compare('action', columns.action, body.action),
          ...(columns.at === null ? [] : compare('time', columns.at, body.at ?? '')),
          ...(columns.connectionId === null
            ? []
            : compare('connection', columns.connectionId, connectionOf(body))),
        ]
      : []),
  ];
}

function connectionOf({ detail }: Record<string, unknown>): unknown {
  return (isObject(detail) ? detail.connectionId : null) ?? '';
}

/** Finds the nearby number with which the event's hash is correct. */
function findOriginalSequence({ previousHash, hash, body }: SealedEvent, sequence: number): number | null {
  for (let distance = 1; distance <= MAX_RENUMBER_DISTANCE; distance++) {
    for (const candidate of [sequence - distance, sequence + distance]) {
      if (candidate > 0 && chainHash(previousHash ?? '', candidate, body) === hash) return candidate;
    }
  }
  return null;
}
