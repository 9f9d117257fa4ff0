import { PROBLEM_CODES } from './generated/codes.ts';

/** The error codes that the service sends. Countersign's docs/errors.md lists what each means and what to do. */
export type ProblemCode = (typeof PROBLEM_CODES)[number];

/**
 * The error codes that the client sets itself:
 *
 * - `network_error`: the connection failed or broke
 * - `timeout`: the response was not complete within `timeoutSeconds`
 * - `unexpected_response`: the response did not come from Countersign (for example a proxy's page), or was a redirect
 * - `unrecognized`: the service sent a code that this version of the client does not know; see `serverCode`
 * - `invalid_options`: an option, an ID or an environment variable is missing or invalid; no request was sent
 * - `key_file_unavailable`: the key file is missing, unreadable or empty, as it may be for a moment while the key is
 *   replaced; no request was sent
 */
export type ClientErrorCode =
  | 'network_error'
  | 'timeout'
  | 'unexpected_response'
  | 'unrecognized'
  | 'invalid_options'
  | 'key_file_unavailable';

const RETRYABLE_CLIENT_CODES: ReadonlySet<ErrorCode> = new Set([
  'network_error',
  'timeout',
  'unexpected_response',
  'key_file_unavailable',
]);

/** Every code that a {@link CountersignError} can have. The list is closed, so a `switch` can be exhaustive. */
export type ErrorCode = ProblemCode | ClientErrorCode;

/** One field of a request that the service found invalid. */
export interface InvalidInput {
  /** The field's path, such as `metadata.colour`. */
  path: string;
  /** The requirement that the field does not meet. */
  message: string;
}

/** The optional properties of a {@link CountersignError}; each is described there. */
export interface CountersignErrorInit {
  status?: number | undefined;
  requestId?: string | undefined;
  errors?: InvalidInput[] | undefined;
  retryAfterSeconds?: number | undefined;
  serverCode?: string | undefined;
  cause?: unknown;
}

/**
 * The only error class that this package throws. Programs decide by `code` or `retryable`; `message` and `detail` are
 * for people. No property contains the API key or credentials.
 */
export class CountersignError extends Error {
  override readonly name = 'CountersignError';
  readonly code: ErrorCode;
  /** The cause of the error and how to fix it, as a sentence. */
  readonly detail: string;
  /** HTTP status of the response; undefined if there was no response. */
  readonly status: number | undefined;
  /** The service's ID of the request, to look it up in the service's log. */
  readonly requestId: string | undefined;
  /** The invalid fields, if `code` is `validation_failed`; otherwise empty. */
  readonly errors: InvalidInput[];
  /** The response's `Retry-After` header, in seconds from now; undefined if there was none. */
  readonly retryAfterSeconds: number | undefined;
  /** The code as the service sent it. It differs from `code` only if that is `unrecognized`. */
  readonly serverCode: string | undefined;
  /**
   * Stops the AWS SDK's chain of credential providers. The next provider in a chain would supply another tenant's
   * credentials, or the vendor's own.
   */
  readonly tryNextLink = false;

  constructor(code: ErrorCode, detail: string, init: CountersignErrorInit = {}) {
    super(
      `${code}: ${formatDetail(detail, init.errors)}`,
      init.cause === undefined ? undefined : { cause: init.cause },
    );
    this.code = code;
    this.detail = detail;
    this.status = init.status;
    this.requestId = init.requestId;
    this.errors = init.errors ?? [];
    this.retryAfterSeconds = init.retryAfterSeconds;
    this.serverCode = init.serverCode;
  }

  /**
   * Whether the same request may succeed later, without any change: after no response, an unexpected response, status
   * 429 or 5xx, or while the key file is unavailable. Every other error is final.
   */
  get retryable(): boolean {
    if (RETRYABLE_CLIENT_CODES.has(this.code)) return true;
    return this.status !== undefined && (this.status === 429 || this.status >= 500);
  }
}

/** The text for people: the invalid fields where there are any, since the service's `detail` only refers to them. */
export function formatDetail(detail: string, errors: readonly InvalidInput[] = []): string {
  return errors.map(({ path, message }) => `${path}: ${message}`).join('; ') || detail;
}

/** The code, if this version of the client knows it. */
export function parseProblemCode(code: string): ProblemCode | undefined {
  return PROBLEM_CODES.find((problemCode) => problemCode === code);
}

export function invalidOptions(detail: string, cause?: unknown): CountersignError {
  return new CountersignError('invalid_options', detail, { cause });
}
