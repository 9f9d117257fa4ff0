import { afterAll, beforeAll, expect, test } from 'vitest';
import { type StaffProviderFixture, startStaffProvider } from '../../../../test/harness/staff-provider.ts';
import type { StaffProviderSettings } from '../../../staff-identities/provider.ts';
import type { CheckResult } from '../check-result.ts';
import { checkConsoleSignIn } from './console-sign-in.ts';

let provider: StaffProviderFixture;

beforeAll(async () => {
  provider = await startStaffProvider(() => 'http://127.0.0.1:9');
});
afterAll(() => provider?.close());

async function check(changes: Partial<StaffProviderSettings> | null): Promise<CheckResult[]> {
  const settings = {
    issuer: provider.issuer,
    clientId: 'c',
    clientSecret: 'not-in-a-message',
    scopes: ['openid'],
    rules: [],
  };
  const results: CheckResult[] = [];
  await checkConsoleSignIn(
    {
      consoleSignIn: changes && { ...settings, ...changes },
      proxies: { https: null, http: null, noProxy: [] },
    },
    (result) => results.push(result),
  );
  return results;
}

test('an OpenID provider that responds is ok, and without one there is no check', async () => {
  expect(await check({})).toMatchObject([{ check: 'console.provider', status: 'ok' }]);
  expect(await check(null)).toEqual([]);
});

test('says what is wrong with a provider that does not respond, or is another issuer', async () => {
  const [other] = await check({ issuer: `${provider.issuer}/` });
  expect(other).toMatchObject({ status: 'failed' });
  expect(other?.fix).toContain('must be exactly COUNTERSIGN_CONSOLE_OIDC_ISSUER');
  provider.isDown = true;
  const [down] = await check({});
  provider.isDown = false;
  expect(down?.message).toContain('cannot be used: unexpected HTTP response status code');
  const [closed] = await check({ issuer: 'http://127.0.0.1:9' });
  expect(closed).toMatchObject({ status: 'failed' });
  expect(JSON.stringify([other, down, closed])).not.toContain('not-in-a-message');
});
