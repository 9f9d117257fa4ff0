import { createHmac, timingSafeEqual } from 'node:crypto';

/** A session of a role. Its token contains all of it, so sessions survive a restart without being stored. */
export interface Session {
  readonly accessKeyId: string;
  readonly partition: string;
  readonly accountId: string;
  /** The value of aws:PrincipalArn, including the path of the role. */
  readonly roleArn: string;
  /** The unique ID of the role; a role that is created again under the same name has another one. */
  readonly roleId: string;
  readonly sessionName: string;
  /** Seconds since 1970. */
  readonly issuedAt: number;
  /** Seconds since 1970. */
  readonly expiresAt: number;
  readonly sourceIdentity?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly transitiveTagKeys: readonly string[];
}

interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Issues credentials whose token contains the session, signed with the emulator's secret. */
export function issueSessionCredentials(session: Session, secret: string): SessionCredentials {
  const payload = Buffer.from(JSON.stringify(session)).toString('base64url');
  return {
    accessKeyId: session.accessKeyId,
    secretAccessKey: computeMac(secret, 'secret access key', payload).toString('base64').slice(0, 40),
    sessionToken: `${payload}.${computeMac(secret, 'session token', payload).toString('base64url')}`,
  };
}

/**
 * Verifies a session token. The expiration is not checked.
 *
 * @returns `undefined` when no emulator with this secret issued the token for this access key
 */
export function verifySessionToken(
  accessKeyId: string,
  sessionToken: string,
  secret: string,
): { session: Session; secretAccessKey: string } | undefined {
  const [payload = '', signature = '', ...rest] = sessionToken.split('.');
  const expected = computeMac(secret, 'session token', payload);
  const actual = Buffer.from(signature, 'base64url');
  if (rest.length > 0 || actual.length !== expected.length || !timingSafeEqual(actual, expected))
    return undefined;
  // The verified signature proves that the payload is JSON from issueSessionCredentials.
  const session = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Session;
  if (session.accessKeyId !== accessKeyId) return undefined;
  return { session, secretAccessKey: issueSessionCredentials(session, secret).secretAccessKey };
}

function computeMac(secret: string, purpose: string, payload: string): Buffer {
  return createHmac('sha256', secret).update(`${purpose}\0${payload}`).digest();
}
