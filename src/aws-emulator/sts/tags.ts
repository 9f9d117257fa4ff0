import { AwsError } from '../aws-error.ts';
import type { Tag } from '../iam/roles.ts';
import type { Validation } from '../iam/validate.ts';
import type { Query } from '../query.ts';

const MOST_TAGS = 50;
const KEY = { min: 1, max: 128, pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u };
const VALUE = { min: 0, max: 256, pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u };

/** Reads `<name>.member.N.Key` and `.Value`, of a session or of a role. */
export function readTags(query: Query, name: string, check: Validation): Tag[] {
  const tags = query.structures(name, ['Key', 'Value']).map(({ Key, Value }, index) => {
    const at = `tags.${index + 1}.member`;
    const key = check.required(`${at}.key`, Key, KEY);
    return { key, value: check.required(`${at}.value`, Value, VALUE) };
  });
  if (tags.length > MOST_TAGS) {
    throw new AwsError(
      'ValidationError',
      `1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must have length less than or equal to ${MOST_TAGS}`,
    );
  }
  if (new Set(tags.map(({ key }) => key.toLowerCase())).size < tags.length) {
    throw new AwsError(
      'InvalidParameterValue',
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    );
  }
  if (tags.some(({ key }) => key.toLowerCase().startsWith('aws:'))) {
    throw new AwsError(
      'InvalidParameterValue',
      'Tag keys that start with aws: are reserved for internal use.',
    );
  }
  return tags;
}
