import type { Deps } from '../../deps.ts';
import { countUnsealed, listHeads, readSealedEvents } from '../store.ts';
import type { ExpectedHead, SealedEvent } from './chain.ts';
import { type Verification, verifyChains } from './verify-chains.ts';

interface VerifyInput {
  expectedHeads: readonly ExpectedHead[];
  /** Verifies only this chain; null verifies all. */
  chain: string | null;
  onEvent?: (count: number) => void;
}

/**
 * Verifies the log in the database, also while the service writes to it. The heads are read twice: the events must reach
 * the heads that were read before them, and must not go beyond the heads that were read after them.
 */
export async function verifyDatabase(
  deps: Pick<Deps, 'database'>,
  { expectedHeads, chain, onEvent }: VerifyInput,
): Promise<Verification & { unsealed: number }> {
  const { database } = deps;
  const heads = await listHeads(database, chain);
  const allExpectedHeads = [
    ...expectedHeads,
    ...heads.map((head) => ({ ...head, source: "the database's table audit_heads" })),
  ];
  const verification = await verifyChains(flattenPages(readSealedEvents(database, chain)), allExpectedHeads, {
    listFinalHeads: () => listHeads(database, chain),
    ...(onEvent && { onEvent }),
  });
  return { ...verification, unsealed: await countUnsealed(database, chain) };
}

async function* flattenPages(pages: AsyncIterable<SealedEvent[]>): AsyncGenerator<SealedEvent> {
  for await (const page of pages) yield* page;
}
