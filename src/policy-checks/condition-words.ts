import type { Condition } from '../trust-policy/trust-policy.ts';
import { isSlipOfIdKey } from './concern.ts';
import type { Findings } from './finding.ts';
import { said } from './shape.ts';
import { conditionPath, type Slot } from './statements.ts';
import type { Subject } from './subject.ts';

/** Why our calls do not meet a condition on a key; a key that ends in a star stands for all that begin so. */
const REASONS: [RegExp, string][] = [
  [
    /^aws:(sourceip|vpcsourceip)$/,
    'It depends on the address that we call from. This check does not know it, and it may change without notice.',
  ],
  [/^aws:source(vpc|vpce|vpcarn)$/, 'It depends on the network that we call from, which is none of yours.'],
  [
    /^aws:multifactorauth/,
    'We are a service: nobody is there to enter an MFA code, so MFA can never be demanded of us.',
  ],
  [/^aws:principalorg(id|paths)$/, 'Our account is not in your AWS organization.'],
  [
    /^aws:source(arn|account|org)/,
    'AWS sets this key only when one of its own services calls. Against the same danger from us there is the external ID.',
  ],
  [/^aws:principalaccount$/, 'It names another account than ours.'],
  [/^aws:principaltag\//, 'It depends on tags of our own role, which we do not promise.'],
  [/^aws:(requesttag\/|tagkeys$)/, 'It depends on session tags that are not always sent.'],
  [/^sts:rolesessionname$/, 'It depends on the session name, which is another one in each call.'],
  [/^(sts|aws):sourceidentity$/, 'It depends on a source identity that is not always sent.'],
  [/^aws:(currenttime|epochtime)$/, 'It is bound to a time, and by our clock that time is not now.'],
  [/^aws:requestedregion$/, 'It names another Region than the one that we call.'],
  [/^aws:useragent$/, 'It depends on the name of the program that calls, which is not secret and changes.'],
  [
    /^aws:(userid|username|principaltype)$/,
    'It depends on an internal name of our identity that may change.',
  ],
  [/^aws:principal(isawsservice|servicename)/, 'It is met only by services of AWS.'],
  [
    /^(?!aws:|sts:)/,
    'The key belongs to another kind of caller, such as an identity provider, and is never there when an account calls.',
  ],
];

export const reasonFor = (key: string): string | undefined =>
  REASONS.find(([pattern]) => pattern.test(key.toLowerCase()))?.[1];

/** A condition on something else than the ID that keeps us out. */
export function sayUnmetCondition(
  slot: Slot,
  condition: Condition,
  { subject, findings }: { subject: Subject; findings: Findings },
): void {
  const { key, values, operator } = condition;
  const lower = key.toLowerCase();
  const broker = subject.vendor.brokerRoleArn;
  if (lower === 'aws:principalarn') {
    findings.add('principal_arn_mismatch', conditionPath(slot, condition), {
      message: broker
        ? `aws:PrincipalArn has to be the ARN of our role, ${broker}; ${operator.name} ${values.map(said).join(', ')} does not hold for it.`
        : `We name no single role that calls, so ${operator.name} ${values.map(said).join(', ')} cannot be told to hold.`,
      fix: broker
        ? `Write "StringEquals": {"aws:PrincipalArn": "${broker}"}.`
        : 'Remove the condition on aws:PrincipalArn.',
      mends: slot.index,
    });
    return;
  }
  const slip = isSlipOfIdKey(key);
  const reason = slip
    ? 'There is no such key: it is "sts:ExternalId".'
    : (reasonFor(key) ?? 'Our call does not have it, or not with this value.');
  findings.add('condition_not_met', conditionPath(slot, condition), {
    message: `${operator.name} on ${said(key)} keeps us out. ${reason}`,
    fix: slip
      ? 'Write "sts:ExternalId".'
      : `Remove the condition on ${said(key)} from the statement for us. Other statements may keep theirs.`,
    mends: slot.index,
  });
}
