import { type Check, expectedOf, PROBES, type Probe } from '../connections/verification.ts';
import { evaluateTrustPolicy, type TrustEvaluation } from '../trust-policy/evaluate.ts';
import type { CallerPrincipal, TrustRequest } from '../trust-policy/request-keys.ts';
import type { PolicyVersion, Statement } from '../trust-policy/trust-policy.ts';
import { probeExternalId } from '../verification/probe.ts';
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

/** Whether a document's Deny statements refuse a question. */
export type Denied = (asked: Asked) => boolean;

/**
 * The Deny statements of a document, each question put to them once: every other statement, and every way of mending
 * it, is asked the same ones, and a document may have fifty of either.
 */
export function deniedBy(denies: Rules, subject: Subject): Denied {
  const answers = new Map<string, boolean>();
  return (asked) => {
    const question = JSON.stringify([asked.externalId, asked.action, asked.principal?.arn]);
    const known = answers.get(question);
    if (known !== undefined) return known;
    const denied = ask(denies, subject, asked).reason === 'statement_denies';
    answers.set(question, denied);
    return denied;
  };
}

/** The five probes of a verification, asked of our own evaluator: nothing is called. */
export function runProbes(rules: Rules, subject: Subject, probing: Probing): Check[] {
  return PROBES.map((probe) => ({
    probe,
    expected: expectedOf(probe),
    observed: ask(rules, subject, { externalId: probing[probe] }).decision,
  }));
}
