import { classifyPrincipal } from '../../trust-policy/principal.ts';
import type { Report } from '../findings/finding.ts';
import { fromList, isObject, type JsonObject, mapEntries, quoteValue, toList } from '../json-values.ts';

/**
 * Rewrites a Deny with NotPrincipal, which IAM rejects in a trust policy: it denies everyone and exempts the same accounts
 * and identities by conditions. An Allow is not rewritten, because it would trust everyone else.
 */
export function rewriteNotPrincipal(statement: JsonObject, report: Report, partition: string): JsonObject {
  const { NotPrincipal: element, Effect: effect } = statement;
  const { AWS: values = [], ...others } = isObject(element) ? element : { '': element };
  const exempted = Object.keys(others).length === 0 ? exempting(toList(values), partition) : undefined;
  const { Condition: condition = {} } = statement;
  const isRewritten =
    effect === 'Deny' && exempted !== undefined && isObject(condition) && !('StringNotEquals' in condition);
  const names = toList(values).slice(0, 5).map(quoteValue).join(', ') || 'the principals that it names';
  report('not_principal', ['NotPrincipal'], { effect, isRewritten, names });
  if (!isRewritten) return statement;
  const Condition = { ...condition, StringNotEquals: exempted };
  return mapEntries({ ...statement, Condition }, (key, inner) =>
    key === 'NotPrincipal' ? ['Principal', '*'] : [key, inner],
  );
}

/** The keys of StringNotEquals that exempt these principals; undefined if that is not possible in one statement. */
function exempting(values: readonly unknown[], partition: string): JsonObject | undefined {
  const forms = values.map((value) => (typeof value === 'string' ? classifyPrincipal(value) : undefined));
  const accounts = values
    .filter((_, i) => forms[i] === 'account')
    .map((value) => /\d{12}/.exec(String(value)));
  const arns = values.filter(
    (value, i) => forms[i] === 'arn' && String(value).startsWith(`arn:${partition}:iam:`),
  );
  if (accounts.length + arns.length < values.length) return undefined;
  return {
    ...(accounts.length > 0 && { 'aws:PrincipalAccount': fromList(accounts.map((match) => match?.[0])) }),
    ...(arns.length > 0 && { 'aws:PrincipalArn': fromList(arns) }),
  };
}
