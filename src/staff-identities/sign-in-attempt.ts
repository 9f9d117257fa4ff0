import { randomBytes } from 'node:crypto';
import { z } from 'zod';

/** For how long a person can stay on the provider's page. */
export const SIGN_IN_SECONDS = 600;

/**
 * A sign-in between the redirect to the provider and the return from it. Only the browser that began it keeps it, in a
 * cookie: so visitors who do not sign in store nothing here, and the callback of one browser is useless in another.
 */
export interface SignInAttempt {
  /** Returned by the provider: binds its answer to this browser. */
  state: string;
  /** Returned in the ID token: binds the token to this attempt. */
  nonce: string;
  /** Proof Key for Code Exchange (RFC 7636): makes a stolen authorization code useless. */
  codeVerifier: string;
  /** The page of the console that the person wanted to open. */
  returnPath: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

const storedAttempt = z.strictObject({
  state: z.string().min(43),
  nonce: z.string().min(43),
  codeVerifier: z.string().min(43),
  returnPath: z.string(),
  expiresAt: z.number(),
});

export function newSignInAttempt(returnPath: string, now: Date): SignInAttempt {
  const random = (): string => randomBytes(32).toString('base64url');
  return {
    state: random(),
    nonce: random(),
    codeVerifier: random(),
    returnPath,
    expiresAt: now.getTime() + SIGN_IN_SECONDS * 1000,
  };
}

export function encodeAttempt(attempt: SignInAttempt): string {
  return Buffer.from(JSON.stringify(attempt)).toString('base64url');
}

/** The attempt of a cookie; null if there is none, or if it is malformed or expired. */
export function decodeAttempt(text: string | null, now: Date): SignInAttempt | null {
  try {
    const parsed = storedAttempt.safeParse(JSON.parse(Buffer.from(text ?? '', 'base64url').toString()));
    return parsed.success && parsed.data.expiresAt > now.getTime() ? parsed.data : null;
  } catch {
    return null;
  }
}
