import { createHash, hkdfSync } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Deps } from '../deps.ts';
import type { ReplayableKey } from '../http/idempotency/idempotency-key.ts';
import { runOnce } from '../http/idempotency/idempotent.ts';
import { canonicalJson, type Json } from '../lib/canonical-json.ts';
import { requireSession } from './guard.ts';

/** The hidden field of a form that creates something. Each page has another value. */
export const formToken = z
  .string()
  .regex(/^[\w-]{43}$/)
  .optional();

/** The body of a form whose only field is its token. */
export const tokenOnly = z.strictObject({ formToken }).nullish();

type SubmittedRequest = FastifyRequest<{ Body: { formToken?: string | undefined } | null | undefined }>;

/**
 * Runs `work` once for a form that is sent twice: by a double click, or by reloading the page that follows it. Both get the
 * same result, because a secret that only the first response had would be lost with it. With other values in its fields, it
 * is another form. Like an Idempotency-Key, the token is optional, and the result is stored encrypted for a day.
 */
export async function submitOnce<T>(
  deps: Deps,
  request: SubmittedRequest,
  work: (deps: Deps) => Promise<T>,
): Promise<T> {
  const { data: token } = formToken.safeParse(request.body?.formToken);
  if (token === undefined) return work(deps);
  return runOnce(deps, { request, key: keyOf(request, token) }, work);
}

/** The database has only hashes of the token, so that it alone can decrypt nothing. */
function keyOf(request: SubmittedRequest, token: string): ReplayableKey {
  const content = canonicalJson([request.url, (request.body ?? null) as Json]);
  const requestHash = createHash('sha256').update(content).digest();
  const secret = hkdfSync('sha256', token, requestHash, 'countersign submitted form', 32);
  return {
    apiKeyId: requireSession(request).subject,
    key: `form ${requestHash.toString('hex')}`,
    requestHash,
    secret: Buffer.from(secret),
  };
}
