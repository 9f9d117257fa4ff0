import { STATUS_CODES } from 'node:http';
import { DESCRIPTIONS } from '../error-descriptions/descriptions.ts';
import { PROBLEMS, Problem, type ProblemBody, type ProblemCode } from '../problem.ts';

/** The codes of any request, whatever its path. */
const ANY: ProblemCode[] = [
  'validation_failed',
  'request_timeout',
  'uri_too_long',
  'headers_too_large',
  'internal_error',
];
/** The codes of a request to an operation that needs a key. */
const AUTHENTICATED: ProblemCode[] = [
  'external_id_not_settable',
  'unauthorized',
  'forbidden',
  'identity_provider_unavailable',
  'database_unavailable',
];
/** The codes of a request that may have a body. */
const WITH_BODY: ProblemCode[] = ['body_too_large', 'unsupported_media_type'];

/** The code of a request that is shed under load. */
const LIMITED: ProblemCode[] = ['overloaded'];

/** What decides which problems an operation responds with. */
export interface OperationTraits {
  method: string;
  isPublic: boolean;
  /** Answered under any load. */
  isUnlimited: boolean;
  hasPathParameters: boolean;
  /** The codes of this operation alone. */
  own: readonly ProblemCode[];
}

/** All codes that an operation may respond with. */
export function problemCodesOf(traits: OperationTraits): ProblemCode[] {
  const { method, isPublic, isUnlimited, hasPathParameters, own } = traits;
  const codes = new Set<ProblemCode>([
    ...ANY,
    ...(isPublic ? [] : AUTHENTICATED),
    ...(isUnlimited ? [] : LIMITED),
    ...(hasPathParameters ? (['not_found'] as const) : []),
    ...(method === 'GET' ? [] : WITH_BODY),
    ...(method === 'POST' ? (['idempotency_key_reused'] as const) : []),
    ...own,
  ]);
  return (Object.keys(PROBLEMS) as ProblemCode[]).filter((code) => codes.has(code));
}

/** The schema of the problems of an operation, and an example for each code. */
export interface DescribedProblems {
  schema: object;
  exampleOf(code: ProblemCode): object;
}

/** Describes the problem responses of an operation by their status. */
export function problemResponses(
  codes: readonly ProblemCode[],
  problems: DescribedProblems,
): Record<string, object> {
  const statuses = [...new Set(codes.map((code) => PROBLEMS[code].status))];
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      problemResponse(
        codes.filter((code) => PROBLEMS[code].status === status),
        problems,
      ),
    ]),
  );
}

function problemResponse(codes: readonly ProblemCode[], { schema, exampleOf }: DescribedProblems): object {
  const description = codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(' ');
  const examples = codes.map((code) => [code, exampleOf(code)]);
  return {
    description,
    headers: headersOf(codes),
    content: { 'application/problem+json': { schema, examples: Object.fromEntries(examples) } },
  };
}

/** Codes that may tell when to repeat the request, besides those of status 429 and 503. */
const RETRYABLE = new Set<ProblemCode>(['conflict', 'connection_not_verified', 'role_not_assumable']);

function headersOf(codes: readonly ProblemCode[]): Record<string, object> {
  const some = (test: (code: ProblemCode) => boolean) => codes.some(test);
  const names = [
    'x-request-id',
    ...(some((code) => PROBLEMS[code].status === 401) ? ['www-authenticate'] : []),
    ...(some((code) => [429, 503].includes(PROBLEMS[code].status) || RETRYABLE.has(code))
      ? ['retry-after']
      : []),
    ...(some((code) => code === 'rate_limited') ? ['ratelimit', 'ratelimit-policy'] : []),
  ];
  return headerReferences(names);
}

export function headerReferences(names: readonly string[]): Record<string, object> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

export const EXAMPLE_REQUEST_ID = '5f0f9f0e-3f0a-4f0e-9a53-0d7f6c2f4b1e';

export function exampleProblem(code: ProblemCode): { problem: Problem; body: ProblemBody } {
  const detail = DESCRIPTIONS[code].when.replaceAll('`', '');
  const errors = code === 'validation_failed' ? [{ path: 'name', message: 'must not be empty' }] : undefined;
  const problem = new Problem(code, detail, { errors });
  return { problem, body: problem.toBody(EXAMPLE_REQUEST_ID, 'https://countersign.example.com') };
}

/** The name of a problem response that many operations share, such as `NotFound`. */
export function responseName(status: string): string {
  return (STATUS_CODES[status] ?? status).replace(/[^A-Za-z]/g, '');
}
