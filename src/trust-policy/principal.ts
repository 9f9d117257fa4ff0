import type { CallerPrincipal, PossibleValues } from './conditions/request-context.ts';
import { literalPattern, matchesPossibleText, wildcardPattern } from './conditions/wildcard.ts';
import type { PrincipalElement, PrincipalEntry } from './trust-policy.ts';
import { any, inEveryCase, type Truth } from './truth.ts';

const ACCOUNT_ID = /^\d{12}$/;
const ROOT_ARN = /^arn:([a-z-]+):iam::(\d{12}):root$/;
const IDENTITY_ARN =
  /^arn:[a-z-]+:(iam::\d{12}:(role|user)\/[\x21-\x7e]+|sts::\d{12}:(assumed-role|federated-user)\/[\x21-\x7e]+)$/;
/** IAM replaces the ARN of a deleted role or user with its unique ID (IAM identifiers: Unique identifiers). */
const UNIQUE_ID = /^(AROA|AIDA)[A-Z0-9]{8,124}$/;

/** Classifies a principal of type AWS; `undefined` when it has no form that IAM supports. */
export function classifyPrincipal(value: string): 'everyone' | 'account' | 'arn' | 'unique-id' | undefined {
  if (value === '*') return 'everyone';
  if (ACCOUNT_ID.test(value) || ROOT_ARN.test(value)) return 'account';
  // In a principal, a wildcard never matches part of a name or an ARN.
  if (IDENTITY_ARN.test(value) && !/[*?]/.test(value)) return 'arn';
  return UNIQUE_ID.test(value) ? 'unique-id' : undefined;
}

const ARN_PARTITION = /^arn:([a-z-]+):/;
/** The domains of the service principals in all partitions. */
const SERVICE =
  /^[a-z0-9-]+(\.[a-z0-9-]+)*\.(amazonaws\.(com(\.cn)?|eu)|amazon\.com|aws\.internal|(c2s\.ic|sc2s\.sgov|csp\.hci\.ic)\.gov|cloud\.adc-e\.uk)$/i;
/** A domain name, or the ARN of an identity provider. */
const FEDERATED = /^(arn:[a-z-]+:iam::\d{12}:(saml|oidc)-provider\/[\x21-\x7e]+|[a-z0-9-]+(\.[a-z0-9-]+)+)$/i;

/**
 * Whether IAM accepts the form of a principal in the trust policy of a role (AWS JSON policy elements: Principal). A unique
 * ID counts as accepted: IAM shows it in a policy, but does not save it again.
 *
 * @param partition that of the role; not checked if it is left out
 */
export function isValidPrincipal({ type, value }: PrincipalEntry, partition?: string): boolean {
  const itsPartition = ARN_PARTITION.exec(value)?.[1];
  if (partition !== undefined && itsPartition !== undefined && itsPartition !== partition) return false;
  switch (type) {
    case '*':
      return true;
    case 'AWS':
      return classifyPrincipal(value) !== undefined;
    case 'Service':
      return SERVICE.test(value);
    case 'CanonicalUser':
      // Only S3 policies support canonical users.
      return false;
    default:
      return FEDERATED.test(value);
  }
}

/**
 * Whether a statement's principals include the caller (AWS JSON policy elements: Principal).
 *
 * @returns `undefined` when a principal is unsupported and no other one matches
 */
export function principalMatches(element: PrincipalElement, caller: CallerPrincipal): Truth {
  // IAM rejects NotPrincipal in a trust policy, so its meaning there is undefined.
  if (element.negated) return undefined;
  return any(element.entries.map((entry) => entryMatches(entry, caller)));
}

function entryMatches({ type, value }: PrincipalEntry, caller: CallerPrincipal): Truth {
  if (type === '*') return true;
  // A caller that signs with AWS keys is never a service, an identity provider or a canonical user.
  if (type !== 'AWS') return false;
  switch (classifyPrincipal(value)) {
    case 'everyone':
      return true;
    case 'account':
      return value === caller.accountId || isRootOf(value, caller);
    case 'arn':
      return any([isPossibleText(value, caller.arn), isPossibleText(value, caller.sessionArn)]);
    case 'unique-id':
      // It shows only after the role or user was deleted, and a new one of the same name has another ID.
      return false;
    default:
      return undefined;
  }
}

function isPossibleText(value: string, actual: string | PossibleValues | undefined): Truth {
  if (actual === undefined || typeof actual === 'string') return value === actual;
  return inEveryCase(
    actual.patterns.map((pattern) => matchesPossibleText(literalPattern(value), wildcardPattern(pattern))),
  );
}

/** The root's ARN stands for the whole account in its partition, including its users and role sessions. */
function isRootOf(value: string, caller: CallerPrincipal): boolean {
  const [, partition, accountId] = ROOT_ARN.exec(value) ?? [];
  return partition === caller.partition && accountId === caller.accountId;
}
