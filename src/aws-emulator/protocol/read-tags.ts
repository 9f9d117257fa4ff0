import { AwsError } from './aws-error.ts';
import type { ParameterValidation } from './parameter-validation.ts';
import type { QueryParameters } from './query-parameters.ts';

export interface Tag {
  readonly key: string;
  readonly value: string;
}

const MAX_TAGS = 50;
const KEY = { min: 1, max: 128, pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u };
const VALUE = { min: 0, max: 256, pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u };

/** Reads the tags of a session or a role from `Tags.member.N.Key` and `Tags.member.N.Value`. */
export function readTags(parameters: QueryParameters, validation: ParameterValidation): Tag[] {
  const tags = parameters.structures('Tags', ['Key', 'Value']).map(({ Key, Value }, index) => {
    const path = `tags.${index + 1}.member`;
    const key = validation.requireText(`${path}.key`, Key, KEY);
    return { key, value: validation.requireText(`${path}.value`, Value, VALUE) };
  });
  if (tags.length > MAX_TAGS) {
    throw new AwsError(
      'ValidationError',
      `1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must have length less than or equal to ${MAX_TAGS}`,
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
