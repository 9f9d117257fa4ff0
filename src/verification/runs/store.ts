import type { Database } from '../../database/database.ts';
import type { Prisma } from '../../database/generated/client.ts';
import type { Actor } from '../../identity/principal.ts';
import type { ItemOutcome, VerificationRun } from './verification-run.ts';

export async function insertRun(
  database: Database,
  run: {
    id: string;
    tenantId: string;
    actor: Actor;
    connections: readonly { id: string; accountId: string }[];
    now: Date;
  },
): Promise<void> {
  const { id, tenantId, actor, connections, now } = run;
  await database.prisma.verificationRun.create({
    data: {
      id,
      tenantId,
      actor: { ...actor } satisfies Prisma.InputJsonObject,
      createdAt: now,
      dueAt: now,
      finishedAt: connections.length === 0 ? now : null,
    },
  });
  await database.prisma.verificationRunItem.createMany({
    data: connections.map(({ id: connectionId, accountId }) => ({
      runId: id,
      connectionId,
      accountId,
      dueAt: now,
    })),
  });
}

export async function findRun(
  database: Database,
  where: { id: string; tenantId: string },
): Promise<VerificationRun | null> {
  const row = await database.prisma.verificationRun.findFirst({
    where,
    include: { items: { orderBy: { connectionId: 'asc' } } },
  });
  if (!row) return null;
  const { dueAt: _, items, actor, ...run } = row;
  return {
    ...run,
    actor: actor as unknown as Actor,
    items: items.map(({ connectionId, accountId, outcome }) => ({
      connectionId,
      accountId,
      outcome: outcome as ItemOutcome | null,
    })),
  };
}

export async function findUnfinishedRunId(database: Database, tenantId: string): Promise<string | null> {
  const row = await database.prisma.verificationRun.findFirst({ where: { tenantId, finishedAt: null } });
  return row?.id ?? null;
}

export interface ClaimedRun {
  id: string;
  tenantId: string;
  actor: Actor;
  /** End of the lease: until then no other process claims the run. */
  until: Date;
}

/** Claims the run that has been due longest, so that no other process works on it at the same time. */
export async function claimRun(
  database: Database,
  { now, until }: { now: Date; until: Date },
): Promise<ClaimedRun | null> {
  const rows = await database.prisma.$queryRaw<Omit<ClaimedRun, 'until'>[]>`
    UPDATE public.verification_runs SET due_at = ${until}, waits_until = NULL
    WHERE id = (
      SELECT id FROM public.verification_runs WHERE finished_at IS NULL AND due_at <= ${now}
      ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id, tenant_id AS "tenantId", actor`;
  return rows[0] ? { ...rows[0], until } : null;
}

/** Releases a run. Changes nothing if the lease has ended and another process has claimed the run since. */
export async function releaseRun(
  database: Database,
  { id, until }: ClaimedRun,
  { now, waitsUntil, finished }: { now: Date; waitsUntil: Date | null; finished: boolean },
): Promise<void> {
  await database.prisma.verificationRun.updateMany({
    where: { id, dueAt: until, finishedAt: null },
    data: finished ? { finishedAt: now } : { dueAt: waitsUntil ?? now, waitsUntil },
  });
}

/** Lists the connections of a run that are to be verified next. */
export async function listDueItems(
  database: Database,
  { runId, now, limit }: { runId: string; now: Date; limit: number },
): Promise<string[]> {
  const rows = await database.prisma.verificationRunItem.findMany({
    where: { runId, outcome: null, dueAt: { lte: now } },
    orderBy: [{ dueAt: 'asc' }, { connectionId: 'asc' }],
    take: limit,
    select: { connectionId: true },
  });
  return rows.map(({ connectionId }) => connectionId);
}

/** Returns when the next connection of a run is due; null: all have an outcome. */
export async function findNextDueTime(database: Database, runId: string): Promise<Date | null> {
  const { _min } = await database.prisma.verificationRunItem.aggregate({
    where: { runId, outcome: null },
    _min: { dueAt: true },
  });
  return _min.dueAt;
}

interface Item {
  runId: string;
  connectionId: string;
}

/** Called before an attempt, so that an attempt during which the process dies is counted too. */
export async function incrementAttempts(database: Database, item: Item): Promise<number> {
  const { attempts } = await database.prisma.verificationRunItem.update({
    where: { runId_connectionId: item },
    data: { attempts: { increment: 1 } },
    select: { attempts: true },
  });
  return attempts;
}

export async function postponeItem(database: Database, item: Item, dueAt: Date): Promise<void> {
  await database.prisma.verificationRunItem.updateMany({
    where: { ...item, outcome: null },
    data: { dueAt },
  });
}

export async function updateItemOutcome(database: Database, item: Item, outcome: ItemOutcome): Promise<void> {
  await database.prisma.verificationRunItem.updateMany({
    where: { ...item, outcome: null },
    data: { outcome },
  });
}
