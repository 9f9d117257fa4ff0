import { createMessages } from '../lib/message.ts';

/** What a verification tells the customer, in English. The hosted page has the same texts in other languages. */
export const EXPLANATION_TEXTS = {
  'verification.verified':
    'AWS allowed access to the role {role} with your external ID, and denied it without an external ID, with another one, with yours in upper case and with yours followed by other characters.',
  'verification.ready': 'The role is ready to use.',
  'verification.attributesAllowed':
    'It also allows {attributes}, which the access profile "{profile}" uses. The role is ready to use.',
  'verification.attributesDenied':
    'But AWS denied sessions with {attributes}, which the access profile "{profile}" uses to show in your CloudTrail logs who worked in your account. The role cannot be used with this profile until it allows them.',
  'verification.attributesUnknown':
    'AWS did not answer whether the role allows the session tags or the source identity of the access profile "{profile}".',
  'verification.sourceIdentityFixed':
    'But the access profile "{profile}" cannot be used: the session of {vendor} in AWS has a source identity, and AWS does not let the profile replace it. This is not caused by your role.',
  'verification.notEnforced':
    "The role's trust policy does not enforce your external ID: AWS also allowed access to the role {role} {probes}. Somebody else could use the role through {vendor}, so it is not used. The credentials from this verification were discarded at once.",
  'verification.notAssumable':
    'AWS denied access to the role {role} with your external ID {ids}. AWS gives the same answer if the role does not exist, does not trust the account of {vendor}, or requires another external ID.',
  'verification.inconclusive': 'It is not known whether the role {role} is safe.',

  'failure.broker_failing':
    'The AWS identity of this service does not work at the moment, so the role could not be tested. This is not caused by your role or your account.',
  'failure.clock_wrong':
    'AWS rejected the calls because the clock of this service is wrong, so the role could not be tested. This is not caused by your role or your account.',
  'failure.throttled':
    'AWS is throttling the calls of this service, so the role could not be tested completely.',
  'failure.budget_exhausted':
    'This service has made as many calls to AWS as it allows itself at the moment, so the role could not be tested completely.',
  'failure.region_disabled':
    'Your account has not enabled the AWS Region in which this service calls AWS STS, so the role could not be tested.',
  'failure.unavailable': 'AWS did not answer all calls, so the role could not be tested completely.',

  'cause.missing':
    'A statement has no condition on sts:ExternalId, or one that is also true if no external ID is sent (an operator that ends in IfExists, ForAllValues:, StringNotEquals, Null). Use StringEquals.',
  'cause.wrong':
    'The condition matches other external IDs: StringLike with "*", a policy variable, or Null. Use StringEquals with your external ID.',
  'cause.case_changed': 'The condition ignores case (StringEqualsIgnoreCase). Use StringEquals.',
  'cause.extended':
    'The condition matches a pattern, such as StringLike with "*" or "?". Use StringEquals with exactly your external ID.',

  'step.condition':
    "In every statement of the role's trust policy that allows the account of {vendor}, use exactly this condition: {condition}.",
  'step.verifyAgain': 'Then verify again. A change in IAM can take a minute to take effect.',
  'step.nothingToChange': 'Verify again in a moment. You do not need to change the role.',
  'step.enableRegion':
    'Enable STS in that Region (IAM console, Account settings), or ask {vendor} to call STS of another Region.',
  'step.thenVerify': 'Then verify again.',
  'step.replaceLegacyId':
    'If the trust policy of this role still has the external ID that was used before, replace it by {ids}: only this one is used for you from now on.',
  'step.roleExists': 'Check that the role {role} exists, with exactly this account, path and name.',
  'step.policyFromKit':
    'Check that its trust policy is the one in your setup instructions: the account of {vendor} as principal, the action sts:AssumeRole, and sts:ExternalId equal to {ids}.',
  'step.allowAction':
    'Check that its trust policy also allows the action {action}, as the one in your setup instructions does. The session of {vendor} in AWS has {attribute}, which AWS carries over to your role, and without this action AWS denies access even with the correct external ID.',
  'step.bothIds':
    'Your external ID is being rotated: the trust policy may list both external IDs, as the one in your setup instructions does.',
  'step.wait': 'If you have just created or changed the role, wait a minute and verify again.',
  'step.serviceControlPolicies':
    'If your organization has service control policies, check that none of them denies sts:AssumeRole.',
  'step.addActions':
    'In the statement of the role\'s trust policy that allows the account of {vendor}, add {actions} beside sts:AssumeRole, as in the setup instructions for the access profile "{profile}".',
  'step.turnOffSourceIdentity':
    'Ask {vendor} to turn off the source identity of the access profile "{profile}". You do not need to change the role.',

  'term.missing': 'without an external ID',
  'term.wrong': 'with another external ID',
  'term.case_changed': 'with your external ID in upper case',
  'term.extended': 'with your external ID followed by other characters',
  'term.sessionTags': 'session tags',
  'term.sourceIdentity': 'a source identity',
  'term.oneId': '"{first}"',
  'term.twoIds': '"{first}" or "{second}"',
} as const;

export const explanation = createMessages(EXPLANATION_TEXTS);
