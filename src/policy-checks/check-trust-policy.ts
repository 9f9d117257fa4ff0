import { requireBroker } from '../broker/partition.ts';
import { attributeActions, passedOnAttributes } from '../broker/session-attributes.ts';
import type { Check } from '../connections/verification.ts';
import type { Deps } from '../deps.ts';
import { findExternalIds } from '../external-ids/store.ts';
import type { Principal } from '../identity/principal.ts';
import { limitPolicyChecks, type RateLimitFields } from '../rate-limits/limit-tenant.ts';
import { readSetupKit } from '../setup-kit/get-setup-kit.ts';
import { type Analysis, analyzePolicy, type Verdict } from './analyze-policy.ts';
import { type Finding, formatPath, type RecordedFinding } from './finding.ts';
import type { JsonObject } from './json-values.ts';
import type { StatementEntry } from './policy-document.ts';
import type { PolicyRequirements } from './requirements.ts';
import { suggestPolicy } from './suggest-policy.ts';

export interface TrustPolicyCheck {
  verdict: Verdict;
  checks: Check[];
  findings: Finding[];
  suggestedPolicy: JsonObject;
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
  deps: Pick<Deps, 'database' | 'config' | 'clock'>,
  input: {
    principal: Principal;
    tenantId: string;
    policy: unknown;
    profile: string | null;
    /** null: the main partition. */
    partition: string | null;
    onRateLimit?: (fields: RateLimitFields) => void;
  },
): Promise<TrustPolicyCheck> {
  const { policy, onRateLimit, ...kitInput } = input;
  const { externalIds, vendor, sessionAttributes } = await readSetupKit(deps, kitInput);
  const broker = requireBroker(deps.config, input.partition);
  const rateLimit = await limitPolicyChecks(deps, input.tenantId);
  onRateLimit?.(rateLimit);
  const { retired } = await findExternalIds(deps.database, input.tenantId);
  return checkPolicy(policy, {
    externalIds,
    retiredExternalIds: retired.map(({ value }) => value),
    vendor,
    sessionActions: attributeActions(sessionAttributes),
    passedOnActions: attributeActions(passedOnAttributes(broker.sessionAttributes)),
    requestContext: requestContextAt(deps.clock.now(), broker.region),
  });
}

/** The condition keys that each of the vendor's requests has, whichever identity sends it. */
export function requestContextAt(now: Date, region: string): Record<string, string> {
  return {
    'aws:CurrentTime': now.toISOString().replace(/\.\d{3}/, ''),
    'aws:EpochTime': String(Math.floor(now.getTime() / 1000)),
    'aws:RequestedRegion': region,
    'aws:SecureTransport': 'true',
    'aws:ViaAWSService': 'false',
  };
}

/** Checks a policy against given requirements, without a database. */
export function checkPolicy(policy: unknown, requirements: PolicyRequirements): TrustPolicyCheck {
  const analysis = analyzePolicy(policy, requirements);
  const { policy: suggestedPolicy, omitted } = suggestPolicy(analysis, requirements);
  for (const entry of omitted) addOmittedStatement(entry, analysis);
  const { verdict, checks, findings, pasted } = analysis;
  const errorsFirst = [
    ...findings.errors(),
    ...findings.list.filter(({ severity }) => severity === 'warning'),
  ].slice(0, MAX_FINDINGS);
  return {
    verdict,
    checks,
    findings: errorsFirst.map((finding) => toFinding(finding, pasted.locate(finding.path))),
    suggestedPolicy,
  };
}

function toFinding(
  { code, severity, message, path, fix }: RecordedFinding,
  position: { line: number; column: number } | undefined,
): Finding {
  return { code, severity, message, path: formatPath(path), fix, ...position };
}

function addOmittedStatement(entry: StatementEntry, { findings }: Analysis): void {
  findings.add('statement_left_out', entry.path, {
    message: `The suggested policy omits statement ${entry.index + 1}, because IAM would reject it or the policy would be too long.`,
    fix: 'If you need the statement, correct it and add it again.',
  });
}
