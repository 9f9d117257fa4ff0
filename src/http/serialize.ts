import type { FastifySerializerCompiler } from 'fastify';
import { type $ZodType, safeParse } from 'zod/v4/core';

/**
 * Serializes a response by its schema: fields that the schema does not name are removed, and a wrong one is an error.
 * fastify-type-provider-zod encodes responses instead. Response schemas transform nothing, so parsing gives the same result,
 * in a ninth of the time: Zod compiles parsers, but not encoders (decision 27).
 */
export const serializerCompiler: FastifySerializerCompiler<$ZodType> =
  ({ schema, method, url }) =>
  (data) => {
    const parsed = safeParse(schema, data);
    if (parsed.error)
      throw new Error(`A response of ${method} ${url} contradicts its schema`, { cause: parsed.error });
    return JSON.stringify(parsed.data);
  };
