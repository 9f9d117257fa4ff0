import { principalMatches } from '../../trust-policy/principal.ts';
import type { Condition, PrincipalEntry, Statement } from '../../trust-policy/trust-policy.ts';
import { compareExternalId, isAccountIdTypo } from '../compare-external-id.ts';
import type { CheckContext } from '../context.ts';
import { applies, meets } from '../evaluate.ts';
import { isExternalIdKey, isExternalIdKeyTypo } from '../external-id-key.ts';
import { conditionPath, type Policy, principalPath, type StatementEntry } from '../policy.ts';
import { accountOf, trustsEveryone, vendorEntries, vendorStatements } from '../target.ts';
import { type Finding, finding } from './finding.ts';

/** The policy and the external ID that it denies. */
interface Denial {
  policy: Policy;
  context: CheckContext;
  externalId: string;
}

/** Finds the reasons why no statement for the vendor allows it with the correct external ID. */
export function findDenials(denial: Denial): Finding[] {
  const { policy, context } = denial;
  const forVendor = vendorStatements(policy, context);
  // A separate statement for sts:TagSession alone is common, and is not the one that denies sts:AssumeRole.
  const forAssumeRole = forVendor.filter(({ statement }) => allowsAssumeRole(statement, denial));
  const found = (forAssumeRole.length > 0 ? forAssumeRole : forVendor).flatMap(({ entry, statement }) => [
    ...findPrincipalMismatch(entry, statement, denial),
    ...findWrongAction(entry, statement, denial),
    ...statement.conditions.flatMap((condition) => findUnmetCondition(entry, statement, condition, denial)),
  ]);
  // A statement that IAM rejects may be the one for the vendor, so nothing can be said about what is missing.
  const areAllUsable = policy.entries.every(({ usable }) => usable !== null);
  if (forVendor.length > 0 || !areAllUsable) return found;
  return [finding('vendor_not_trusted', [], { isOnlyForServices: false })];
}

const ANY_PRINCIPAL = { negated: false, entries: [{ type: '*' as const, value: '*', path: '' }] };

const allowsAssumeRole = (statement: Statement, { policy, context }: Denial): boolean =>
  applies({ ...statement, conditions: [], principals: ANY_PRINCIPAL }, policy.version, context, {
    externalId: null,
  }) === true;

function findPrincipalMismatch(entry: StatementEntry, statement: Statement, { context }: Denial): Finding[] {
  const matches = principalMatches(statement.principals, context.caller);
  if (matches === true) return [];
  const entries = statement.principals.entries.filter(
    ({ type, value }) => type === 'AWS' && accountOf(value) !== undefined,
  );
  if (entries.length === 0) {
    const isOnlyForServices = statement.principals.entries.every(({ type }) => type !== 'AWS');
    return [finding('vendor_not_trusted', [...entry.path, 'Principal'], { isOnlyForServices })];
  }
  // If one principal is nearly the vendor's, the others belong to somebody else and are correct.
  const nearlyVendor = vendorEntries(statement, context);
  return (nearlyVendor.length > 0 ? nearlyVendor : entries).map((one) =>
    explainPrincipal(one, principalPath(entry, one.path), matches === 'unknown', context),
  );
}

function explainPrincipal(
  { value }: PrincipalEntry,
  path: Finding['path'],
  isUnknown: boolean,
  context: CheckContext,
): Finding {
  const { accountId } = context.vendor;
  const account = accountOf(value) ?? '';
  if (account !== accountId) {
    const typo = isAccountIdTypo(account, accountId) ? describeDigitDifference(account, accountId) : null;
    return finding('wrong_account', path, { value, account, typo });
  }
  const details = { value, broker: isUnknown ? null : describeCaller(context) };
  return finding('other_principal', path, details, isUnknown ? 'warning' : 'error');
}

/** The identity that calls, in words; null if it is not known. */
function describeCaller({ caller, vendor }: CheckContext): string | null {
  if (typeof caller.arn === 'string') return caller.arn;
  const name = caller.arn.patterns[0]?.split('/').at(-1);
  return caller.type === 'role' ? `the role ${name} of ${vendor.name}` : null;
}

function describeDigitDifference(account: string, intended: string): string {
  if (account.length !== intended.length)
    return account.length < intended.length ? 'a digit is missing' : 'there is one digit too many';
  const positions = [...intended].flatMap((digit, i) => (digit === account[i] ? [] : [i + 1]));
  return positions.length === 1
    ? `digit ${positions[0]} differs`
    : `digits ${positions.join(' and ')} are swapped`;
}

function findWrongAction(entry: StatementEntry, statement: Statement, denial: Denial): Finding[] {
  if (allowsAssumeRole(statement, denial)) return [];
  const { negated, patterns: actions } = statement.actions;
  return [finding('wrong_action', [...entry.path, negated ? 'NotAction' : 'Action'], { actions, negated })];
}

function findUnmetCondition(
  entry: StatementEntry,
  statement: Statement,
  condition: Condition,
  denial: Denial,
): Finding[] {
  const { policy, context, externalId } = denial;
  if (meets(condition, policy.version, context, { externalId }) !== false) return [];
  const path = conditionPath(entry, condition);
  if (isExternalIdKey(condition)) return [explainExternalId(condition, path, denial)];
  const { key, values } = condition;
  const operator = condition.operator.name;
  const isEveryone = trustsEveryone(statement);
  if (key.toLowerCase() === 'aws:principalarn') {
    const broker = describeCaller(context);
    return [
      finding('principal_arn_mismatch', path, { operator, values, trustsEveryone: isEveryone, broker }),
    ];
  }
  const isTypo = isExternalIdKeyTypo(key);
  return [finding('condition_not_met', path, { operator, key, trustsEveryone: isEveryone, isTypo })];
}

function explainExternalId({ operator, values }: Condition, path: Finding['path'], denial: Denial): Finding {
  const { name, comparison, negated } = operator;
  const details = { operator: name, deniesUs: true };
  if (comparison === 'null') return finding('null_condition', path, { ...details, acceptsMissing: true });
  if (negated) return finding('negated_operator', path, details);
  if (!['string', 'like', 'string-ignoring-case'].includes(comparison))
    return finding('operator_unsuited', path, { operator: name });
  if (values.length === 0)
    return finding('wrong_external_id', path, { description: null, isLiteralPattern: false });
  return explainValues(values, comparison === 'string', path, denial);
}

function explainValues(
  values: readonly string[],
  isLiteral: boolean,
  path: Finding['path'],
  { policy, context }: Denial,
): Finding {
  const compared = values.map((value) => ({ value, ...compareExternalId(value, context) }));
  const mistyped = compared.find(({ kind }) => kind === 'mistyped');
  if (mistyped) return finding('external_id_mistyped', path, { description: mistyped.description });
  const retired = compared.find(({ kind }) => kind === 'retired');
  if (retired) return finding('retired_external_id', path, { value: retired.value, isAlone: true });
  const variable = values.find((value) => value.includes('${'));
  if (variable !== undefined) {
    const hasVariables = policy.version === '2012-10-17';
    return finding('variable', path, { value: variable, hasVariables, deniesUs: true });
  }
  const pattern = compared.find(({ value }) => /[*?]/.test(value));
  const description = (pattern ?? compared[0])?.description ?? null;
  return finding('wrong_external_id', path, {
    description,
    isLiteralPattern: isLiteral && pattern !== undefined,
  });
}
