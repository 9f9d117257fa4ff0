import type { Deps } from '../deps.ts';
import type { Mark, SealedEvent } from './chain.ts';
import { countUnsealed, readHeads, readSealedEvents } from './store.ts';
import { type Verification, verifyChains } from './verify-chains.ts';

export interface VerifyInput {
  marks: readonly Mark[];
  /** Only this chain; null: all. */
  chain: string | null;
  onEvent?: (count: number) => void;
}

/**
 * Verifies the log in the database, also while it is written: the heads are read before the events, which must reach
 * them, and again after them, which no event may pass.
 */
export async function verifyDatabase(
  deps: Pick<Deps, 'database'>,
  { marks, chain, onEvent }: VerifyInput,
): Promise<Verification & { unsealed: number }> {
  const { database } = deps;
  const heads = await readHeads(database, chain);
  const known = [
    ...marks,
    ...heads.map((head) => ({ ...head, source: "the database's own record (audit_heads)" })),
  ];
  const verification = await verifyChains(eventsOf(readSealedEvents(database, chain)), known, {
    headsAfterwards: () => readHeads(database, chain),
    ...(onEvent && { onEvent }),
  });
  return { ...verification, unsealed: await countUnsealed(database, chain) };
}

async function* eventsOf(pages: AsyncIterable<SealedEvent[]>): AsyncGenerator<SealedEvent> {
  for await (const page of pages) yield* page;
}
