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

/** Sessions of this life, from an STS that answers at once. */
function cacheOf(lifeSeconds: number) {
  const clock = manualClock(new Date());
  const cache = new CredentialCache({ clock, maxEntries: 10, onIssue: () => {} });
  const made: Credentials[] = [];
  const assume = async (): Promise<Credentials> => {
    const expiresAt = new Date(clock.now().getTime() + lifeSeconds * 1000);
    const n = String(made.length);
    made.push({
      accessKeyId: n,
      secretAccessKey: n,
      sessionToken: n,
      expiresAt,
      awsRequestId: n,
      sessionName: n,
    });
    return made.at(-1) as Credentials;
  };
  const left = async (): Promise<number> => {
    const { credentials } = await cache.issue(KEY, { assume, onDenied: () => {} });
    return (credentials.expiresAt.getTime() - clock.now().getTime()) / 1000;
  };
  return { clock, left, made };
}

test('what is handed out has 15 minutes or more to live, half of a shorter session, whenever it is asked for', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 900, max: 3600 }),
      fc.array(fc.integer({ min: 0, max: 4000 }), { minLength: 1, maxLength: 8 }),
      async (life, pauses) => {
        const { clock, left } = cacheOf(life);
        for (const pause of pauses) {
          expect(await left()).toBeGreaterThanOrEqual(Math.min(900, life / 2));
          clock.advance(pause);
        }
      },
    ),
  );
});

test('a session of an hour is made anew no sooner than 40 minutes after', async () => {
  const { clock, left, made } = cacheOf(3600);
  for (let minute = 0; minute < 40; minute++) {
    await left();
    clock.advance(60);
  }
  expect(made).toHaveLength(1);
});
