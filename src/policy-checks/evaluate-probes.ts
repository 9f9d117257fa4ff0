import { type Check, getExpectedObservation, PROBES, type Probe } from '../connections/verification.ts';
import type { AuthorizationRequest, CallerPrincipal } from '../trust-policy/conditions/request-context.ts';
import { evaluateTrustPolicy, type TrustEvaluation } from '../trust-policy/evaluate.ts';
import type { PolicyVersion, Statement } from '../trust-policy/trust-policy.ts';
import { externalIdForProbe } from '../verification/probe.ts';
import { type PolicyRequirements, vendorPrincipal } from './requirements.ts';

/** A probe that a safe role denies. */
export type NegativeProbe = Exclude<Probe, 'correct'>;

export const NEGATIVE_PROBES: readonly NegativeProbe[] = PROBES.filter((probe) => probe !== 'correct');

/**
 * The external ID that each probe sends. It is generated once per check, because some are random and the findings and
 * the suggested policy must be tested with the same ones.
 */
export type ProbeExternalIds = Readonly<Record<Probe, string | null>>;

export function generateProbeExternalIds(externalId: string): ProbeExternalIds {
  return Object.fromEntries(PROBES.map((probe) => [probe, externalIdForProbe(probe, externalId)])) as Record<
    Probe,
    string | null
  >;
}

export interface RoleRequest {
  externalId: string | null;
  /** `sts:AssumeRole` by default. */
  action?: string;
  /** The vendor by default. */
  principal?: CallerPrincipal;
}

export function toAuthorizationRequest(
  requirements: PolicyRequirements,
  { externalId, action, principal }: RoleRequest,
): AuthorizationRequest {
  return {
    action: action ?? 'sts:AssumeRole',
    principal: principal ?? vendorPrincipal(requirements),
    externalId,
    context: requirements.requestContext,
  };
}

/** Statements that are evaluated together: a whole document or a part of one. */
export interface StatementSet {
  version: PolicyVersion;
  statements: readonly Statement[];
}

export function evaluateRequest(
  set: StatementSet,
  requirements: PolicyRequirements,
  request: RoleRequest,
): TrustEvaluation {
  return evaluateTrustPolicy({ ...set, size: 0 }, toAuthorizationRequest(requirements, request));
}

export const isAllowed = (
  set: StatementSet,
  requirements: PolicyRequirements,
  request: RoleRequest,
): boolean => evaluateRequest(set, requirements, request).decision === 'allowed';

/**
 * Whether AWS lets the vendor assume the role with this external ID. It also requires the actions for the attributes that
 * the broker's session passes on.
 */
export const canAssumeRole = (
  set: StatementSet,
  requirements: PolicyRequirements,
  externalId: string | null,
): boolean =>
  ['sts:AssumeRole', ...requirements.passedOnActions].every((action) =>
    isAllowed(set, requirements, { externalId, action }),
  );

/** Whether a Deny statement applies to the request. */
export type DenyCheck = (request: RoleRequest) => boolean;

/**
 * Creates a check against the Deny statements of a document that evaluates each request once. Every Allow statement, and
 * every candidate for its repair, is tested with the same requests, and a document may have fifty of them.
 */
export function createDenyCheck(denyStatements: StatementSet, requirements: PolicyRequirements): DenyCheck {
  const results = new Map<string, boolean>();
  return (request) => {
    const key = JSON.stringify([request.externalId, request.action, request.principal?.arn]);
    const cached = results.get(key);
    if (cached !== undefined) return cached;
    const isDenied = evaluateRequest(denyStatements, requirements, request).reason === 'statement_denies';
    results.set(key, isDenied);
    return isDenied;
  };
}

/** Runs the probes of a verification against the offline evaluator. AWS is not called. */
export function evaluateProbes(
  set: StatementSet,
  requirements: PolicyRequirements,
  probeExternalIds: ProbeExternalIds,
): Check[] {
  return PROBES.map((probe) => ({
    probe,
    expected: getExpectedObservation(probe),
    observed: canAssumeRole(set, requirements, probeExternalIds[probe]) ? 'allowed' : 'denied',
  }));
}
