import type { Finding, SealedEvent } from '../audit/chain/chain.ts';
import { verifyChains } from '../audit/chain/verify-chains.ts';
import { readSealedEvents } from '../audit/store.ts';
import type { Database } from '../database/database.ts';
import { findArchivedHeads, listNewestHeads } from './store.ts';

export interface AuditExtent {
  /** The last event of the vendor's chain; null: it has none yet. */
  vendorHead: { sequence: number; hash: string } | null;
  verifiedChains: number;
  verifiedEvents: number;
  findings: Finding[];
}

/** A report has to be ready within seconds, however long the log is. `countersign audit verify` verifies all of it. */
const LIMITS = { maxChains: 500, maxEvents: 50_000 };

/**
 * Verifies the vendor's chain and those of the newest tenants, up to a limit of events. The last chain may be read in part;
 * it counts as verified only if its end was reached.
 */
export async function verifyNewestChains(database: Database, limits = LIMITS): Promise<AuditExtent> {
  const heads = await listNewestHeads(database, limits.maxChains);
  const archived = await findArchivedHeads(
    database,
    heads.map(({ chain }) => chain),
  );
  const complete = new Set<string>();
  let verifiedEvents = 0;
  async function* readEvents(): AsyncGenerator<SealedEvent> {
    for (const { chain } of heads) {
      for await (const page of readSealedEvents(database, chain)) {
        if (verifiedEvents >= limits.maxEvents) return;
        verifiedEvents += page.length;
        yield* page;
      }
      complete.add(chain);
    }
  }
  const expected = heads.map((head) => ({ ...head, source: "the database's table audit_heads" }));
  const { findings } = await verifyChains(readEvents(), expected, {
    startingHeads: new Map(archived.map((head) => [head.chain, head])),
    listFinalHeads: () => listNewestHeads(database, limits.maxChains * 2),
  });
  const vendorHead = heads.find(({ chain }) => chain === 'vendor');
  return {
    vendorHead: vendorHead ? { sequence: vendorHead.sequence, hash: vendorHead.hash } : null,
    verifiedChains: complete.size,
    verifiedEvents,
    // The end of a chain that was not read is not missing.
    findings: findings.filter(({ kind, chain }) => kind !== 'cut' || complete.has(chain)),
  };
}
