import { CountersignError, type InvalidInput, parseProblemCode } from '../error.ts';

interface Problem {
  code: string;
  detail: string;
  requestId?: string;
  errors?: InvalidInput[];
}

/** Reads a response with a status other than 2xx into an error. */
export async function readErrorResponse(response: Response): Promise<CountersignError> {
  const { status } = response;
  const retryAfterSeconds = parseRetryAfter(response.headers.get('retry-after'));
  const problem = parseProblem(await readJson(response));
  if (!problem) {
    return new CountersignError('unexpected_response', describeForeignResponse(status), {
      status,
      retryAfterSeconds,
    });
  }
  return new CountersignError(parseProblemCode(problem.code) ?? 'unrecognized', problem.detail, {
    status,
    requestId: problem.requestId,
    errors: problem.errors,
    retryAfterSeconds,
    serverCode: problem.code,
  });
}

function describeForeignResponse(status: number): string {
  return status >= 300 && status < 400
    ? `The server redirects (status ${status}), and redirects are not followed. Check the URL of Countersign.`
    : `The server responded with status ${status}, but not with an error of Countersign. Check the URL of Countersign.`;
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Returns undefined for a body that is not a problem (RFC 9457) of Countersign. */
function parseProblem(body: unknown): Problem | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { code, detail, requestId, errors } = body as Record<string, unknown>;
  if (typeof code !== 'string' || typeof detail !== 'string') return undefined;
  return {
    code,
    detail,
    ...(typeof requestId === 'string' && { requestId }),
    ...(Array.isArray(errors) && { errors: errors.filter(isInvalidInput) }),
  };
}

function isInvalidInput(value: unknown): value is InvalidInput {
  const { path, message } = (value ?? {}) as Record<string, unknown>;
  return typeof path === 'string' && typeof message === 'string';
}

/** Parses a `Retry-After` header, which is a number of seconds or a date (RFC 9110), into seconds from now. */
export function parseRetryAfter(header: string | null, now = Date.now()): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}
