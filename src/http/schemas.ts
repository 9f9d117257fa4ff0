import { z } from 'zod';
import { idPattern } from '../lib/ids.ts';
import { parseTime } from '../lib/rfc3339.ts';
import { invalidRequest, PROBLEMS, type ProblemCode } from './problem.ts';

/** An ID for the examples of the OpenAPI document. */
export const exampleId = <Prefix extends string>(prefix: Prefix) =>
  `${prefix}_01h455vb4pex5vsknk084sn02q` as const;

const id = (prefix: string) =>
  z
    .string()
    .regex(idPattern(prefix), `must be an ID like ${exampleId(prefix)}`)
    .meta({ description: `TypeID with the prefix ${prefix}.`, examples: [exampleId(prefix)] });

export const tenantId = id('tenant');
export const connectionId = id('connection');
export const keyId = id('key');
export const eventId = id('event');
export const linkId = id('link');
export const profileId = id('profile');
export const runId = id('run');
export const revocationId = id('revocation');
export const webhookId = id('webhook');
export const deliveryId = id('delivery');

export const profileName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,62}$/,
    'must be 1 to 63 lower-case letters, digits or hyphens, and must not begin with a hyphen',
  );

export const timestamp = z.string().meta({ format: 'date-time', description: 'RFC 3339, UTC.' });

/** A time in a request, with any offset; converted to UTC, so that one time is the same for an Idempotency-Key. */
export const inputTimestamp = z
  .string()
  .meta({ format: 'date-time', description: 'RFC 3339, with any offset.' })
  .transform((text, context) => {
    const parsed = parseTime(text);
    if ('utc' in parsed) return parsed.utc;
    context.addIssue(parsed.problem);
    return z.NEVER;
  });

/**
 * Patterns for the OpenAPI document. They use what regular expressions of all languages have in common, so they can differ
 * from those by which the server checks.
 */
export const PATTERNS = {
  /** `guardInput` rejects NUL everywhere. */
  text: { pattern: '^[^\\x00]*$' },
  /** One line. */
  line: { pattern: '^[^\\x00-\\x1f\\x7f-\\x9f]*$' },
  /** One line with at least one character that is not white space. */
  name: { pattern: '^[^\\x00-\\x1f\\x7f-\\x9f]*[^\\x00-\\x20\\x7f-\\x9f][^\\x00-\\x1f\\x7f-\\x9f]*$' },
};

/** A name for people to read: trimmed, one line, not empty. */
export const name = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(200, 'must have 200 characters or fewer')
  .regex(/^[^\p{Cc}]*$/u, 'must not contain control characters')
  .meta(PATTERNS.name);

/**
 * A whole number in a query, in decimal digits. `Number` itself would also accept `0x5`, ` 5 ` and an empty text.
 * @param schema what the number must be
 */
export function queryInteger(schema: z.ZodNumber) {
  return z.preprocess(
    (text) => (typeof text === 'string' && /^-?\d{1,15}$/.test(text) ? Number(text) : text),
    schema,
  );
}

export const problemCode = z
  .enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]])
  .meta({ id: 'ProblemCode', description: 'What went wrong. The list is closed.' });

export const problem = z
  .object({
    type: z.url().meta({ description: 'A URL of this service that describes the code.' }),
    title: z.string(),
    status: z.number().int().meta({ description: 'The HTTP status.' }),
    detail: z.string().meta({ description: 'What is wrong with this request and what to do about it.' }),
    code: problemCode,
    requestId: z.string().meta({ description: 'Identifies the request in the log of the service.' }),
    traceId: z.string().optional().meta({
      description: 'Identifies the trace of the request, if the service sends traces (W3C Trace Context).',
    }),
    errors: z
      .array(
        z
          .object({
            path: z
              .string()
              .meta({ description: 'The part of the request, such as `name` or `tenantIds.0`.' }),
            message: z.string(),
          })
          .meta({ id: 'InvalidInput' }),
      )
      .optional()
      .meta({ description: 'What is wrong with each part of an invalid request.' }),
  })
  .meta({ id: 'Problem', description: 'Problem details (RFC 9457).' });

export const noContent = z.null().meta({ description: 'No content.' });

/** The body of a POST without input: none, or an empty object. */
export const noBody = z.strictObject({}).nullish();

const cursorText = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be the nextCursor of an earlier page');

export const page = {
  limit: queryInteger(
    z
      .number({ error: 'must be a whole number in decimal digits' })
      .int('must be a whole number')
      .min(1, 'must be 1 or more')
      .max(200, 'must be 200 or less')
      .meta({ default: 50 }),
  )
    .default(50)
    .meta({ description: 'Maximum number of items on a page.' }),
  cursor: cursorText.optional().meta({ description: 'nextCursor of the previous page.' }),
};

/** A page of a list of named items. */
export function pageOf<T extends z.ZodType>(item: T) {
  const { id, examples } = item.meta() ?? {};
  return z
    .object({
      data: z.array(item),
      nextCursor: z.string().nullable().meta({
        description: 'The `cursor` of the request for the next page; null on the last page.',
      }),
    })
    .meta({
      id: `${id}Page`,
      description: 'One page of the list.',
      examples: [{ data: examples, nextCursor: null }],
    });
}

/** A flag in a query. */
export const queryBoolean = z.preprocess(
  (text) => (text === 'true' || text === 'false' ? text === 'true' : text),
  z.boolean({ error: 'must be true or false' }),
);

/** The ID that a cursor encodes. @throws Problem `validation_failed` when it belongs to another list or was not issued here */
export function readCursor(cursor: string | undefined, prefix: string): string | null {
  if (cursor === undefined) return null;
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  if (idPattern(prefix).test(text)) return text;
  throw invalidRequest([{ path: 'cursor', message: 'must be the nextCursor of an earlier page' }]);
}

/** One page of `limit + 1` fetched rows: the extra row only shows that there is a next page. */
export function toPage<Row extends { id: string }, Item>(
  rows: Row[],
  limit: number,
  toItem: (row: Row) => Item,
) {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    data: shown.map(toItem),
    nextCursor: rows.length > limit && last ? Buffer.from(last.id).toString('base64url') : null,
  };
}
