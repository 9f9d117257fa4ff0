import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Verification } from '../connections/verification.ts';
import { logFailure, toProblem } from '../http/error-handler.ts';
import type { OnCheck } from '../verification/probe.ts';
import type { VerificationMessage } from './verification-message.ts';

const NDJSON = 'application/x-ndjson';

/** Whether a page's script asks for the checks one by one. Without script, the browser waits for the result. */
export function acceptsVerificationStream(request: FastifyRequest): boolean {
  return request.headers.accept === NDJSON;
}

/** Sends each check as a line of JSON when it is made, then the outcome. An error on the way is sent as a line, too. */
export function streamVerification(
  request: FastifyRequest,
  reply: FastifyReply,
  verify: (onCheck: OnCheck) => Promise<Verification>,
): FastifyReply {
  const lines = new Readable({ read() {} });
  const send = (message: VerificationMessage): void => void lines.push(`${JSON.stringify(message)}\n`);
  void verify((check) => send({ type: 'check', ...check }))
    .then(
      ({ outcome, retryAfterSeconds }) =>
        send({ type: 'outcome', outcome, retryAfterSeconds: retryAfterSeconds ?? null }),
      (error: unknown) => {
        const problem = toProblem(error);
        logFailure(problem, request);
        send({ type: 'problem', code: problem.code, message: problem.detail });
      },
    )
    .finally(() => lines.push(null));
  // Stops proxies from buffering the response until it is complete.
  return reply.header('x-accel-buffering', 'no').type(NDJSON).send(lines);
}
