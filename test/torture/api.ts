import { setTimeout as delay } from 'node:timers/promises';
import { pick, type Random } from '../harness/random.ts';
import type { Environment } from './environment.ts';
import type { Ledger } from './ledger.ts';
import type { Replica } from './replica.ts';

const RETRY_DELAY_MS = 200;

export interface ApiRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  key: string;
  body?: object;
  idempotencyKey?: string;
}

/** A response; status 0: the connection ended before it, or nothing came. */
export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the run reads any field of what the server sent
  body: any;
  retryAfter: string | null;
}

const NO_ANSWER: Answer = { status: 0, body: null, retryAfter: null };

/** Sends a request to a replica, which must answer it in time unless it got a signal meanwhile. */
export async function send(
  { ledger, limits }: Pick<Environment, 'ledger' | 'limits'>,
  replica: Replica,
  request: ApiRequest,
): Promise<Answer> {
  const { method, path, key, body, idempotencyKey } = request;
  const signals = replica.signals();
  const startedAt = performance.now();
  try {
    const response = await fetch(replica.url + path, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body && { 'content-type': 'application/json' }),
        ...(idempotencyKey && { 'idempotency-key': `"${idempotencyKey}"` }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(limits.answerMs),
    });
    const text = await response.text();
    const retryAfter = response.headers.get('retry-after');
    if (response.status >= 500) checkRefusal(ledger, request, response.status, text, retryAfter);
    return { status: response.status, body: text === '' ? null : JSON.parse(text), retryAfter };
  } catch {
    const waitedMs = performance.now() - startedAt;
    if (waitedMs >= limits.answerMs && signals === replica.signals())
      ledger.addViolation(
        `${replica.name} did not answer ${method} ${path} within ${limits.answerMs / 1000} s`,
      );
    return NO_ANSWER;
  }
}

/** Whatever is wrong outside, the answer is 503 with the time to wait. */
function checkRefusal(
  ledger: Ledger,
  { method, path }: ApiRequest,
  status: number,
  text: string,
  retryAfter: string | null,
): void {
  if (status === 503 && retryAfter !== null) return;
  ledger.addViolation(`${method} ${path} was answered with ${status}, Retry-After ${retryAfter}: ${text}`);
}

/**
 * Repeats a request on any replica until it is accepted.
 * @returns `isCertain`: no earlier attempt can have taken effect later, since each was answered before the next began
 * @throws Error when the run ends before that
 */
export async function persist(
  environment: Environment,
  random: Random,
  request: ApiRequest,
  isAccepted: (answer: Answer) => boolean,
): Promise<{ answer: Answer; isCertain: boolean }> {
  let isCertain = true;
  for (;;) {
    const answer = await send(environment, pick(random, environment.replicas), request);
    if (isAccepted(answer)) return { answer, isCertain };
    if (answer.status === 0 || answer.status >= 500) isCertain = false;
    if (environment.isOver())
      throw new Error(
        `${request.method} ${request.path} was never accepted; the last answer was ${answer.status}`,
      );
    await delay(RETRY_DELAY_MS);
  }
}
