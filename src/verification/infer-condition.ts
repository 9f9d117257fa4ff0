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
    // The wrong ID differs in its first character only, so that a pattern with the rest of the ID matches it as well.
    if (!allows('extended'))
      return { [`StringLike${ifExists}`]: { 'sts:ExternalId': `*${externalId.slice(1)}` } };
    return allows('missing') ? null : { StringLike: { 'sts:ExternalId': '*' } };
  }
  if (allows('extended')) {
    // A pattern that ends in `?` would not match the external ID itself, so it is `*`.
    return { [`StringLike${ifExists}`]: { 'sts:ExternalId': `${externalId}*` } };
  }
  const operator = allows('case_changed') ? 'StringEqualsIgnoreCase' : 'StringEquals';
  return { [`${operator}${ifExists}`]: { 'sts:ExternalId': externalId } };
}
