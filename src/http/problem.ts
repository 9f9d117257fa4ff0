import type { Message } from '../lib/message.ts';

/** The closed table of error codes: HTTP status and title (RFC 9457, Problem Details for HTTP APIs). */
export const PROBLEMS = {
  external_id_not_settable: { status: 400, title: 'An external ID cannot be set' },
  validation_failed: { status: 400, title: 'The request is not valid' },
  unauthorized: { status: 401, title: 'A valid API key or token is required' },
  forbidden: { status: 403, title: 'This key lacks the permission' },
  not_found: { status: 404, title: 'The resource was not found' },
  method_not_allowed: { status: 405, title: 'This path does not support the method' },
  request_timeout: { status: 408, title: 'The request was not complete in time' },
  conflict: { status: 409, title: 'The request conflicts with the current state' },
  rotation_incomplete: { status: 409, title: 'The rotation is not complete' },
  connection_not_verified: { status: 409, title: 'The connection is not verified' },
  tenant_not_active: { status: 409, title: 'The tenant is not active' },
  profile_not_usable: { status: 409, title: 'The access profile cannot be used' },
  role_not_assumable: { status: 409, title: 'AWS denied access to the role' },
  body_too_large: { status: 413, title: 'The body is too large' },
  uri_too_long: { status: 414, title: 'The URL is too long' },
  unsupported_media_type: { status: 415, title: 'The body has an unsupported format' },
  role_not_allowed: { status: 422, title: 'This role cannot be used' },
  idempotency_key_reused: { status: 422, title: 'The idempotency key belongs to another request' },
  rate_limited: { status: 429, title: 'Too many requests' },
  headers_too_large: { status: 431, title: 'The headers are too large' },
  internal_error: { status: 500, title: 'The service failed' },
  overloaded: { status: 503, title: 'The service is overloaded' },
  broker_failing: { status: 503, title: "The vendor's AWS identity is failing" },
  aws_throttled: { status: 503, title: 'Calls to AWS are throttled' },
  aws_unavailable: { status: 503, title: 'AWS is unavailable' },
  identity_provider_unavailable: { status: 503, title: 'The token issuer is unavailable' },
  audit_unavailable: { status: 503, title: 'The audit record could not be written' },
  database_unavailable: { status: 503, title: 'The database is unavailable' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

export interface InvalidInput {
  path: string;
  message: string;
}

interface ProblemOptions {
  errors?: InvalidInput[];
  retryAfterSeconds?: number;
  /** Further headers of the response. */
  headers?: Record<string, string>;
  /** `detail` for pages in other languages. */
  message?: Message;
  cause?: unknown;
}

/** The only error class whose text reaches a caller: `detail` is for the caller, `cause` is only logged. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly errors: InvalidInput[] | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly headers: Record<string, string>;
  /** `detail` for pages in other languages. The property `message` of Error is for logs. */
  readonly detailMessage: Message | undefined;

  constructor(code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    super(`${code}: ${detail}`, { cause: options.cause });
    this.name = 'Problem';
    this.code = code;
    this.detail = detail;
    this.errors = options.errors;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.headers = options.headers ?? {};
    this.detailMessage = options.message;
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }

  /**
   * The body of an application/problem+json response.
   * @param baseUrl of this service, which describes each code
   */
  toBody(requestId: string, baseUrl: string): ProblemBody {
    return {
      type: `${baseUrl}/errors/${this.code}`,
      title: PROBLEMS[this.code].title,
      status: this.status,
      detail: this.detail,
      code: this.code,
      requestId,
      ...(this.errors && { errors: this.errors }),
    };
  }
}

export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ProblemCode;
  requestId: string;
  errors?: InvalidInput[];
}

/** The one answer for a missing resource and for another tenant's, so that a caller cannot tell them apart. */
export function notFound(): Problem {
  return new Problem('not_found', 'The resource does not exist, or this key has no access to it.');
}

/** A 400 that names each invalid member of the request. */
export function invalidRequest(errors: InvalidInput[], cause?: unknown): Problem {
  return new Problem('validation_failed', 'The request is not valid; see errors.', { errors, cause });
}
