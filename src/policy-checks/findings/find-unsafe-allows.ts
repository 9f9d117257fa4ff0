import { NEGATIVE_PROBE_DESCRIPTIONS, type NegativeProbe } from '../../connections/verification.ts';
import type { CallerPrincipal } from '../../trust-policy/conditions/request-context.ts';
import type { Condition, Statement } from '../../trust-policy/trust-policy.ts';
import type { CheckContext } from '../context.ts';
import { deniesVendor } from '../deny-exemption.ts';
import { applies, meets, NEGATIVE_PROBES, type ProbeExternalIds, type RoleRequest } from '../evaluate.ts';
import { isExternalIdKey, isExternalIdKeyTypo } from '../external-id-key.ts';
import { otherVendorIdentities, strangerRequests } from '../identities.ts';
import { conditionPath, type Policy, type StatementEntry, statementLabel, usableEntries } from '../policy.ts';
import { isCallerKey, trustsEveryone, vendorStatements } from '../target.ts';
import { type Finding, finding } from './finding.ts';

/** What the searches for unsafe statements share. */
interface Search {
  policy: Policy;
  context: CheckContext;
  ids: ProbeExternalIds;
  /** Whether the vendor may be able to assume the role with the correct external ID. */
  isVendorAllowed: boolean;
}

/**
 * Finds the reasons why a statement allows the vendor without the correct external ID, or allows everyone. A condition that
 * cannot be evaluated offline counts as met, since it does not replace an external ID.
 */
export function findUnsafeAllows(search: Search): Finding[] {
  const denies = remainingDenies(search);
  return vendorStatements(search.policy, search.context).flatMap(({ entry, statement }) => [
    ...findMissingEnforcement(entry, statement, denies, search),
    ...findWildcardPrincipal(entry, statement, denies, search),
  ]);
}

/** The Deny statements that do not apply to the vendor's right requests. The others have to change, and prove nothing. */
const remainingDenies = ({ policy, context }: Search): { entry: StatementEntry; statement: Statement }[] =>
  usableEntries(policy, 'Deny').filter(
    ({ statement }) => deniesVendor(statement, policy.version, context) === false,
  );

type Denies = ReturnType<typeof remainingDenies>;

function findDeny(
  denies: Denies,
  request: RoleRequest,
  { policy, context }: Search,
): StatementEntry | undefined {
  return denies.find(({ statement }) => applies(statement, policy.version, context, request) === true)?.entry;
}

function findMissingEnforcement(
  entry: StatementEntry,
  statement: Statement,
  denies: Denies,
  search: Search,
): Finding[] {
  const { policy, context, ids } = search;
  const tested = search.isVendorAllowed ? statement : withoutOtherConditions(statement);
  const identities = [undefined, ...otherVendorIdentities(statement, context)];
  for (const principal of identities) {
    const allowed = NEGATIVE_PROBES.map((probe) => {
      const request = { externalId: ids[probe], isAtAnyTime: true, ...(principal && { principal }) };
      return { probe, request };
    }).filter(({ request }) => applies(tested, policy.version, context, request) !== false);
    const open = allowed.filter(({ request }) => findDeny(denies, request, search) === undefined);
    const found = open.flatMap(({ probe }) => explainProbe(entry, statement, probe, principal, search));
    if (found.length > 0) return found;
    const deny = allowed[0] && findDeny(denies, allowed[0].request, search);
    const hasCondition = statement.conditions.some(isExternalIdKey);
    if (deny && open.length === 0 && !hasCondition) {
      const details = { label: statementLabel(entry), denyLabel: `statement ${deny.index + 1}` };
      return [finding('external_id_by_deny', entry.path, details)];
    }
  }
  return [];
}

/** The fix of a condition that is never met is to remove it, and what is left must not be unsafe. */
const withoutOtherConditions = (statement: Statement): Statement => ({
  ...statement,
  conditions: statement.conditions.filter(
    (one) => isExternalIdKey(one) || isExternalIdKeyTypo(one.key) || isCallerKey(one),
  ),
});

function explainProbe(
  entry: StatementEntry,
  statement: Statement,
  probe: NegativeProbe,
  principal: CallerPrincipal | undefined,
  search: Search,
): Finding[] {
  const conditions = statement.conditions.filter(isExternalIdKey);
  if (conditions.length === 0) {
    const details = {
      label: statementLabel(entry),
      isForUs: search.isVendorAllowed,
      hasOtherConditions: statement.conditions.length > 0,
      example: typeof principal?.arn === 'string' ? principal.arn : null,
    };
    return [finding('external_id_not_demanded', entry.path, details)];
  }
  const { policy, context, ids } = search;
  return conditions
    .filter((one) => meets(one, policy.version, context, { externalId: ids[probe] }) !== false)
    .flatMap((condition) => explainCondition(entry, condition, probe, search));
}

function explainCondition(
  entry: StatementEntry,
  condition: Condition,
  probe: NegativeProbe,
  { policy, context, ids }: Search,
): Finding[] {
  const { operator, values } = condition;
  const path = conditionPath(entry, condition);
  const details = { operator: operator.name, deniesUs: false };
  if (operator.comparison === 'null')
    return [finding('null_condition', path, { ...details, acceptsMissing: probe === 'missing' })];
  if (operator.negated) return [finding('negated_operator', path, details)];
  if (probe === 'missing') {
    if (operator.ifExists) return [finding('if_exists', path, details)];
    return operator.setOperator === 'ForAllValues' ? [finding('for_all_values', path, details)] : [];
  }
  const example = ids[probe] ?? '';
  const hasVariables = policy.version === '2012-10-17';
  const variable = values.find((value) => value.includes('${'));
  if (hasVariables && variable !== undefined)
    return [finding('variable', path, { value: variable, hasVariables, deniesUs: false })];
  const pattern = values.find((value) => /[*?]/.test(value));
  if (operator.comparison === 'like' && pattern !== undefined)
    return [
      finding('wildcard', path, {
        operator: operator.name,
        pattern,
        example: NEGATIVE_PROBE_DESCRIPTIONS[probe],
      }),
    ];
  // Without the correct ID beside it, the value is a typo of it, which is the reason why the vendor is denied.
  if (meets(condition, policy.version, context, { externalId: ids.correct }) === false) return [];
  if (operator.comparison === 'string-ignoring-case') return [finding('case_ignored', path, details)];
  const description = `the list also contains ${JSON.stringify(example)}`;
  return [finding('other_external_id', path, { value: example, description, isProbed: true })];
}

function findWildcardPrincipal(
  entry: StatementEntry,
  statement: Statement,
  denies: Denies,
  search: Search,
): Finding[] {
  const { policy, context } = search;
  const isOpen = strangerRequests(context).some(
    (request) =>
      applies(statement, policy.version, context, request) !== false &&
      findDeny(denies, request, search) === undefined,
  );
  if (!trustsEveryone(statement) || !isOpen) return [];
  const narrowedBy = statement.conditions.filter((one) => !isExternalIdKey(one)).map(({ key }) => key);
  return [finding('wildcard_principal', [...entry.path, 'Principal'], { narrowedBy })];
}
