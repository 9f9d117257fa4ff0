import type { Check } from '../connections/verification.ts';
import type { Deps } from '../deps.ts';
import { readExternalIds } from '../external-ids/store.ts';
import type { Principal } from '../identity/principal.ts';
import { limitPolicyChecks } from '../rate-limits/limit-tenant.ts';
import { getSetupKit } from '../setup-kit/get.ts';
import { type Analysis, analyse, type Verdict } from './analyse.ts';
import { type Finding, type Found, pathText } from './finding.ts';
import type { Slot } from './statements.ts';
import type { Raw, Subject } from './subject.ts';
import { suggest } from './suggest.ts';

export interface TrustPolicyCheck {
  verdict: Verdict;
  checks: Check[];
  findings: Finding[];
  suggestedPolicy: Raw;
}

/** Enough to act on; what is beyond is told when these are mended. */
const MOST_FINDINGS = 50;

/**
 * Checks a pasted trust policy for a tenant: the probes of a verification asked of our own evaluator, what they cannot
 * see, and a policy that passes. Calls nothing and changes nothing; takes one of the tenant's checks of this minute.
 * @throws Problem `not_found`, `tenant_not_active` when it was offboarded, `validation_failed` for an unknown profile,
 * `rate_limited`
 */
export async function checkTrustPolicy(
  deps: Pick<Deps, 'database' | 'config' | 'clock'>,
  input: { principal: Principal; tenantId: string; policy: unknown; profile: string | null },
): Promise<TrustPolicyCheck> {
  const { policy, ...asked } = input;
  const { externalIds, vendor, sessionAttributes } = await getSetupKit(deps, asked);
  await limitPolicyChecks(deps, input.tenantId);
  const { retired } = await readExternalIds(deps.database, input.tenantId);
  return checkFor(policy, {
    externalIds,
    retired: retired.map(({ value }) => value),
    vendor,
    needs: [
      ...(sessionAttributes.sessionTags ? (['sts:TagSession'] as const) : []),
      ...(sessionAttributes.sourceIdentity ? (['sts:SetSourceIdentity'] as const) : []),
    ],
    context: contextAt(deps.clock.now(), deps.config.region),
  });
}

/** The condition keys that each of our calls has, whoever makes it. */
export function contextAt(now: Date, region: string): Record<string, string> {
  return {
    'aws:CurrentTime': now.toISOString().replace(/\.\d{3}/, ''),
    'aws:EpochTime': String(Math.floor(now.getTime() / 1000)),
    'aws:RequestedRegion': region,
    'aws:SecureTransport': 'true',
    'aws:ViaAWSService': 'false',
  };
}

/** The check itself, without tenant or database. */
export function checkFor(policy: unknown, subject: Subject): TrustPolicyCheck {
  const analysis = analyse(policy, subject);
  const { policy: suggestedPolicy, leftOut } = suggest(analysis, subject);
  for (const slot of leftOut) sayLeftOut(slot, analysis);
  const { verdict, checks, findings, pasted } = analysis;
  const inOrder = [
    ...findings.errors(),
    ...findings.list.filter(({ severity }) => severity === 'warning'),
  ].slice(0, MOST_FINDINGS);
  return {
    verdict,
    checks,
    findings: inOrder.map((found) => toFinding(found, pasted.locate(found.at))),
    suggestedPolicy,
  };
}

function toFinding(
  { code, severity, message, at, fix }: Found,
  place: { line: number; column: number } | undefined,
): Finding {
  return { code, severity, message, path: pathText(at), fix, ...place };
}

function sayLeftOut(slot: Slot, { findings }: Analysis): void {
  findings.add('statement_left_out', slot.at, {
    message: `The suggested policy leaves out statement ${slot.index + 1}, which IAM would refuse as it is, or for which there is no room.`,
    fix: 'If you need it, mend it and add it again.',
  });
}
