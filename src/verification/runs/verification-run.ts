import { OUTCOMES } from '../../connections/verification.ts';
import type { Actor } from '../../identity/principal.ts';

/** `skipped`: the connection was deleted or disabled before it was verified, or its tenant suspended. */
export const ITEM_OUTCOMES = [...OUTCOMES, 'skipped'] as const;

export type ItemOutcome = (typeof ITEM_OUTCOMES)[number];

export const MAX_CONNECTIONS_PER_RUN = 500;

interface RunItem {
  connectionId: string;
  accountId: string;
  /** null: not verified yet. */
  outcome: ItemOutcome | null;
}

/** A verification of many connections of one tenant. It continues in the background as the tenant's rate limit allows. */
export interface VerificationRun {
  id: string;
  tenantId: string;
  actor: Actor;
  /** Until when the run waits for the tenant's rate limit or for a retry; null: it does not wait. */
  waitsUntil: Date | null;
  createdAt: Date;
  finishedAt: Date | null;
  items: RunItem[];
}

/** Returns the run as the API shows it. */
export function toRunBody(run: VerificationRun, now: Date) {
  const { id, tenantId, createdAt, finishedAt, waitsUntil, items } = run;
  const waitMs = finishedAt === null ? (waitsUntil?.getTime() ?? 0) - now.getTime() : 0;
  return {
    id,
    tenantId,
    status: finishedAt === null ? ('running' as const) : ('finished' as const),
    total: items.length,
    done: items.filter(({ outcome }) => outcome !== null).length,
    verified: items.filter(({ outcome }) => outcome === 'verified').length,
    waitingSeconds: Math.max(0, Math.ceil(waitMs / 1000)),
    connections: items,
    createdAt: createdAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}
