import { CountersignError, type InvalidInput, knownCode } from '../error.ts';

interface Problem {
  code: string;
  detail: string;
  requestId?: string;
  errors?: InvalidInput[];
}

/** The error that an answer with a status other than 2xx stands for. */
export async function errorOf(response: Response): Promise<CountersignError> {
  const { status } = response;
  const retryAfterSeconds = readRetryAfter(response.headers.get('retry-after'));
  const problem = asProblem(await readJson(response));
  if (!problem) {
    const what =
      status >= 300 && status < 400
        ? 'redirects, which is not followed'
        : `answered ${status}, not as Countersign does`;
    return new CountersignError('unexpected_response', `What is at that URL ${what}. Is the URL right?`, {
      status,
      retryAfterSeconds,
    });
  }
  return new CountersignError(knownCode(problem.code) ?? 'unrecognized', problem.detail, {
    status,
    requestId: problem.requestId,
    errors: problem.errors,
    retryAfterSeconds,
    serverCode: problem.code,
  });
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function asProblem(body: unknown): Problem | undefined {
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

function isInvalidInput(one: unknown): one is InvalidInput {
  const { path, message } = (one ?? {}) as Record<string, unknown>;
  return typeof path === 'string' && typeof message === 'string';
}

/** `Retry-After` is a number of seconds or a date (RFC 9110, HTTP Semantics). */
export function readRetryAfter(header: string | null, now = Date.now()): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / 1000));
}
