/** The constraints of STS on an external ID (AWS STS API reference, AssumeRole). */
export const STS_EXTERNAL_ID = { min: 2, max: 1224, pattern: /^[\w+=,.@:/-]*$/ };

export function isStsExternalId(text: string): boolean {
  const { min, max, pattern } = STS_EXTERNAL_ID;
  return text.length >= min && text.length <= max && pattern.test(text);
}
