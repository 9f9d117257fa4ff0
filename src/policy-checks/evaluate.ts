import {
  type Check,
  getExpectedObservation,
  isNegativeProbe,
  PROBES,
  type Probe,
} from '../connections/verification.ts';
import { evaluateCondition } from '../trust-policy/conditions/evaluate-condition.ts';
import {
  type AuthorizationRequest,
  buildRequestContext,
  type CallerPrincipal,
} from '../trust-policy/conditions/request-context.ts';
import { evaluateTrustPolicy } from '../trust-policy/evaluate.ts';
import type { Condition, PolicyVersion, Statement } from '../trust-policy/trust-policy.ts';
import { all } from '../trust-policy/truth.ts';
import { externalIdForProbe } from '../verification/probe.ts';
import type { CheckContext } from './context.ts';
import { possibleValuesOfStranger } from './request-keys.ts';

/** Statements that are evaluated together: a whole document or a part of one. */
export interface StatementSet {
  version: PolicyVersion;
  statements: readonly Statement[];
}

export interface RoleRequest {
  externalId: string | null;
  /** `sts:AssumeRole` by default. */
  action?: string;
  /** The vendor's broker by default. */
  principal?: CallerPrincipal;
  /** Whether the principal has no relation to the vendor, so that nothing is known of its requests. */
  isStranger?: boolean;
  /** Leaves the time open, to find what an unsafe statement allows at another time. */
  isAtAnyTime?: boolean;
}

/** The decision about a request; `unknown` if it depends on something that cannot be known offline. */
export type Decision = 'allowed' | 'denied' | 'unknown';

function toAuthorizationRequest(context: CheckContext, request: RoleRequest): AuthorizationRequest {
  const { externalId, action = 'sts:AssumeRole', principal = context.caller } = request;
  if (request.isStranger) return { action, principal, externalId, possibleValues: possibleValuesOfStranger };
  const { keys, possibleValues } = context;
  if (!request.isAtAnyTime) return { action, principal, externalId, context: keys, possibleValues };
  const { 'aws:CurrentTime': _, 'aws:EpochTime': __, ...timeless } = keys;
  return { action, principal, externalId, context: timeless, possibleValues };
}

export const decide = (set: StatementSet, context: CheckContext, request: RoleRequest): Decision =>
  evaluateTrustPolicy({ ...set, size: 0 }, toAuthorizationRequest(context, request)).decision;

/** Whether one statement applies to a request, whichever effect it has. */
export function applies(
  statement: Statement,
  version: PolicyVersion,
  context: CheckContext,
  request: RoleRequest,
): boolean | 'unknown' {
  const policy = { version, statements: [statement], size: 0 };
  const [outcome] = evaluateTrustPolicy(policy, toAuthorizationRequest(context, request)).statements;
  return outcome?.applies ?? false;
}

/** Whether a condition is met; a condition that the evaluator does not support never is. */
export function meets(
  condition: Condition,
  version: PolicyVersion,
  context: CheckContext,
  request: RoleRequest,
): boolean | 'unknown' {
  const keys = buildRequestContext(toAuthorizationRequest(context, request));
  return evaluateCondition(condition, keys, version === '2012-10-17') ?? false;
}

/** The actions that AWS requires when the broker assumes a role. */
const requiredActions = ({ passedOnActions }: CheckContext): string[] => [
  'sts:AssumeRole',
  ...passedOnActions,
];

/** Whether AWS lets the vendor assume the role with this external ID. */
export function canAssumeRole(set: StatementSet, context: CheckContext, externalId: string | null): Decision {
  const decisions = requiredActions(context).map((action) => decide(set, context, { externalId, action }));
  const isAllowed = all(decisions.map((one) => (one === 'unknown' ? one : one === 'allowed')));
  return isAllowed === true ? 'allowed' : isAllowed === 'unknown' ? 'unknown' : 'denied';
}

/**
 * The external ID that each probe sends. It is generated once per check, because some are random and the findings and
 * the suggested policy must be tested with the same ones.
 */
export type ProbeExternalIds = Readonly<Record<Probe, string | null>>;

export const NEGATIVE_PROBES = PROBES.filter(isNegativeProbe);

export function generateProbeExternalIds(externalId: string): ProbeExternalIds {
  const entries = PROBES.map((probe) => [probe, externalIdForProbe(probe, externalId)]);
  return Object.fromEntries(entries) as Record<Probe, string | null>;
}

/** Runs the probes of a verification against the offline evaluator. AWS is not called. */
export function evaluateProbes(set: StatementSet, context: CheckContext, ids: ProbeExternalIds): Check[] {
  return PROBES.map((probe) => ({
    probe,
    expected: getExpectedObservation(probe),
    observed: canAssumeRole(set, context, ids[probe]),
  }));
}
