import { evaluateCondition } from '../trust-policy/conditions/evaluate-condition.ts';
import { buildRequestContext } from '../trust-policy/conditions/request-context.ts';
import { classifyPrincipal, principalMatches } from '../trust-policy/principal.ts';
import type { Condition, Statement } from '../trust-policy/trust-policy.ts';
import { compareExternalId, isAccountIdTypo } from './compare-external-id.ts';
import { editDistance } from './edit-distance.ts';
import { toAuthorizationRequest } from './evaluate-probes.ts';
import { type PolicyRequirements, vendorPrincipal } from './requirements.ts';

/**
 * The principals that a statement applies to. `vendor`: its principals include the vendor. `intended_for_vendor`: it does not match the
 * vendor, but names its account, a typo of it, or the external ID. `others`: the suggested policy keeps it unchanged.
 */
type StatementTarget = 'vendor' | 'intended_for_vendor' | 'others';

export const isExternalIdKey = ({ key }: Pick<Condition, 'key'>): boolean =>
  key.toLowerCase() === 'sts:externalid';

/** Whether a condition key is probably a misspelling of `sts:ExternalId`. */
export function isExternalIdKeyTypo(key: string): boolean {
  const lowerCase = key.toLowerCase();
  if (lowerCase === 'sts:externalid' || key.length > 40) return false;
  const letters = lowerCase.replace(/[^a-z]/g, '');
  return letters.endsWith('externalid') || editDistance(lowerCase, 'sts:externalid') <= 2;
}

/** Keys that identify the caller. A statement for everyone that tests one of them applies only to those callers. */
const CALLER_KEYS = [
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
/** Keys that only requests from AWS services or federated identities have. */
const NEVER_IN_VENDOR_REQUESTS =
  /^(aws:(principalservicename|principalservicenameslist|sourcearn|sourceaccount|sourceorg|federatedprovider)|(?!aws:|sts:))/;

/** Whether the condition's key has a value that cannot be known offline, such as the caller's IP address. */
export function isUnknownOffline({ key }: Condition, requirements: PolicyRequirements): boolean {
  const lowerCase = key.toLowerCase();
  if (isExternalIdKey({ key }) || isExternalIdKeyTypo(key) || NEVER_IN_VENDOR_REQUESTS.test(lowerCase))
    return false;
  if (/^aws:(currenttime|epochtime)$/.test(lowerCase)) return true;
  const request = toAuthorizationRequest(requirements, { externalId: 'any' });
  const values = buildRequestContext(request).valuesOf(lowerCase);
  return Array.isArray(values) && values.length === 0;
}

/** Whether the vendor's request with this external ID meets the condition. */
export function meetsCondition(
  condition: Condition,
  requirements: PolicyRequirements,
  externalId: string | null,
  supportsVariables: boolean,
): boolean {
  const context = buildRequestContext(toAuthorizationRequest(requirements, { externalId }));
  return evaluateCondition(condition, context, supportsVariables) === true;
}

export const hasWildcardPrincipal = ({ principals }: Pick<Statement, 'principals'>): boolean =>
  principals.entries.some(({ value }) => value === '*');

export function classifyStatement(
  statement: Statement,
  requirements: PolicyRequirements,
  supportsVariables: boolean,
): StatementTarget {
  const vendor = vendorPrincipal(requirements);
  const matchesVendor = principalMatches(statement.principals, vendor) === true;
  const namesVendor = statement.principals.entries.some(
    (entry) => entry.value !== '*' && principalMatches({ negated: false, entries: [entry] }, vendor) === true,
  );
  const [externalId] = requirements.externalIds;
  const excludesVendor = statement.conditions.some(
    (condition) =>
      CALLER_KEYS.includes(condition.key.toLowerCase()) &&
      !meetsCondition(condition, requirements, externalId, supportsVariables),
  );
  if (namesVendor || (matchesVendor && !excludesVendor)) return 'vendor';
  return isIntendedForVendor(statement, requirements) ? 'intended_for_vendor' : 'others';
}

function isIntendedForVendor(
  { principals, conditions }: Statement,
  requirements: PolicyRequirements,
): boolean {
  const { accountId } = requirements.vendor;
  const namesVendor = principals.entries.some(
    ({ type, value }) => type === 'AWS' && isInVendorAccount(value, requirements),
  );
  const hasVendorCondition = conditions.some(
    (condition) =>
      (isExternalIdKey(condition) &&
        condition.values.some(
          (value) => !['other', 'placeholder'].includes(compareExternalId(value, requirements).kind),
        )) ||
      (CALLER_KEYS.includes(condition.key.toLowerCase()) &&
        condition.values.some((value) => value.includes(accountId))),
  );
  return namesVendor || hasVendorCondition;
}

/** Whether a principal is in the vendor's account, or in an account whose ID looks like a typo of the vendor's. */
export function isInVendorAccount(principal: string, { vendor }: PolicyRequirements): boolean {
  const account = accountOf(principal);
  return (
    account !== undefined && (account === vendor.accountId || isAccountIdTypo(account, vendor.accountId))
  );
}

/** The account ID of a principal; undefined for `*` and for unique IDs of deleted identities. */
export function accountOf(principal: string): string | undefined {
  const form = classifyPrincipal(principal);
  if (form !== 'account' && form !== 'arn') return undefined;
  return /^\d+$/.test(principal) ? principal : principal.split(':')[4];
}
