import { StsError } from '../aws/sts.ts';
import type { Log } from '../lib/log.ts';
import { withTimeout } from '../lib/with-timeout.ts';
import type { Broker } from './broker.ts';
import { type BrokerIdentity, parseBrokerIdentity } from './broker-identity.ts';
import { findIdentityProblem } from './identity-problem.ts';

/** A customer waits for it. */
const TIMEOUT_MS = 2000;

/**
 * Returns the identity of a broker, and asks AWS if it is not known yet, as in the first moments after the start.
 * @returns null if AWS does not tell in time; `broker` still gets the identity when the response arrives
 */
export async function waitForIdentity(
  { log }: { log: Log },
  broker: Broker,
  timeoutMs = TIMEOUT_MS,
): Promise<BrokerIdentity | null> {
  if (broker.identity !== null || broker.identityProblem !== null) return broker.identity;
  const identify = identifyBroker(log, broker).catch((err: unknown) => {
    if (!(err instanceof StsError)) throw err;
    log.warn({ partition: broker.settings.partition, err }, 'the broker could not read its identity');
  });
  const timeout = () => new StsTimeout();
  await withTimeout(timeoutMs, identify, timeout).catch((error: unknown) => {
    if (!(error instanceof StsTimeout)) throw error;
  });
  return broker.identity;
}

class StsTimeout extends Error {}

/**
 * Reads the identity of a broker by GetCallerIdentity, and logs when it becomes or no longer is another one than the
 * configured. The credentials can change while the service runs.
 * @throws StsError
 */
export async function identifyBroker(log: Log, broker: Broker): Promise<void> {
  const { arn } = await broker.sts.callerIdentity();
  const identity = parseBrokerIdentity(arn);
  broker.identity = typeof identity === 'string' ? null : identity;
  const problem = findIdentityProblem(broker.settings, arn);
  if (problem === broker.identityProblem) return;
  broker.identityProblem = problem;
  const fields = { partition: broker.settings.partition, arn };
  if (problem === null) log.info(fields, 'the identity of the broker is the configured one again');
  else log.error(fields, problem);
}
