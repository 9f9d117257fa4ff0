import { classifyPrincipal } from '../../trust-policy/principal.ts';
import { finding, type JsonPath } from '../findings/finding.ts';
import { fromList, isObject, type JsonObject, mapEntries, quoteValue, toList } from '../json-values.ts';
import type { Repaired } from './repaired.ts';

/**
 * Rewrites a Deny with NotPrincipal, which IAM rejects in a trust policy: it denies everyone and exempts the same accounts
 * and identities by conditions. An Allow is not rewritten, because it would trust everyone else.
 */
export function rewriteNotPrincipal(statement: JsonObject, path: JsonPath, partition: string): Repaired {
  const { NotPrincipal: element } = statement;
  const values = isObject(element) ? toList(element.AWS ?? []) : [];
  const condition =
    statement.Effect === 'Deny' && isObject(element)
      ? exempting(element, statement.Condition, partition)
      : undefined;
  const found = finding('not_principal', [...path, 'NotPrincipal'], {
    effect: statement.Effect === 'Deny' ? 'Deny' : 'Allow',
    isRewritten: condition !== undefined,
    names:
      values.length === 0 ? 'the principals that it names' : values.slice(0, 5).map(quoteValue).join(', '),
  });
  if (condition === undefined) return { value: statement, findings: [found] };
  const value = mapEntries({ ...statement, Condition: condition }, (key, inner) =>
    key === 'NotPrincipal' ? ['Principal', '*'] : [key, inner],
  );
  return { value, findings: [found] };
}

/** The condition that exempts these principals; undefined if it cannot be written in one statement. */
function exempting(element: JsonObject, condition: unknown, partition: string): JsonObject | undefined {
  const accounts: string[] = [];
  const arns: string[] = [];
  for (const value of Object.entries(element).flatMap(([type, values]) =>
    type === 'AWS' ? toList(values) : [undefined],
  )) {
    const form = typeof value === 'string' ? classifyPrincipal(value) : undefined;
    if (form === 'account') accounts.push(String(value).replace(/\D/g, ''));
    else if (form === 'arn' && /^arn:[a-z-]+:iam:/.test(String(value))) arns.push(String(value));
    else return undefined;
  }
  const isForeign = arns.some((arn) => !arn.startsWith(`arn:${partition}:`));
  const existing = isObject(condition) ? condition : {};
  if (isForeign || 'StringNotEquals' in existing || (condition !== undefined && !isObject(condition)))
    return undefined;
  const exempted = {
    ...(accounts.length > 0 && { 'aws:PrincipalAccount': fromList(accounts) }),
    ...(arns.length > 0 && { 'aws:PrincipalArn': fromList(arns) }),
  };
  return { ...existing, StringNotEquals: exempted };
}
