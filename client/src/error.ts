import { PROBLEM_CODES } from './generated/codes.ts';

/** What the service answers with; the table is docs/errors.md of Countersign. */
export type ProblemCode = (typeof PROBLEM_CODES)[number];

/**
 * What the client finds out by itself:
 *
 * - `network_error`: no connection, or it broke
 * - `timeout`: no whole answer within `timeoutSeconds`
 * - `unexpected_response`: an answer that is not Countersign's, such as a proxy's page, or a redirect
 * - `unrecognized`: a problem of Countersign whose code is newer than this client; see `serverCode`
 * - `invalid_options`: what was given to the client, or stands in its environment, cannot be right; nothing was sent
 */
export type ClientCode =
  | 'network_error'
  | 'timeout'
  | 'unexpected_response'
  | 'unrecognized'
  | 'invalid_options';

/** Every code that a {@link CountersignError} can have: a closed list to decide by. */
export type ErrorCode = ProblemCode | ClientCode;

/** One thing that is wrong with a request. */
export interface InvalidInput {
  /** Where, such as `metadata.colour`. */
  path: string;
  message: string;
}

export interface CountersignErrorInit {
  status?: number | undefined;
  requestId?: string | undefined;
  errors?: InvalidInput[] | undefined;
  retryAfterSeconds?: number | undefined;
  serverCode?: string | undefined;
  cause?: unknown;
}

/** The one error of this package. Decide by `code`; `detail` is for people. It never holds a key or credentials. */
export class CountersignError extends Error {
  override readonly name = 'CountersignError';
  readonly code: ErrorCode;
  /** What is wrong and what to do, in plain words. */
  readonly detail: string;
  /** HTTP status of the answer; undefined when there was none. */
  readonly status: number | undefined;
  /** Finds the request in the service's log. */
  readonly requestId: string | undefined;
  /** For `validation_failed`: what is wrong, one by one. */
  readonly errors: InvalidInput[];
  /** The answer's `Retry-After`, in seconds. */
  readonly retryAfterSeconds: number | undefined;
  /** The code as the service sent it: for `unrecognized`, one that this client does not know. */
  readonly serverCode: string | undefined;
  /**
   * For chains of credential providers of the AWS SDK: a failure here never falls back to other credentials, which
   * would be another tenant's, or the vendor's own.
   */
  readonly tryNextLink = false;

  constructor(code: ErrorCode, detail: string, init: CountersignErrorInit = {}) {
    super(
      `${code}: ${saidOf(detail, init.errors)}`,
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
   * Whether this is a fault that may pass by itself, so that the same request may succeed later: no answer, no proper
   * answer, `429`, or `5xx`. Everything else is a refusal.
   */
  get passing(): boolean {
    if (['network_error', 'timeout', 'unexpected_response'].includes(this.code)) return true;
    return this.status !== undefined && (this.status === 429 || this.status >= 500);
  }
}

/** What a person is to read: of invalid input what is wrong with it, where `detail` only refers to that. */
export function saidOf(detail: string, errors: readonly InvalidInput[] = []): string {
  return errors.map(({ path, message }) => `${path}: ${message}`).join('; ') || detail;
}

/** A code of the service, if this client knows it. */
export function knownCode(code: string): ProblemCode | undefined {
  return PROBLEM_CODES.find((known) => known === code);
}
