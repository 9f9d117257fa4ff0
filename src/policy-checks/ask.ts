import { probeExternalId } from '../connections/probe.ts';
import { type Check, expectedOf, PROBES, type Probe } from '../connections/verification.ts';
import { evaluateTrustPolicy, type TrustEvaluation } from '../trust-policy/evaluate.ts';
import type { CallerPrincipal, TrustRequest } from '../trust-policy/request-keys.ts';
import type { PolicyVersion, Statement } from '../trust-policy/trust-policy.ts';
import { brokerOf, type Subject } from './subject.ts';

export const NEGATIVES = PROBES.filter((probe) => probe !== 'correct');

/** What each probe sends; made once for a check, so that findings and suggestion speak of the same wrong ID. */
export type Probing = Readonly<Record<Probe, string | null>>;

export function probingWith(externalId: string): Probing {
  return Object.fromEntries(PROBES.map((probe) => [probe, probeExternalId(probe, externalId)])) as Record<
    Probe,
    string | null
  >;
}

export interface Asked {
  externalId: string | null;
  action?: string;
  principal?: CallerPrincipal;
}

/** The request that would leave us, as a trust policy gets to see it. */
export function requestOf(subject: Subject, { externalId, action, principal }: Asked): TrustRequest {
  return {
    action: action ?? 'sts:AssumeRole',
    principal: principal ?? brokerOf(subject),
    externalId,
    context: subject.context,
  };
}

export interface Rules {
  version: PolicyVersion;
  statements: readonly Statement[];
}

/** What these statements alone say to a request of ours. */
export function ask(rules: Rules, subject: Subject, asked: Asked): TrustEvaluation {
  return evaluateTrustPolicy({ ...rules, size: 0 }, requestOf(subject, asked));
}

export const admits = (rules: Rules, subject: Subject, asked: Asked): boolean =>
  ask(rules, subject, asked).decision === 'allowed';

/** The five probes of a verification, asked of our own evaluator: nothing is called. */
export function runProbes(rules: Rules, subject: Subject, probing: Probing): Check[] {
  return PROBES.map((probe) => ({
    probe,
    expected: expectedOf(probe),
    observed: ask(rules, subject, { externalId: probing[probe] }).decision,
  }));
}
