import type { Check, Probe } from '../connections/verification.ts';

/**
 * Infers the Condition that a role's trust policy most likely has from the negative probes that the role allowed; null:
 * it has none. Different conditions can give the same results, and then this returns the most common one.
 */
export function inferCondition(
  checks: readonly Check[],
  externalId: string,
): Record<string, Record<string, string>> | null {
  const allows = (probe: Probe): boolean =>
    checks.some((check) => check.probe === probe && check.observed === 'allowed');
  const ifExists = allows('missing') ? 'IfExists' : '';
  if (allows('wrong')) {
    // A pattern of `?`, as long as the ID, which also matches the character by which the wrong ID differs.
    if (!allows('extended'))
      return { [`StringLike${ifExists}`]: { 'sts:ExternalId': externalId.replace(/[^-]/g, '?') } };
    return allows('missing') ? null : { StringLike: { 'sts:ExternalId': '*' } };
  }
  if (allows('extended')) {
    // Any pattern with `*`; most often, it is at the end.
    return { [`StringLike${ifExists}`]: { 'sts:ExternalId': `${externalId}*` } };
  }
  const operator = allows('case_changed') ? 'StringEqualsIgnoreCase' : 'StringEquals';
  return { [`${operator}${ifExists}`]: { 'sts:ExternalId': externalId } };
}
