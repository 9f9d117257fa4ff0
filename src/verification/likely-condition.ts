import type { Check, Probe } from '../connections/verification.ts';

/**
 * The Condition that a trust policy most likely has, going by which wrong IDs were let in; null for none at all. Nobody
 * has read the policy: two conditions can answer all probes alike, and then this is the more usual one.
 */
export function likelyCondition(
  checks: readonly Check[],
  externalId: string,
): Record<string, Record<string, string>> | null {
  const admits = (probe: Probe): boolean =>
    checks.some((check) => check.probe === probe && check.observed === 'allowed');
  const ifExists = admits('missing') ? 'IfExists' : '';
  if (admits('wrong')) {
    return admits('missing') ? null : { StringLike: { 'sts:ExternalId': '*' } };
  }
  if (admits('extended')) {
    // A pattern with a question mark would be refused the ID itself; the star is what people write.
    return { [`StringLike${ifExists}`]: { 'sts:ExternalId': `${externalId}*` } };
  }
  const operator = admits('case_changed') ? 'StringEqualsIgnoreCase' : 'StringEquals';
  return { [`${operator}${ifExists}`]: { 'sts:ExternalId': externalId } };
}
