import { StsError } from '../aws/sts.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { type ScheduledJob, schedule } from '../lib/schedule.ts';
import { withTimeout } from '../lib/with-timeout.ts';
import type { Broker, Brokers } from './broker.ts';
import { identifyBroker } from './identify.ts';

/** While a broker fails it is checked this often, so that service resumes soon after AWS is right again. */
const FAILING_CHECK_MS = 5_000;
/** Otherwise this often: GetCallerIdentity, and the canary where one is configured. */
const CHECK_MS = 60_000;

interface WatchDeps {
  brokers: Brokers;
  clock: Clock;
  log: Log;
}

/** AWS tolerates 15 minutes. From this offset on somebody should look at the clock of this host. */
const MAX_CLOCK_OFFSET_MS = 60_000;

/** Checks every broker at start and then on a schedule, without waiting for a customer's connection to be denied. */
export function watchBrokers(deps: WatchDeps): ScheduledJob {
  const checkedAt = new Map<Broker, number>();
  const reportClock = clockReporter(deps);
  const check = async (): Promise<void> => {
    const now = deps.clock.now().getTime();
    const due = [...deps.brokers.values()].filter((broker) => {
      const everyMs = broker.health.state.status === 'failing' ? FAILING_CHECK_MS : CHECK_MS;
      const sinceMs = now - (checkedAt.get(broker) ?? Number.NEGATIVE_INFINITY);
      // A clock that was set back must not postpone the check.
      return sinceMs >= everyMs || sinceMs < 0;
    });
    for (const broker of due) checkedAt.set(broker, now);
    await Promise.all(due.map((broker) => checkBroker(deps, broker)));
    due.forEach(reportClock);
  };
  const onError = (err: unknown): void => deps.log.error({ err }, 'the broker could not be checked');
  void check().catch(onError);
  return schedule(FAILING_CHECK_MS, check, onError);
}

/** Reads the broker's identity, which needs no permission, and then proves sts:AssumeRole by the canary or other roles. */
async function checkBroker({ clock, log }: Omit<WatchDeps, 'brokers'>, broker: Broker): Promise<void> {
  const startedAt = clock.now();
  try {
    await identifyBroker(log, broker);
    await recordCredentialSource(log, broker);
    broker.health.recordCredentials(startedAt);
  } catch (error) {
    if (!(error instanceof StsError)) throw error;
    log.warn({ partition: broker.settings.partition, err: error }, 'the broker could not read its identity');
    return;
  }
  const isIdle = broker.settings.canary === null && broker.health.state.status !== 'failing';
  if (!isIdle) await broker.attributeDenial({ tenantId: null, startedAt });
}

/** The credentials were just used and are cached, so that a source that does not respond now is only not reported. */
const SOURCE_TIMEOUT_MS = 1000;

async function recordCredentialSource(log: Log, broker: Broker): Promise<void> {
  const timeout = () => new Error("looking up the broker's credentials took too long");
  const source = await withTimeout(SOURCE_TIMEOUT_MS, broker.readCredentialSource(), timeout).catch(
    () => null,
  );
  if (source === null || source.name === broker.credentialSource) return;
  broker.credentialSource = source.name;
  log.info(
    { partition: broker.settings.partition, credentialSource: source.name },
    "the source of the broker's credentials is known",
  );
}

/** Logs when the clock of this host becomes wrong, and when it is right again. */
function clockReporter({ log }: Pick<WatchDeps, 'log'>): (broker: Broker) => void {
  const wrong = new Set<Broker>();
  return (broker) => {
    const offsetMs = broker.clockOffsetMs();
    if (offsetMs === null || Math.abs(offsetMs) > MAX_CLOCK_OFFSET_MS === wrong.has(broker)) return;
    const fields = { partition: broker.settings.partition, clockOffsetSeconds: Math.round(offsetMs / 1000) };
    if (wrong.delete(broker)) {
      log.info(fields, 'the clock of this host agrees with AWS again');
      return;
    }
    wrong.add(broker);
    log.warn(fields, 'the clock of this host differs from that of AWS; ends of sessions are judged by AWS');
  };
}
