/** Why the vendor's requests do not meet a condition, or why that is not known, by a pattern for its key in lower case. */
const REASONS: [RegExp, string][] = [
  [
    /^aws:(sourceip|vpcsourceip)$/,
    'It depends on the IP address that we call from, which may change without notice.',
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
  [/^aws:principalaccount$/, 'It has to name our account.'],
  [/^aws:principalarn$/, 'It depends on which of our identities calls, and on the path in its ARN.'],
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

export const explainUnmetKey = (key: string): string =>
  REASONS.find(([pattern]) => pattern.test(key.toLowerCase()))?.[1] ??
  'Our request does not have this key, or has another value for it.';
