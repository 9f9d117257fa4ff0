import { editDistance } from '../lib/edit-distance.ts';

export const isExternalIdKey = ({ key }: { key: string }): boolean => key.toLowerCase() === 'sts:externalid';

/** Whether a condition key is probably a misspelling of `sts:ExternalId`. */
export function isExternalIdKeyTypo(key: string): boolean {
  const lowerCase = key.toLowerCase();
  if (lowerCase === 'sts:externalid' || key.length > 40) return false;
  const letters = lowerCase.replace(/[^a-z]/g, '');
  return letters.endsWith('externalid') || editDistance(lowerCase, 'sts:externalid') <= 2;
}
