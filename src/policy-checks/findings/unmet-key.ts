/** Why the vendor's requests do not meet a condition, or why that is not known, by a pattern for its key in lower case. */
const REASONS: [RegExp, string][] = [
  [
    /^aws:(sourceip|vpcsourceip)$/,
    'It depends on the IP address of the caller, which may change without notice.',
  ],
  [/^aws:source(vpc|vpce|vpcarn)$/, 'It depends on the network of the caller, which is not one of yours.'],
  [
    /^aws:multifactorauth/,
    'A service calls, so nobody can enter an MFA code and the condition can never be met.',
  ],
  [/^aws:principalorg(id|paths)$/, 'The account that calls is not in your AWS organization.'],
  [
    /^aws:source(arn|account|org)/,
    'AWS sets this key only when one of its own services calls. Here, the external ID gives the same protection.',
  ],
  [/^aws:principalaccount$/, 'It has to name the account that calls.'],
  [/^aws:principalarn$/, 'It depends on which identity of the account calls, and on the path in its ARN.'],
  [/^aws:principaltag\//, 'It depends on the tags of the role that calls, which may change.'],
  [/^aws:(requesttag\/|tagkeys$)/, 'It depends on session tags that are not always sent.'],
  [/^sts:rolesessionname$/, 'It depends on the session name, which is different in every call.'],
  [/^(sts|aws):sourceidentity$/, 'It depends on a source identity that is not always sent.'],
  [/^aws:(currenttime|epochtime)$/, 'It allows access only at certain times, and this is not one of them.'],
  [/^aws:requestedregion$/, 'It names a Region other than the one that is called.'],
  [/^aws:useragent$/, 'It depends on the user agent of the caller, which is not a secret and may change.'],
  [
    /^aws:(userid|username|principaltype)$/,
    'It depends on an internal identifier of the caller, which may change.',
  ],
  [/^aws:principal(isawsservice|servicename)/, 'Only AWS services meet it.'],
  [
    /^(?!aws:|sts:)/,
    'The key belongs to another kind of caller, such as an identity provider. It is never present when an AWS account calls.',
  ],
];

export const explainUnmetKey = (key: string): string =>
  REASONS.find(([pattern]) => pattern.test(key.toLowerCase()))?.[1] ??
  'The request does not have this key, or has another value for it.';
