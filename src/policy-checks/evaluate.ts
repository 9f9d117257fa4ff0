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
import { compareExternalId } from './compare-external-id.ts';
import { isCallerKey, isExternalIdKey, possibleValuesOfStranger } from './condition-keys.ts';
import type { CheckContext } from './context.ts';
import type { Policy, UsableStatement } from './policy.ts';
import {
  ANYONE,
  callerOf,
  namedPrincipals,
  strangersTo,
  trustsEveryone,
  vendorEntries,
} from './principals.ts';

export interface RoleRequest {
  externalId: string | null;
  /** `sts:AssumeRole` by default. */
  action?: string;
  /** The vendor's broker by default. */
  principal?: CallerPrincipal;
  /** Whether the principal has no relation to the vendor, so that nothing is known of its requests. */
  isStranger?: boolean;
  /** Now by default. `any` leaves the time open, to find what an unsafe statement allows at another time. */
  time?: 'any' | 'last_day';
}

const LAST_DAY = { 'aws:CurrentTime': '9999-12-31T00:00:00Z', 'aws:EpochTime': '253402214400' };

/** The decision about a request; `unknown` if it depends on something that cannot be known offline. */
export type Decision = TrustEvaluation['decision'];

/** Evaluates the statements of a policy that IAM accepts, for the requests of one vendor and tenant. */
export class PolicyEvaluator {
  readonly policy: Policy;
  readonly context: CheckContext;
  readonly statements: readonly UsableStatement[];
  /**
   * The Allow statements that are for the vendor: those that name its account, or a typo of it, or everyone. Those that only
   * have its external ID count if there is no other: then one of them was probably meant to be it.
   */
  readonly forVendor: readonly UsableStatement[];
  /** Every request that the vendor makes with a correct external ID. */
  readonly vendorRequests: readonly RoleRequest[];

  constructor(policy: Policy, context: CheckContext) {
    this.policy = policy;
    this.context = context;
    this.statements = policy.entries.flatMap(({ usable }) => usable ?? []);
    this.vendorRequests = context.externalIds.flatMap((externalId) =>
      ['sts:AssumeRole', ...context.sessionActions].map((action) => ({ externalId, action })),
    );
    const allows = this.withEffect('Allow');
    const named = allows.filter((statement) => this.#namesVendor(statement));
    this.forVendor = named.length > 0 ? named : allows.filter((one) => hasExternalId(one, context));
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

  /** Whether a statement names an action, whomever and on whichever conditions it allows it. */
  namesAction(statement: Statement, action: string): boolean {
    return this.applies({ ...statement, ...ANYONE, conditions: [] }, { externalId: null, action }) === true;
  }

  /** Whether a condition is met; a condition that the evaluator does not support never is. */
  meets(condition: Condition, request: RoleRequest): boolean | 'unknown' {
    const keys = buildRequestContext(this.#toAuthorizationRequest(request));
    return evaluateCondition(condition, keys, this.policy.version === '2012-10-17') ?? false;
  }

  /** Whether AWS lets the vendor assume the role with this external ID, and pass on what its session has. */
  canAssumeRole(externalId: string | null, others: Pick<RoleRequest, 'time'> = {}): Decision {
    const decisions = ['sts:AssumeRole', ...this.context.passedOnActions].map((action) =>
      this.decide({ externalId, action, ...others }),
    );
    if (decisions.includes('denied')) return 'denied';
    return decisions.includes('unknown') ? 'unknown' : 'allowed';
  }

  /** Whether a Deny statement applies to a request of the vendor with a correct external ID. */
  deniesVendor(statement: Statement): boolean | 'unknown' {
    const results = this.vendorRequests.map((request) => this.applies(statement, request));
    return results.includes(true) || (results.includes('unknown') ? 'unknown' : false);
  }

  /** Whether a statement for everyone may allow somebody outside the vendor's account whom its conditions name. */
  mayAllowOthers(statement: Statement): boolean {
    const { accountId, partition } = this.context.vendor;
    const conditions = statement.conditions.filter((one) => !isExternalIdKey(one));
    return (
      trustsEveryone(statement) &&
      namedPrincipals(statement)
        .flatMap((principal) => callerOf(principal, partition) ?? [])
        .filter((principal) => principal.accountId !== accountId)
        .some(
          (principal) =>
            this.applies({ ...statement, conditions }, { externalId: null, principal, isStranger: true }) !==
            false,
        )
    );
  }

  #namesVendor(statement: UsableStatement): boolean {
    const { accountId } = this.context.vendor;
    if (vendorEntries(statement, this.context).length > 0) return true;
    if (!trustsEveryone(statement)) return false;
    const conditions = statement.conditions.filter(isCallerKey);
    const request = { externalId: this.context.externalIds[0] };
    const isNamed = ({ operator, values }: Condition) =>
      !operator.negated && values.some((value) => value.includes(accountId));
    return (
      conditions.some(isNamed) ||
      conditions.every((one) => this.meets(one, request) === true) ||
      // A statement that does not even keep strangers out is nobody's in particular.
      strangersTo(this.context).some((principal) =>
        conditions.every(
          (one) => this.meets(one, { externalId: null, principal, isStranger: true }) === true,
        ),
      )
    );
  }

  #evaluate(statements: readonly Statement[], request: RoleRequest): TrustEvaluation {
    const policy = { version: this.policy.version, statements, size: 0 };
    return evaluateTrustPolicy(policy, this.#toAuthorizationRequest(request));
  }

  #toAuthorizationRequest(request: RoleRequest): AuthorizationRequest {
    const { externalId, action = 'sts:AssumeRole', principal = this.context.caller, time } = request;
    if (request.isStranger)
      return { action, principal, externalId, possibleValues: possibleValuesOfStranger };
    const { keys, possibleValues } = this.context;
    const { 'aws:CurrentTime': _, 'aws:EpochTime': __, ...timeless } = keys;
    const context = time === 'any' ? timeless : time === 'last_day' ? { ...keys, ...LAST_DAY } : keys;
    return { action, principal, externalId, context, possibleValues };
  }
}

const hasExternalId = (statement: Statement, context: CheckContext): boolean =>
  !trustsEveryone(statement) &&
  statement.conditions
    .filter(isExternalIdKey)
    .flatMap(({ values }) => values)
    .some((value) => !['other', 'placeholder'].includes(compareExternalId(value, context).kind));

/**
 * The external ID that each probe sends. It is generated once per check, because some are random and the findings and
 * the suggested policy must be tested with the same ones.
 */
export type ProbeExternalIds = Readonly<Record<Probe, string | null>>;

export function generateProbeExternalIds(externalId: string): ProbeExternalIds {
  const entries = PROBES.map((probe) => [probe, externalIdForProbe(probe, externalId)]);
  return Object.fromEntries(entries) as Record<Probe, string | null>;
}
