import { PROBES, type Probe } from '../connections/verification.ts';
import { evaluateCondition } from '../trust-policy/conditions/evaluate-condition.ts';
import {
  type AuthorizationRequest,
  buildRequestContext,
  type CallerPrincipal,
} from '../trust-policy/conditions/request-context.ts';
import { evaluateTrustPolicy, type TrustEvaluation } from '../trust-policy/evaluate.ts';
import type { Condition, Statement } from '../trust-policy/trust-policy.ts';
import { externalIdForProbe } from '../verification/probe.ts';
import type { CheckContext } from './context.ts';
import type { Policy, UsableStatement } from './policy.ts';
import { possibleValuesOfStranger } from './request-keys.ts';

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
export type Decision = TrustEvaluation['decision'];

/** Evaluates the statements of a policy that IAM accepts, for the requests of one vendor and tenant. */
export class PolicyEvaluator {
  readonly policy: Policy;
  readonly context: CheckContext;
  readonly statements: readonly UsableStatement[];

  constructor(policy: Policy, context: CheckContext) {
    this.policy = policy;
    this.context = context;
    this.statements = policy.entries.flatMap(({ usable }) => usable ?? []);
  }

  withEffect(effect: Statement['effect']): UsableStatement[] {
    return this.statements.filter((statement) => statement.effect === effect);
  }

  decide(request: RoleRequest): Decision {
    return this.#evaluate(this.statements, request).decision;
  }

  /** Whether one statement applies to a request, whichever effect it has. */
  applies(statement: Statement, request: RoleRequest): boolean | 'unknown' {
    return this.#evaluate([statement], request).statements[0]?.applies ?? false;
  }

  /** Whether a condition is met; a condition that the evaluator does not support never is. */
  meets(condition: Condition, request: RoleRequest): boolean | 'unknown' {
    const keys = buildRequestContext(this.#toAuthorizationRequest(request));
    return evaluateCondition(condition, keys, this.policy.version === '2012-10-17') ?? false;
  }

  /** Whether AWS lets the vendor assume the role with this external ID, and pass on what its session has. */
  canAssumeRole(externalId: string | null): Decision {
    const decisions = ['sts:AssumeRole', ...this.context.passedOnActions].map((action) =>
      this.decide({ externalId, action }),
    );
    if (decisions.includes('denied')) return 'denied';
    return decisions.includes('unknown') ? 'unknown' : 'allowed';
  }

  /** Whether a Deny statement applies to a request of the vendor with a correct external ID. */
  deniesVendor(statement: Statement): boolean | 'unknown' {
    const results = vendorRequests(this.context).map((request) => this.applies(statement, request));
    return results.includes(true) || (results.includes('unknown') ? 'unknown' : false);
  }

  #evaluate(statements: readonly Statement[], request: RoleRequest): TrustEvaluation {
    const policy = { version: this.policy.version, statements, size: 0 };
    return evaluateTrustPolicy(policy, this.#toAuthorizationRequest(request));
  }

  #toAuthorizationRequest(request: RoleRequest): AuthorizationRequest {
    const { externalId, action = 'sts:AssumeRole', principal = this.context.caller } = request;
    if (request.isStranger)
      return { action, principal, externalId, possibleValues: possibleValuesOfStranger };
    const { keys, possibleValues } = this.context;
    if (!request.isAtAnyTime) return { action, principal, externalId, context: keys, possibleValues };
    const { 'aws:CurrentTime': _, 'aws:EpochTime': __, ...timeless } = keys;
    return { action, principal, externalId, context: timeless, possibleValues };
  }
}

/** Every request that the vendor makes with a correct external ID. */
export const vendorRequests = ({ externalIds, sessionActions }: CheckContext): RoleRequest[] =>
  externalIds.flatMap((externalId) =>
    ['sts:AssumeRole', ...sessionActions].map((action) => ({ externalId, action })),
  );

/**
 * The external ID that each probe sends. It is generated once per check, because some are random and the findings and
 * the suggested policy must be tested with the same ones.
 */
export type ProbeExternalIds = Readonly<Record<Probe, string | null>>;

export function generateProbeExternalIds(externalId: string): ProbeExternalIds {
  const entries = PROBES.map((probe) => [probe, externalIdForProbe(probe, externalId)]);
  return Object.fromEntries(entries) as Record<Probe, string | null>;
}
