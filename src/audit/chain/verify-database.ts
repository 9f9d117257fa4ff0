import type { Deps } from '../../deps.ts';
import { countUnsealed, listArchivedHeads, listHeads, readSealedEvents } from '../store.ts';
import type { ChainHead, ExpectedHead, SealedEvent } from './chain.ts';
import { type Verification, verifyChains } from './verify-chains.ts';

/** The events before those in the database. */
export interface ArchivedEvents {
  /** Where they begin, if even older ones are not there. */
  startingHeads: ReadonlyMap<string, ChainHead>;
  read(): AsyncIterable<SealedEvent>;
}

interface VerifyInput {
  expectedHeads: readonly ExpectedHead[];
  /** Verifies only this chain; null verifies all. */
  chain: string | null;
  /** Left out: the chains continue where the database's record of the archive says. */
  archived?: ArchivedEvents | undefined;
  onEvent?: (count: number) => void;
}

/**
 * Verifies the log in the database, also while the service writes to it. The heads are read twice: the events must reach
 * the heads that were read before them, and must not go beyond the heads that were read after them. If a month is archived
 * meanwhile, everything is read again.
 */
export async function verifyDatabase(
  deps: Pick<Deps, 'database'>,
  input: VerifyInput,
): Promise<Verification & { unsealed: number }> {
  const { database } = deps;
  const { chain, archived, onEvent } = input;
  const heads = await listHeads(database, chain);
  const archivedHeads = await listArchivedHeads(database, chain);
  const allExpectedHeads = [
    ...input.expectedHeads,
    ...heads.map((head) => ({ ...head, source: "the database's table audit_heads" })),
    ...archivedHeads.map((head) => ({ ...head, source: "the database's table audit_archived_heads" })),
  ];
  const startingHeads = archived?.startingHeads ?? new Map(archivedHeads.map((head) => [head.chain, head]));
  const stored = flattenPages(readSealedEvents(database, chain));
  const events = archived ? concatenate(archived.read(), stored) : stored;
  const verification = await verifyChains(events, allExpectedHeads, {
    startingHeads,
    listFinalHeads: () => listHeads(database, chain),
    ...(onEvent && { onEvent }),
  });
  const isUnchanged =
    JSON.stringify(await listArchivedHeads(database, chain)) === JSON.stringify(archivedHeads);
  if (!isUnchanged && !archived) return verifyDatabase(deps, input);
  return { ...verification, unsealed: await countUnsealed(database, chain) };
}

async function* flattenPages(pages: AsyncIterable<SealedEvent[]>): AsyncGenerator<SealedEvent> {
  for await (const page of pages) yield* page;
}

async function* concatenate(...all: AsyncIterable<SealedEvent>[]): AsyncGenerator<SealedEvent> {
  for (const events of all) yield* events;
}
