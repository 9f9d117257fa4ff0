import { pino } from 'pino';
import type { Identity } from '../identity/principal.ts';
import { manualClock } from '../lib/clock.ts';
import { authenticateToken } from './authenticate-token.ts';
import { type Issuer, type IssuerKey, startIssuer } from './issuer.fixture.ts';
import { createTokenIssuers } from './token-issuers.ts';
import type { WorkerIdentity } from './worker-identity.ts';

/** Two issuers, each with a worker identity, and the functions that authenticate tokens with them. */
export interface TokenTest {
  clock: ReturnType<typeof manualClock>;
  deps: Parameters<typeof authenticateToken>[0];
  /** Issues tokens of the identity `nightly`. */
  issuer: Issuer;
  /** Issues tokens of the identity `other`. */
  otherIssuer: Issuer;
  /** Returns an identity of `issuer` with the given changes. */
  identity(changes?: Partial<WorkerIdentity>): WorkerIdentity;
  /** Replaces the configured identities and discards cached keys. */
  configure(...identities: WorkerIdentity[]): void;
  authenticate(token: string): Promise<Identity>;
  /** Returns `accepted as <identity>`, or the code of the error. */
  resultOf(token: string): Promise<string>;
  nowSeconds(): number;
  close(): Promise<void>;
}

export async function startTokenTest(): Promise<TokenTest> {
  const clock = manualClock(new Date('2030-01-01T00:00:00Z'));
  const log = pino({ level: 'silent' });
  const issuer = await startIssuer(clock.now);
  const otherIssuer = await startIssuer(clock.now, 'key-of-other');
  const depsFor = (identities: WorkerIdentity[]): TokenTest['deps'] => ({
    clock,
    log,
    tokenIssuers: createTokenIssuers(identities, { clock, log }),
    isTokenRevoked: async () => false,
  });
  const identity = (changes: Partial<WorkerIdentity> = {}): WorkerIdentity => ({
    name: 'nightly',
    issuer: issuer.url,
    audience: 'countersign',
    claims: { sub: 'worker-1' },
    tenantIds: 'any',
    profiles: 'any',
    ...changes,
  });
  const ofOtherIssuer = identity({ name: 'other', issuer: otherIssuer.url, claims: { sub: 'worker-2' } });
  const tokenTest: TokenTest = {
    clock,
    deps: depsFor([identity(), ofOtherIssuer]),
    issuer,
    otherIssuer,
    identity,
    configure(...identities) {
      tokenTest.deps = depsFor(identities);
    },
    authenticate: (token) => authenticateToken(tokenTest.deps, token),
    resultOf: (token) =>
      tokenTest.authenticate(token).then(
        (principal) => `accepted as ${principal.name}`,
        (error) => error.code as string,
      ),
    nowSeconds: () => Math.floor(clock.now().getTime() / 1000),
    async close() {
      await issuer.close();
      await otherIssuer.close();
    },
  };
  return tokenTest;
}

export const encodePart = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** Signs the exact text of header and payload, which a library would serialize again. */
export async function signText({ privateKey }: IssuerKey, header: string, payload: string): Promise<string> {
  const input = `${encodePart(header)}.${encodePart(payload)}`;
  const signature = await crypto.subtle.sign(
    { name: 'ECDSA', hash: 'SHA-256' },
    privateKey,
    Buffer.from(input),
  );
  return `${input}.${Buffer.from(signature).toString('base64url')}`;
}
