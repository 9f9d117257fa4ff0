import type { Answer } from './compare.ts';
import type { CallerPrincipal } from './request-keys.ts';
import type { PrincipalElement, PrincipalEntry } from './trust-policy.ts';

const ACCOUNT_ID = /^\d{12}$/;
const ROOT_ARN = /^arn:([a-z-]+):iam::(\d{12}):root$/;
const IDENTITY_ARN =
  /^arn:[a-z-]+:(iam::\d{12}:(role|user)\/[\x21-\x7e]+|sts::\d{12}:(assumed-role|federated-user)\/[\x21-\x7e]+)$/;
/** What IAM shows in place of a role or user that was deleted. */
const UNIQUE_ID = /^A[A-Z]{3}[A-Z0-9]{8,124}$/;

/** What a principal string of type AWS is; `undefined` when IAM knows no such form. */
export function principalForm(value: string): 'everyone' | 'account' | 'arn' | 'unique-id' | undefined {
  if (value === '*') return 'everyone';
  if (ACCOUNT_ID.test(value) || ROOT_ARN.test(value)) return 'account';
  // A wildcard stands for everyone or for nothing: it never matches a part of a name or an ARN.
  if (IDENTITY_ARN.test(value) && !/[*?]/.test(value)) return 'arn';
  return UNIQUE_ID.test(value) ? 'unique-id' : undefined;
}

/**
 * Whether a statement is about this caller; `undefined` when it names something that is not understood
 * (AWS JSON policy elements: Principal).
 */
export function principalMatches(element: PrincipalElement, caller: CallerPrincipal): Answer {
  // IAM refuses NotPrincipal in a trust policy, so there is no meaning to follow.
  if (element.negated) return undefined;
  const answers = element.entries.map((entry) => entryMatches(entry, caller));
  if (answers.includes(true)) return true;
  return answers.includes(undefined) ? undefined : false;
}

function entryMatches({ type, value }: PrincipalEntry, caller: CallerPrincipal): Answer {
  if (type === '*') return true;
  // A service, an identity provider and a canonical user are other callers than any that signs with keys.
  if (type !== 'AWS') return false;
  switch (principalForm(value)) {
    case 'everyone':
      return true;
    case 'account':
      return value === caller.accountId || isRootOf(value, caller);
    case 'arn':
      return value === caller.arn || value === caller.sessionArn;
    case 'unique-id':
      return caller.userId !== undefined && value === caller.userId.split(':')[0];
    default:
      return undefined;
  }
}

/** The root's ARN stands for the whole account: each of its users and role sessions, in its partition. */
function isRootOf(value: string, caller: CallerPrincipal): boolean {
  const [, partition, accountId] = ROOT_ARN.exec(value) ?? [];
  return partition === caller.partition && accountId === caller.accountId;
}
