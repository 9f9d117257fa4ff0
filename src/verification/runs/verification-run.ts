import type { Outcome } from '../../connections/verification.ts';
import type { Actor } from '../../identity/principal.ts';

/** What a run found of one connection. Skipped: it is gone, disabled, or not to be verified any more. */
export type ItemOutcome = Outcome | 'skipped';

export const ITEM_OUTCOMES = [
  'verified',
  'external_id_not_enforced',
  'not_assumable',
  'inconclusive',
  'skipped',
] as const satisfies readonly ItemOutcome[];

/** The most connections of one run. */
export const MOST_IN_RUN = 500;

export interface RunItem {
  connectionId: string;
  accountId: string;
  /** null: its turn has not come yet. */
  outcome: ItemOutcome | null;
}

/** Verification of many connections of a tenant, which goes on by itself as the tenant's limit allows. */
export interface VerificationRun {
  id: string;
  tenantId: string;
  actor: Actor;
  /** Until when it waits for the tenant's limit, or for AWS; null when it does not. */
  waitsUntil: Date | null;
  createdAt: Date;
  finishedAt: Date | null;
  items: RunItem[];
}

/** The run as the API shows it. */
export function toRunBody(run: VerificationRun, now: Date) {
  const { id, tenantId, createdAt, finishedAt, waitsUntil, items } = run;
  const waits = finishedAt === null ? (waitsUntil?.getTime() ?? 0) - now.getTime() : 0;
  return {
    id,
    tenantId,
    status: finishedAt === null ? ('running' as const) : ('finished' as const),
    total: items.length,
    done: items.filter(({ outcome }) => outcome !== null).length,
    verified: items.filter(({ outcome }) => outcome === 'verified').length,
    waitingSeconds: Math.max(0, Math.ceil(waits / 1000)),
    connections: items,
    createdAt: createdAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}
