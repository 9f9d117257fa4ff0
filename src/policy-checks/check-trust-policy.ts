import type { BrokerIdentity } from '../broker/broker-identity.ts';
import type { BrokerSettings } from '../broker/broker-settings.ts';
import { waitForIdentity } from '../broker/identify.ts';
import { requireBroker } from '../broker/partition.ts';
import { attributeActions, passedOnAttributes } from '../broker/session-attributes.ts';
import type { Check } from '../connections/verification.ts';
import type { Deps } from '../deps.ts';
import type { Principal } from '../identity/principal.ts';
import { limitPolicyChecks, type RateLimitFields } from '../rate-limits/limit-tenant.ts';
import { readSetupKit } from '../setup-kit/get-setup-kit.ts';
import type { TenantSetupKit } from '../setup-kit/setup-kit.ts';
import { type Analysis, analyzePolicy } from './analyze.ts';
import { combineCases } from './combine-cases.ts';
import { knownKeysAt, possibleValuesOf } from './condition-keys.ts';
import { type CheckContext, describeCaller } from './context.ts';
import { isError } from './findings/catalogue/catalogue.ts';
import { type ReportedFinding, report } from './findings/report.ts';
import { wordingFor } from './findings/wording.ts';
import type { JsonObject } from './json-values.ts';
import { readPasted } from './parse/read-pasted.ts';
import { withExpressions } from './parse/stand-ins.ts';
import { asCloudFormation, asTerraform } from './suggestion/as-configuration.ts';
import { isSafeReplacement } from './suggestion/is-safe-replacement.ts';
import { type AdditionReason, type SuggestedChange, suggestPolicy } from './suggestion/suggest-policy.ts';
import type { Verdict } from './verdict.ts';

export interface TrustPolicyCheck {
  verdict: Verdict;
  checks: Check[];
  findings: ReportedFinding[];
  suggestedChange: SuggestedChange;
  /** For the page. Not part of the API. */
  additionReason?: AdditionReason | undefined;
  suggestedPolicy: JsonObject;
  /** The suggested policy in the languages of templates. */
  suggestedSources: { terraform: string; cloudFormation: string };
}

/** Enough to act on; the others are reported once these are fixed. */
const MAX_FINDINGS = 50;

/**
 * Checks a pasted trust policy offline: runs the probes of a verification, finds problems that they cannot detect, and
 * suggests a policy that passes. It calls nothing and changes nothing, but counts against the tenant's rate limit.
 * @throws Problem `not_found`, `tenant_not_active` when it was offboarded, `validation_failed` for an unknown profile or a
 * partition without a broker, `rate_limited`
 */
export async function checkTrustPolicy(
  deps: Pick<Deps, 'database' | 'config' | 'clock' | 'brokers' | 'log'>,
  input: {
    principal: Principal;
    tenantId: string;
    policy: unknown;
    profile: string | null;
    /** null: the main partition. */
    partition: string | null;
    /** Called with the state of the tenant's rate limit. */
    onRateLimit?: (fields: RateLimitFields) => void;
  },
): Promise<TrustPolicyCheck> {
  const { policy, onRateLimit, ...kitInput } = input;
  const { retiredExternalIds, ...kit } = await readSetupKit(deps, kitInput);
  const settings = requireBroker(deps.config, input.partition);
  const rateLimit = await limitPolicyChecks(deps, input.tenantId);
  onRateLimit?.(rateLimit);
  return checkPolicy(policy, {
    ...contextOf(
      settings,
      await findCallerIdentity(deps, settings),
      deps.config.egressCidrs,
      deps.clock.now(),
      kit,
    ),
    retiredExternalIds,
  });
}

/** The identity that calls, which is needed only if no role is configured. */
async function findCallerIdentity(
  deps: Pick<Deps, 'brokers' | 'log'>,
  { partition, brokerRoleArn }: BrokerSettings,
): Promise<BrokerIdentity | null> {
  const broker = deps.brokers.get(partition);
  return broker && brokerRoleArn === null ? waitForIdentity(deps, broker) : null;
}

function contextOf(
  settings: BrokerSettings,
  identity: BrokerIdentity | null,
  egressCidrs: readonly string[],
  now: Date,
  { externalIds, vendor, sessionAttributes }: TenantSetupKit,
): Omit<CheckContext, 'retiredExternalIds'> {
  const passedOn = passedOnAttributes(settings.sessionAttributes);
  const facts = {
    egressCidrs,
    hasSessionTags: sessionAttributes.sessionTags,
    passesOnSourceIdentity: passedOn.sourceIdentity,
  };
  return {
    externalIds,
    vendor,
    caller: describeCaller(settings, identity),
    sessionActions: attributeActions(sessionAttributes),
    passedOnActions: attributeActions(passedOn),
    keys: knownKeysAt(now, settings.region),
    possibleValues: (key) => possibleValuesOf(key, facts),
  };
}

/** Reads and analyzes what a customer pasted, in each case of the conditions that a template has. */
export const analyzePasted = (input: unknown, context: CheckContext): Analysis =>
  combineCases(readPasted(input, context).map((pasted) => analyzePolicy(pasted, context)));

/** Checks a policy in a given context, without a database. */
export function checkPolicy(policy: unknown, context: CheckContext): TrustPolicyCheck {
  const analyze = (one: unknown) => analyzePasted(one, context);
  const analysis = analyze(policy);
  const suggestion = suggestPolicy(analysis, context, (suggested) =>
    isSafeReplacement(analysis, analyze(suggested)),
  );
  const { verdict, checks, pasted } = analysis;
  const findings = [...analysis.findings, ...suggestion.findings];
  const errorsFirst = [...findings.filter(isError), ...findings.filter((one) => !isError(one))];
  const wording = wordingFor(context, pasted.syntax);
  return {
    verdict,
    checks,
    findings: errorsFirst
      .slice(0, MAX_FINDINGS)
      .map((one) => ({ ...one, details: withExpressions(one.details, pasted.standIns ?? [], one.path) }))
      .map((one) => report(one, wording, pasted.locate?.(one.path))),
    suggestedChange: suggestion.change,
    additionReason: suggestion.reason,
    suggestedPolicy: suggestion.policy,
    suggestedSources: {
      terraform: asTerraform(suggestion.policy),
      cloudFormation: asCloudFormation(suggestion.policy),
    },
  };
}
