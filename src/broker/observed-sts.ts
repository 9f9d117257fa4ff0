import { type Sts, StsError } from '../aws/sts.ts';
import type { Clock } from '../lib/clock.ts';
import type { BrokerHealth, BrokerProblem } from './broker-health.ts';

/** An STS port that tells the broker's health of each AssumeRole: one that AWS allows proves that the broker works. */
export function observedSts(sts: Sts, { health, clock }: { health: BrokerHealth; clock: Clock }): Sts {
  const observe = async <T>(call: () => Promise<T>, isAllowed: (result: T) => boolean): Promise<T> => {
    const startedAt = clock.now();
    try {
      const result = await call();
      if (isAllowed(result)) health.recordAllowed(startedAt);
      return result;
    } catch (error) {
      if (error instanceof StsError && error.failure === 'no_credentials')
        health.recordFailing(startedAt, noCredentials(error));
      throw error;
    }
  };
  return {
    assumeRole: (request) =>
      observe(
        () => sts.assumeRole(request),
        () => true,
      ),
    probe: (request) =>
      observe(
        () => sts.probe(request),
        (observed) => observed === 'allowed',
      ),
    callerIdentity: () =>
      observe(
        () => sts.callerIdentity(),
        () => false,
      ),
  };
}

function noCredentials(error: StsError): BrokerProblem {
  return {
    code: 'no_credentials',
    detail: `The broker has no AWS credentials that STS accepts (${error.message}).`,
    nextSteps: [
      "Check where the broker's credentials come from: environment, shared configuration files, web identity, container or instance metadata.",
      'Run countersign doctor, which names the source.',
    ],
  };
}
