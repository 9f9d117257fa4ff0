import { createHmac, randomInt, timingSafeEqual } from 'node:crypto';

/** What a session of a role is, all of it inside of its token: nothing is kept, so a restart ends no session. */
export interface Session {
  readonly accessKeyId: string;
  readonly partition: string;
  readonly accountId: string;
  /** With its path, as aws:PrincipalArn. */
  readonly roleArn: string;
  /** The role's unique ID: a role made again under the same name is another one. */
  readonly roleId: string;
  readonly sessionName: string;
  /** Seconds since 1970. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly sourceIdentity?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly transitiveTagKeys: readonly string[];
}

export interface SessionKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** An identifier in AWS's form: a prefix of four letters (`ASIA`, `AROA`) and random base 32. */
export function newUniqueId(prefix: 'ASIA' | 'AROA'): string {
  const length = prefix === 'ASIA' ? 16 : 17;
  return prefix + Array.from({ length }, () => BASE32[randomInt(BASE32.length)]).join('');
}

/** Puts a session into keys, signed with the sandbox's secret. */
export function issueKeys(session: Session, secret: string): SessionKeys {
  const payload = Buffer.from(JSON.stringify(session)).toString('base64url');
  return {
    accessKeyId: session.accessKeyId,
    secretAccessKey: mac(secret, 'secret access key', payload).toString('base64').slice(0, 40),
    sessionToken: `${payload}.${mac(secret, 'session token', payload).toString('base64url')}`,
  };
}

/** Takes a session out of its token again; `undefined` when this sandbox did not issue it. Does not look at its end. */
export function readKeys(
  accessKeyId: string,
  sessionToken: string,
  secret: string,
): { session: Session; secretAccessKey: string } | undefined {
  const [payload = '', signature = '', ...rest] = sessionToken.split('.');
  const expected = mac(secret, 'session token', payload);
  const given = Buffer.from(signature, 'base64url');
  if (rest.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected))
    return undefined;
  // Only now is it known to be our own JSON.
  const session = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Session;
  if (session.accessKeyId !== accessKeyId) return undefined;
  return { session, secretAccessKey: issueKeys(session, secret).secretAccessKey };
}

function mac(secret: string, purpose: string, payload: string): Buffer {
  return createHmac('sha256', secret).update(`${purpose}\0${payload}`).digest();
}
