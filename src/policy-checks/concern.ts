import { conditionHolds } from '../trust-policy/condition.ts';
import { principalForm, principalMatches } from '../trust-policy/principal.ts';
import { requestKeys } from '../trust-policy/request-keys.ts';
import type { Condition, Statement } from '../trust-policy/trust-policy.ts';
import { requestOf } from './ask.ts';
import { compareId, isSlipOf } from './compare-id.ts';
import { editDistance } from './shape.ts';
import { brokerOf, type Subject } from './subject.ts';

/**
 * What a statement has to do with us: it may admit us; it was meant to, by all signs; or it is about others and stays
 * as it is.
 */
export type Concern = 'admits' | 'meant' | 'others';

export const isIdKey = ({ key }: Pick<Condition, 'key'>): boolean => key.toLowerCase() === 'sts:externalid';

/** Whether a key is no key at all, but sts:ExternalId by what it was meant to be. */
export function isSlipOfIdKey(key: string): boolean {
  const lower = key.toLowerCase();
  if (lower === 'sts:externalid' || key.length > 40) return false;
  const letters = lower.replace(/[^a-z]/g, '');
  return letters.endsWith('externalid') || editDistance(lower, 'sts:externalid') <= 2;
}

/** Keys that say who calls. A statement for everybody that is narrowed by one of them is for those alone. */
const WHO = [
  'aws:principalarn',
  'aws:principalaccount',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principaltype',
  'aws:principalisawsservice',
  'aws:principalservicename',
  'aws:sourcearn',
  'aws:sourceaccount',
  'aws:sourceorgid',
  'aws:sourceorgpaths',
  'aws:userid',
  'aws:username',
];
/** Keys that only AWS services, or identities from outside, ever have. */
const NEVER_OURS =
  /^(aws:(principalservicename|principalservicenameslist|sourcearn|sourceaccount|sourceorg|federatedprovider)|(?!aws:|sts:))/;

/** Whether a condition is on something about which nothing can be said beforehand, such as the caller's address. */
export function isUncertain({ key }: Condition, subject: Subject): boolean {
  const lower = key.toLowerCase();
  if (isIdKey({ key }) || isSlipOfIdKey(key) || NEVER_OURS.test(lower)) return false;
  if (/^aws:(currenttime|epochtime)$/.test(lower)) return true;
  return requestKeys(requestOf(subject, { externalId: 'any' })).values(lower).length === 0;
}

/** Whether the condition holds for our call with this ID. */
export function holdsForUs(
  condition: Condition,
  subject: Subject,
  externalId: string | null,
  variables: boolean,
) {
  return conditionHolds(condition, requestKeys(requestOf(subject, { externalId })), variables) === true;
}

export const isEverybody = ({ principals }: Pick<Statement, 'principals'>): boolean =>
  principals.entries.some(({ value }) => value === '*');

export function concernOf(statement: Statement, subject: Subject, variables: boolean): Concern {
  const matches = principalMatches(statement.principals, brokerOf(subject)) === true;
  const named = statement.principals.entries.some(
    (entry) =>
      entry.value !== '*' &&
      principalMatches({ negated: false, entries: [entry] }, brokerOf(subject)) === true,
  );
  const [id] = subject.externalIds;
  const forOthers = statement.conditions.some(
    (condition) =>
      WHO.includes(condition.key.toLowerCase()) && !holdsForUs(condition, subject, id, variables),
  );
  if (named || (matches && !forOthers)) return 'admits';
  return isMeant(statement, subject) ? 'meant' : 'others';
}

function isMeant({ principals, conditions }: Statement, subject: Subject): boolean {
  const { accountId } = subject.vendor;
  const names = principals.entries.some(({ type, value }) => {
    const account = type === 'AWS' ? accountOf(value) : undefined;
    return account !== undefined && (account === accountId || isSlipOf(account, accountId));
  });
  const carries = conditions.some(
    (condition) =>
      (isIdKey(condition) &&
        condition.values.some(
          (value) => !['other', 'placeholder'].includes(compareId(value, subject).kind),
        )) ||
      (WHO.includes(condition.key.toLowerCase()) &&
        condition.values.some((value) => value.includes(accountId))),
  );
  return names || carries;
}

/** The account that a principal lies in, or undefined for everybody and for internal IDs. */
export function accountOf(principal: string): string | undefined {
  const form = principalForm(principal);
  if (form !== 'account' && form !== 'arn') return undefined;
  return /^\d+$/.test(principal) ? principal : principal.split(':')[4];
}
