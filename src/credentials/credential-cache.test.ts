import fc from 'fast-check';
import { expect, test } from 'vitest';
import { manualClock } from '../lib/clock.ts';
import { CredentialCache } from './credential-cache.ts';
import type { CredentialCacheKey, Credentials } from './credentials.ts';

const KEY: CredentialCacheKey = {
  tenantId: 'tenant_1',
  connectionId: 'connection_1',
  externalId: 'one',
  workerKeyId: 'key_1',
  durationSeconds: 3600,
  session: null,
};

/** Creates a cache over an STS that answers at once with sessions of this duration. */
function createCache(durationSeconds: number) {
  const clock = manualClock(new Date());
  const cache = new CredentialCache({ clock, maxEntries: 10, onIssue: () => {} });
  const issued: Credentials[] = [];
  const assume = async (): Promise<Credentials> => {
    const expiresAt = new Date(clock.now().getTime() + durationSeconds * 1000);
    const n = String(issued.length);
    const credentials = {
      accessKeyId: n,
      secretAccessKey: n,
      sessionToken: n,
      expiresAt,
      awsRequestId: n,
      sessionName: n,
    };
    issued.push(credentials);
    return credentials;
  };
  const getSecondsLeft = async (): Promise<number> => {
    const { credentials } = await cache.issue(KEY, { assume, onDenied: () => {} });
    return (credentials.expiresAt.getTime() - clock.now().getTime()) / 1000;
  };
  return { clock, getSecondsLeft, issued };
}

test('an issued session always has at least 15 minutes left, or half of a shorter session', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 900, max: 3600 }),
      fc.array(fc.integer({ min: 0, max: 4000 }), { minLength: 1, maxLength: 8 }),
      async (duration, pauses) => {
        const { clock, getSecondsLeft } = createCache(duration);
        for (const pause of pauses) {
          expect(await getSecondsLeft()).toBeGreaterThanOrEqual(Math.min(900, duration / 2));
          clock.advance(pause);
        }
      },
    ),
  );
});

test('a session of an hour is not renewed during its first 40 minutes', async () => {
  const { clock, getSecondsLeft, issued } = createCache(3600);
  for (let minute = 0; minute < 40; minute++) {
    await getSecondsLeft();
    clock.advance(60);
  }
  expect(issued).toHaveLength(1);
});
