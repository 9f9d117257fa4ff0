import type { CallerPrincipal } from './conditions/request-context.ts';
import { any, type ThreeValued } from './three-valued.ts';
import type { PrincipalElement, PrincipalEntry } from './trust-policy.ts';

const ACCOUNT_ID = /^\d{12}$/;
const ROOT_ARN = /^arn:([a-z-]+):iam::(\d{12}):root$/;
const IDENTITY_ARN =
  /^arn:[a-z-]+:(iam::\d{12}:(role|user)\/[\x21-\x7e]+|sts::\d{12}:(assumed-role|federated-user)\/[\x21-\x7e]+)$/;
/** IAM replaces the ARN of a deleted role or user with its unique ID. */
const UNIQUE_ID = /^A[A-Z]{3}[A-Z0-9]{8,124}$/;

/** Classifies a principal of type AWS; `undefined` when it has no form that IAM supports. */
export function classifyPrincipal(value: string): 'everyone' | 'account' | 'arn' | 'unique-id' | undefined {
  if (value === '*') return 'everyone';
  if (ACCOUNT_ID.test(value) || ROOT_ARN.test(value)) return 'account';
  // In a principal, a wildcard never matches part of a name or an ARN.
  if (IDENTITY_ARN.test(value) && !/[*?]/.test(value)) return 'arn';
  return UNIQUE_ID.test(value) ? 'unique-id' : undefined;
}

/**
 * Whether a statement's principals include the caller (AWS JSON policy elements: Principal).
 *
 * @returns `undefined` when a principal is unsupported and no other one matches
 */
export function principalMatches(element: PrincipalElement, caller: CallerPrincipal): ThreeValued {
  // IAM rejects NotPrincipal in a trust policy, so its meaning there is undefined.
  if (element.negated) return undefined;
  return any(element.entries.map((entry) => entryMatches(entry, caller)));
}

function entryMatches({ type, value }: PrincipalEntry, caller: CallerPrincipal): ThreeValued {
  if (type === '*') return true;
  // A caller that signs with AWS keys is never a service, an identity provider or a canonical user.
  if (type !== 'AWS') return false;
  switch (classifyPrincipal(value)) {
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

/** The root's ARN stands for the whole account in its partition, including its users and role sessions. */
function isRootOf(value: string, caller: CallerPrincipal): boolean {
  const [, partition, accountId] = ROOT_ARN.exec(value) ?? [];
  return partition === caller.partition && accountId === caller.accountId;
}
