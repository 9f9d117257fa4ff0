import { setTimeout as delay } from 'node:timers/promises';
import { budgetExceededProblem } from '../aws/sts-problem.ts';
import type { Connection } from '../connections/connection.ts';
import { determineOutcome, type Outcome } from '../connections/verification.ts';
import type { ExternalId } from '../external-ids/external-id.ts';
import { probeRole } from '../verification/probe.ts';
import { toProbeProblem } from '../verification/probe-problem.ts';
import type { RotationDeps } from './rotation.ts';

/** Two roles take ten calls, which the smallest rate limit of a tenant allows in one second. */
const MAX_CONCURRENT_ROLES = 2;
/** Without retries, a tenant with many roles would reach its own rate limit and could never end a rotation. */
const MAX_RETRIES = 5;

/**
 * Returns the connections whose roles do not pass all probes with this external ID.
 * @throws Problem `aws_throttled`, `aws_unavailable` if AWS does not answer for one of them: then nothing is decided
 */
export async function findFailingConnections(
  deps: RotationDeps,
  connections: readonly Connection[],
  externalId: ExternalId,
): Promise<Connection[]> {
  const failing: Connection[] = [];
  for (let i = 0; i < connections.length; i += MAX_CONCURRENT_ROLES) {
    await Promise.all(
      connections.slice(i, i + MAX_CONCURRENT_ROLES).map(async (connection) => {
        if ((await probeWithRetries(deps, connection, externalId)) !== 'verified') failing.push(connection);
      }),
    );
  }
  return failing;
}

async function probeWithRetries(
  deps: RotationDeps,
  { tenantId, roleArn }: Connection,
  externalId: ExternalId,
): Promise<Outcome> {
  for (let retries = 0; ; retries++) {
    const { checks, failure, retryAfterSeconds } = await probeRole(deps, {
      tenantId,
      roleArn,
      externalId: externalId.value,
      confirmations: 1,
      confirmsAtEnd: true,
      wasInsecure: false,
    });
    const outcome = determineOutcome(checks);
    if (outcome !== 'inconclusive') return outcome;
    // AWS itself failed or throttled the call: unlike for our own rate limit, nobody knows how long to wait.
    if (retryAfterSeconds === null) throw toProbeProblem(failure ?? 'unavailable', checks);
    if (retries === MAX_RETRIES) throw budgetExceededProblem(retryAfterSeconds);
    await delay(retryAfterSeconds * 1000);
  }
}
