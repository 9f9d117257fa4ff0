import type { Condition } from '../trust-policy/trust-policy.ts';
import { isExternalIdKeyTypo } from './classify-statement.ts';
import type { Findings } from './finding.ts';
import { quoteValue } from './json-values.ts';
import { conditionPath, type StatementEntry } from './policy-document.ts';
import type { PolicyRequirements } from './requirements.ts';

/** Why the vendor's requests do not meet a condition, by a pattern for its key in lower case. */
const REASONS: [RegExp, string][] = [
  [
    /^aws:(sourceip|vpcsourceip)$/,
    'It depends on the IP address that we call from. This check does not know it, and it may change without notice.',
  ],
  [
    /^aws:source(vpc|vpce|vpcarn)$/,
    'It depends on the network that we call from, which is not one of yours.',
  ],
  [
    /^aws:multifactorauth/,
    'We call as a service, so nobody can enter an MFA code and the condition can never be met.',
  ],
  [/^aws:principalorg(id|paths)$/, 'Our account is not in your AWS organization.'],
  [
    /^aws:source(arn|account|org)/,
    'AWS sets this key only when one of its own services calls. For our calls, the external ID gives the same protection.',
  ],
  [/^aws:principalaccount$/, 'It names an account other than ours.'],
  [/^aws:principaltag\//, 'It depends on the tags of our own role, which we do not guarantee.'],
  [/^aws:(requesttag\/|tagkeys$)/, 'It depends on session tags that we do not always send.'],
  [/^sts:rolesessionname$/, 'It depends on the session name, which is different in every call.'],
  [/^(sts|aws):sourceidentity$/, 'It depends on a source identity that we do not always send.'],
  [
    /^aws:(currenttime|epochtime)$/,
    'It allows access only at certain times, and by our clock this is not one of them.',
  ],
  [/^aws:requestedregion$/, 'It names a Region other than the one that we call.'],
  [/^aws:useragent$/, 'It depends on the user agent of the caller, which is not a secret and may change.'],
  [
    /^aws:(userid|username|principaltype)$/,
    'It depends on an internal identifier of our identity, which may change.',
  ],
  [/^aws:principal(isawsservice|servicename)/, 'Only AWS services meet it.'],
  [
    /^(?!aws:|sts:)/,
    'The key belongs to another kind of caller, such as an identity provider. It is never present when an AWS account calls.',
  ],
];

export const explainUnmetKey = (key: string): string | undefined =>
  REASONS.find(([pattern]) => pattern.test(key.toLowerCase()))?.[1];

/** Adds a finding for a condition on a key other than the external ID that the vendor does not meet. */
export function addUnmetCondition(
  entry: StatementEntry,
  condition: Condition,
  { requirements, findings }: { requirements: PolicyRequirements; findings: Findings },
): void {
  const { key, operator } = condition;
  if (key.toLowerCase() === 'aws:principalarn') {
    findings.add('principal_arn_mismatch', conditionPath(entry, condition), {
      ...describePrincipalArnMismatch(condition, requirements),
      statementIndex: entry.index,
    });
    return;
  }
  const isTypo = isExternalIdKeyTypo(key);
  const reason = isTypo
    ? 'This key does not exist. The correct key is "sts:ExternalId".'
    : (explainUnmetKey(key) ?? 'Our request does not have this key, or has another value for it.');
  findings.add('condition_not_met', conditionPath(entry, condition), {
    message: `We do not meet the condition ${operator.name} on ${quoteValue(key)}. ${reason}`,
    fix: isTypo
      ? 'Write "sts:ExternalId".'
      : `Remove the condition on ${quoteValue(key)} from the statement for us. Other statements may keep theirs.`,
    statementIndex: entry.index,
  });
}

function describePrincipalArnMismatch(
  { operator, values }: Condition,
  { vendor }: PolicyRequirements,
): { message: string; fix: string } {
  const { brokerRoleArn } = vendor;
  const written = `${operator.name} ${values.map(quoteValue).join(', ')}`;
  if (brokerRoleArn === null) {
    return {
      message: `We do not call with one fixed role, so this check cannot confirm that we meet ${written}.`,
      fix: 'Remove the condition on aws:PrincipalArn.',
    };
  }
  return {
    message: `aws:PrincipalArn has to match the ARN of our role, ${brokerRoleArn}. ${written} does not.`,
    fix: `Write "StringEquals": {"aws:PrincipalArn": "${brokerRoleArn}"}.`,
  };
}
