import { z } from 'zod';

export interface JsonSchema {
  [keyword: string]: unknown;
}

/** Converts the Zod schemas of one document. Schemas with an ID become its components. */
export interface SchemaConverter {
  readonly components: Record<string, JsonSchema>;
  /** Converts a schema of requests ("input") or of responses ("output"). */
  convert(schema: z.ZodType, io: 'input' | 'output'): JsonSchema;
}

const COMPONENTS = '#/components/schemas/';

export function createSchemaConverter(): SchemaConverter {
  const components: Record<string, JsonSchema> = {};

  const add = (name: string, { examples: _, ...schema }: JsonSchema): void => {
    const text = JSON.stringify(schema);
    if (components[name] && JSON.stringify(components[name]) !== text)
      throw new Error(`Requests and responses have different schemas "${name}"; give them different IDs`);
    components[name] = schema;
  };

  return {
    components,
    convert(schema, io) {
      const { $schema, $defs = {}, ...root } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
      for (const [name, definition] of Object.entries($defs)) add(name, simplify({ ...definition }, io));
      return simplify(root, io);
    },
  };
}

/** Formats to which Zod adds a pattern that says the same. */
const EXACT_FORMATS: unknown[] = ['uuid', 'date-time'];

/**
 * Rewrites a schema to what generators of clients understand:
 * - `null` beside a simple type is part of the type, not a union;
 * - no pattern beside a format that says the same, and no limits that are only those of JavaScript;
 * - a constant that is an integer has that type, because Java compares it with a decimal number otherwise;
 * - responses allow further members, because later versions may add some.
 */
function simplify(schema: JsonSchema, io: 'input' | 'output'): JsonSchema {
  const { pattern, minimum, maximum, additionalProperties, $ref, ...rest } = mapSubschemas(schema, (one) =>
    simplify(one, io),
  );
  const { format, anyOf } = rest;
  const isOpen = additionalProperties === false && io === 'output';
  const simplified = {
    ...rest,
    ...(Number.isInteger(rest.const) && { type: 'integer' }),
    ...(typeof $ref === 'string' && { $ref: $ref.replace('#/$defs/', COMPONENTS) }),
    ...(pattern !== undefined && !EXACT_FORMATS.includes(format) && { pattern }),
    ...(Math.abs(Number(minimum)) < Number.MAX_SAFE_INTEGER && { minimum }),
    ...(Math.abs(Number(maximum)) < Number.MAX_SAFE_INTEGER && { maximum }),
    ...(additionalProperties !== undefined && !isOpen && { additionalProperties }),
  };
  return Array.isArray(anyOf) ? joinNull(simplified, anyOf) : simplified;
}

/** Replaces a union of `null` and one simple type by that type, with "null" as a second type. */
function joinNull({ anyOf: _, ...rest }: JsonSchema, union: JsonSchema[]): JsonSchema {
  const [one, ...others] = union.filter(({ type }) => type !== 'null');
  const isNullable = union.some(({ type }) => type === 'null');
  if (!one || others.length > 0 || !isNullable || typeof one.type !== 'string')
    return { anyOf: union, ...rest };
  return { ...one, ...rest, type: [one.type, 'null'] };
}

function mapSubschemas(schema: JsonSchema, map: (schema: JsonSchema) => JsonSchema): JsonSchema {
  const mapped = { ...schema };
  for (const keyword of ['items', 'additionalProperties', 'propertyNames']) {
    const value = schema[keyword];
    if (typeof value === 'object' && value !== null) mapped[keyword] = map(value as JsonSchema);
  }
  for (const keyword of ['anyOf', 'oneOf', 'allOf'])
    if (Array.isArray(schema[keyword])) mapped[keyword] = schema[keyword].map(map);
  if (schema.properties)
    mapped.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, property]) => [name, map(property)]),
    );
  return mapped;
}

/** The first example in the metadata of a schema. Zod itself omits the examples of schemas that transform their input. */
export function exampleOf(schema: z.ZodType): unknown {
  const { examples } = schema.meta() ?? {};
  return Array.isArray(examples) ? examples[0] : undefined;
}
