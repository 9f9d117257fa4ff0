import { recordEvents } from '../audit/record.ts';
import type { Database } from '../database/database.ts';
import { recordChange } from '../events/record.ts';
import { SYSTEM } from '../identity/principal.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { BrokerState } from './broker-health.ts';
import type { BrokerSettings } from './broker-settings.ts';
import { updateBrokerState } from './store.ts';

interface ReportDeps {
  database: Database;
  clock: Clock;
  log: Log;
}

/**
 * Reports a change of a broker's state: one log line, and a record when it begins to fail or works again. A database that
 * is unavailable loses the record and not the change, which is logged and shown by GET /v1/broker.
 */
export function reportBrokerChange(deps: ReportDeps) {
  // One after another: a broker that fails and recovers at once must not be recorded in the other order.
  let recorded: Promise<void> = Promise.resolve();
  return (settings: BrokerSettings, before: BrokerState, after: BrokerState): void => {
    const { partition, accountId } = settings;
    const fields = { partition, accountId, before: before.status, problem: after.problem };
    if (after.status === 'failing') deps.log.error(fields, 'the broker is failing');
    else deps.log.info(fields, `the broker is ${after.status}`);
    recorded = recorded
      .then(() => recordBrokerChange(deps, settings, before, after))
      .catch((err: unknown) => deps.log.error({ err }, 'the change of the broker could not be recorded'));
  };
}

/**
 * Records what this replica noticed as an audit event, and as an event if it is the first to notice it. A replica that finds
 * the broker working after a restart ends a failure that was recorded before.
 */
async function recordBrokerChange(
  { database, clock }: ReportDeps,
  { partition, accountId }: BrokerSettings,
  before: BrokerState,
  after: BrokerState,
): Promise<void> {
  const failing = after.status === 'failing';
  const type = failing ? 'broker.failing' : 'broker.recovered';
  const { code = null, detail = null } = after.problem ?? {};
  await database.transaction(async (database) => {
    if (failing !== (before.status === 'failing')) {
      await recordEvents(database, clock, {
        tenantId: null,
        actor: SYSTEM,
        action: type,
        outcome: failing ? 'failure' : 'success',
        detail: { partition, accountId, status: after.status, code, detail },
      });
    }
    if (!(await updateBrokerState(database, { partition, failing, now: clock.now() }))) return;
    const data = { partition, accountId, status: after.status, code, detail };
    await recordChange(database, clock, { type, tenantId: null, connectionId: null, data });
  });
}
