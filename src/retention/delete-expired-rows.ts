import type { Deps } from '../deps.ts';
import type { RetentionRule } from './retention-rule.ts';
import { deleteRowsBefore } from './store.ts';

/** Rows of one statement: few, because others of the same table wait for it, and a run has up to 500 items. */
const BATCH_SIZE = 100;
/** Batches of one call, so that a long backlog does not hold up the shutdown. */
const MAX_BATCHES = 500;

/** Deletes the expired rows of one rule. Returns their number. */
export async function deleteExpiredRows(
  { database, clock }: Pick<Deps, 'database' | 'clock'>,
  rule: RetentionRule,
): Promise<number> {
  const before = new Date(clock.now().getTime() - rule.retentionHours * 3_600_000);
  let count = 0;
  for (let batch = 0; batch < MAX_BATCHES; batch++) {
    const deleted = await deleteRowsBefore(database, rule, { before, limit: BATCH_SIZE });
    count += deleted;
    if (deleted < BATCH_SIZE) break;
  }
  return count;
}
