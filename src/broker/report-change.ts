import { recordEvents } from '../audit/record.ts';
import type { Database } from '../database/database.ts';
import { SYSTEM } from '../identity/principal.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { BrokerState } from './broker-health.ts';
import type { BrokerSettings } from './broker-settings.ts';

/**
 * Reports a change of a broker's state: one log line, and an event when it begins to fail or works again. A database that
 * is unavailable loses the event and not the change, which is logged and shown by GET /v1/broker.
 */
export function reportBrokerChange(deps: { database: Database; clock: Clock; log: Log }) {
  return ({ partition, accountId }: BrokerSettings, before: BrokerState, after: BrokerState): void => {
    const fields = { partition, accountId, before: before.status, problem: after.problem };
    if (after.status === 'failing') deps.log.error(fields, 'the broker is failing');
    else deps.log.info(fields, `the broker is ${after.status}`);
    const failing = after.status === 'failing';
    if (failing === (before.status === 'failing')) return;
    recordEvents(deps.database, deps.clock, {
      tenantId: null,
      actor: SYSTEM,
      action: failing ? 'broker.failing' : 'broker.recovered',
      outcome: failing ? 'failure' : 'success',
      detail: {
        partition,
        accountId,
        status: after.status,
        code: after.problem?.code ?? null,
        detail: after.problem?.detail ?? null,
      },
    }).catch((err: unknown) => deps.log.error({ err }, 'the change of the broker could not be recorded'));
  };
}
