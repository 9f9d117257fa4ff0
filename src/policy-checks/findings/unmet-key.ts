import { createMessages, type Message } from '../../lib/message.ts';

/** Why the vendor's requests do not meet a condition, or why that is not known, in English. */
export const UNMET_KEY_TEXTS = {
  'key.ip': 'It depends on the IP address of the caller, which may change without notice.',
  'key.network': 'It depends on the network of the caller, which is not one of yours.',
  'key.mfa': 'A service calls, so nobody can enter an MFA code.',
  'key.organization': 'The account that calls is not in your AWS organization.',
  'key.source':
    'AWS sets this key only when one of its own services calls. Here, the external ID gives the same protection.',
  'key.account': 'It has to name the account that calls.',
  'key.identity': 'It depends on which identity of the account calls, and on the path in its ARN.',
  'key.roleTags': 'It depends on the tags of the role that calls, which may change.',
  'key.sessionTags': 'It depends on session tags that are not always sent.',
  'key.sessionName': 'It depends on the session name, which is different in every call.',
  'key.sourceIdentity': 'It depends on a source identity that is not always sent.',
  'key.time': 'It allows access only at certain times, and this is not one of them.',
  'key.region': 'It names a Region other than the one that is called.',
  'key.userAgent': 'It depends on the user agent of the caller, which is not a secret and may change.',
  'key.userId': 'It depends on an internal identifier of the caller, which may change.',
  'key.services': 'Only AWS services meet it.',
  'key.otherCaller':
    'The key belongs to another kind of caller, such as an identity provider. It is never present when an AWS account calls.',
  'key.other': 'The request does not have this key, or has another value for it.',
} as const;

const text = createMessages(UNMET_KEY_TEXTS);

/** By a pattern for the condition key in lower case. */
const REASONS: [RegExp, keyof typeof UNMET_KEY_TEXTS][] = [
  [/^aws:(sourceip|vpcsourceip)$/, 'key.ip'],
  [/^aws:source(vpc|vpce|vpcarn)$/, 'key.network'],
  [/^aws:multifactorauth/, 'key.mfa'],
  [/^aws:principalorg(id|paths)$/, 'key.organization'],
  [/^aws:source(arn|account|org)/, 'key.source'],
  [/^aws:principalaccount$/, 'key.account'],
  [/^aws:principalarn$/, 'key.identity'],
  [/^aws:principaltag\//, 'key.roleTags'],
  [/^aws:(requesttag\/|tagkeys$)/, 'key.sessionTags'],
  [/^sts:rolesessionname$/, 'key.sessionName'],
  [/^(sts|aws):sourceidentity$/, 'key.sourceIdentity'],
  [/^aws:(currenttime|epochtime)$/, 'key.time'],
  [/^aws:requestedregion$/, 'key.region'],
  [/^aws:useragent$/, 'key.userAgent'],
  [/^aws:(userid|username|principaltype)$/, 'key.userId'],
  [/^aws:principal(isawsservice|servicename)/, 'key.services'],
  [/^(?!aws:|sts:)/, 'key.otherCaller'],
];

export const explainUnmetKey = (key: string): Message =>
  text(REASONS.find(([pattern]) => pattern.test(key.toLowerCase()))?.[1] ?? 'key.other');
