import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runningClock, startTestService, type TestService } from '../../test/harness/service.ts';
import { CLIENT, type StaffProviderFixture, startStaffProvider } from '../../test/harness/staff-provider.ts';
import type { RoleRule } from '../staff-identities/role-rule.ts';

const PORT_OF_NOBODY = 'http://127.0.0.1:9';
const RULES: RoleRule[] = [
  { claim: 'groups', equals: 'countersign-admins', role: 'admin' },
  { claim: 'groups', equals: ['helpdesk', 'support'], role: 'support' },
  { claim: 'email', equals: 'auditor@example.com', role: 'auditor' },
];

let service: TestService;
let provider: StaffProviderFixture;

beforeAll(async () => {
  // The provider needs the address of the service, and the service the address of the provider.
  provider = await startStaffProvider(() => service.url);
  service = await startTestService({
    clock: runningClock(),
    config: {
      consoleSignIn: {
        issuer: provider.issuer,
        clientId: CLIENT.id,
        clientSecret: CLIENT.secret,
        scopes: ['openid', 'email', 'profile', 'groups'],
        rules: RULES,
      },
    },
  });
  provider.people = {
    ann: {
      name: 'Ann',
      email: 'ann@example.com',
      email_verified: true,
      groups: ['all', 'countersign-admins'],
    },
    ben: { name: 'Ben', groups: ['helpdesk'] },
    eve: { name: 'Eve', email: 'auditor@example.com', email_verified: false, groups: ['all'] },
    max: { name: 'Max', email: 'auditor@example.com', email_verified: true },
  };
});
afterAll(async () => {
  await service?.close();
  await provider?.close();
});
beforeEach(() => {
  provider.person = 'ann';
  provider.forgery = null;
  provider.isDown = false;
});

/** A browser without script: it keeps cookies for each origin, and follows redirects one by one. */
class Browser {
  readonly cookies = new Map<string, string>();

  async get(url: string | URL): Promise<Response> {
    return this.#send(url, {});
  }

  async post(url: string | URL): Promise<Response> {
    return this.#send(url, { method: 'POST', headers: { 'sec-fetch-site': 'same-origin' } });
  }

  async #send(url: string | URL, init: RequestInit): Promise<Response> {
    const { origin } = new URL(url, service.url);
    const cookie = [...this.cookies]
      .filter(([name]) => name.startsWith(`${origin} `))
      .map(([name, value]) => `${name.slice(origin.length + 1)}=${value}`)
      .join('; ');
    const response = await fetch(new URL(url, service.url), {
      ...init,
      redirect: 'manual',
      headers: { accept: 'text/html', ...(cookie !== '' && { cookie }), ...init.headers },
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') this.cookies.delete(`${origin} ${name}`);
      else this.cookies.set(`${origin} ${name}`, value);
    }
    return response;
  }

  /** Goes through the provider's pages. Returns the callback that the provider sends this browser to, unopened. */
  async callbackUrl(next = ''): Promise<URL> {
    let url = new URL(`/console/sign-in/provider?${new URLSearchParams({ next })}`, service.url);
    for (let redirects = 0; redirects < 10; redirects++) {
      const response = await this.get(url);
      const location = response.headers.get('location');
      if (location === null) throw new Error(`${url.pathname}: ${response.status} ${await response.text()}`);
      url = new URL(location, url);
      if (url.pathname === '/console/sign-in/callback') return url;
    }
    throw new Error('too many redirects');
  }

  async signIn(next = ''): Promise<Response> {
    return this.get(await this.callbackUrl(next));
  }

  async isSignedIn(): Promise<boolean> {
    return (await this.get('/console')).status === 200;
  }
}

async function lastEvent(action: string) {
  const { body } = await service.admin.get(`/v1/audit-events?action=${action}&limit=1`);
  return body.data[0];
}

describe('signing in at the provider', () => {
  test('opens the page that was asked for, with the role of the first matching rule', async () => {
    const browser = new Browser();
    const page = await browser.get('/console/sign-in');
    expect(await page.text()).toContain(`Sign in with ${new URL(provider.issuer).host}`);
    const signedIn = await browser.signIn('/connections?status=insecure');
    expect(signedIn.status).toBe(303);
    expect(signedIn.headers.get('location')).toBe('/console/connections?status=insecure');
    expect(await browser.isSignedIn()).toBe(true);
    const event = await lastEvent('console.signed_in');
    expect(event.actor).toMatchObject({ type: 'staff', name: 'ann@example.com' });
    const providerIdentity = { issuer: provider.issuer, subject: 'ann' };
    expect(event.detail).toEqual({ method: 'oidc', role: 'admin', providerIdentity });
  });

  test('uses PKCE, state and nonce, and registers one exact redirect URI', async () => {
    const started = await new Browser().get('/console/sign-in/provider');
    const query = Object.fromEntries(new URL(started.headers.get('location') as string).searchParams);
    expect(query).toMatchObject({
      response_type: 'code',
      client_id: CLIENT.id,
      redirect_uri: `${service.url}/console/sign-in/callback`,
      scope: 'openid email profile groups',
      code_challenge_method: 'S256',
    });
    for (const name of ['code_challenge', 'state', 'nonce'] as const)
      expect(query[name]).toMatch(/^[\w-]{43}$/);
    const cookie = started.headers.getSetCookie().join();
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Lax/i);
    expect(query.nonce).not.toBe(query.state);
  });

  test('a person in a list of groups gets its role, and what the role may not do is refused', async () => {
    provider.person = 'ben';
    const browser = new Browser();
    expect((await browser.signIn()).status).toBe(303);
    expect((await lastEvent('console.signed_in')).detail.role).toBe('support');
  });

  test('nobody without a rule is signed in, and the attempt is in the audit log', async () => {
    provider.person = 'eve';
    const browser = new Browser();
    const refused = await browser.signIn();
    expect(refused.status).toBe(403);
    const text = await refused.text();
    expect(text).toContain('no rule gives you a role');
    expect(await browser.isSignedIn()).toBe(false);
    const event = await lastEvent('console.sign_in_refused');
    expect(event).toMatchObject({ outcome: 'failure', actor: { type: 'staff', name: 'Eve' } });
  });

  test('a long name that is cut in the middle of a character signs in under the rest of it', async () => {
    provider.person = 'long';
    provider.people.long = { name: `${'a'.repeat(199)}😀`, groups: ['helpdesk'] };
    expect((await new Browser().signIn()).status).toBe(303);
    expect((await lastEvent('console.signed_in')).actor.name).toBe('a'.repeat(199));
  });

  test('a person whose subject the audit log cannot store is refused', async () => {
    for (const subject of ['ann\0', 'ann\ud83d']) {
      provider.person = subject;
      provider.people[subject] = { groups: ['helpdesk'] };
      expect((await new Browser().signIn()).status).toBe(502);
    }
  });

  test('an address that the provider has verified is a rule', async () => {
    provider.person = 'max';
    expect((await new Browser().signIn()).status).toBe(303);
    expect((await lastEvent('console.signed_in')).detail.role).toBe('auditor');
  });

  test('says so when the person cancels, or when the provider is down', async () => {
    provider.person = null;
    const cancelled = await new Browser().signIn();
    expect(cancelled.status).toBe(403);
    expect(await cancelled.text()).toContain('you cancelled it');
    provider.person = 'ann';
    const browser = new Browser();
    const callback = await browser.callbackUrl();
    provider.isDown = true;
    const failed = await browser.get(callback);
    expect(failed.status).toBe(503);
    expect(await failed.text()).toContain('does not respond');
    expect(await browser.isSignedIn()).toBe(false);
  });

  test('leaves no code, token, state or secret in the log', async () => {
    const browser = new Browser();
    const callback = await browser.callbackUrl();
    await browser.get(callback);
    provider.forgery = { claims: (claims) => ({ ...claims, nonce: 'another' }) };
    await new Browser().signIn();
    const log = service.logLines.join('\n');
    expect(log).toContain('A sign-in to the console failed');
    for (const secret of [
      callback.searchParams.get('code'),
      callback.searchParams.get('state'),
      CLIENT.secret,
      ...browser.cookies.values(),
      'eyJ',
    ])
      expect(log).not.toContain(secret);
  });

  test('signing out ends the session here and leads to the provider, which ends its own', async () => {
    const browser = new Browser();
    await browser.signIn();
    const signedOut = await browser.post('/console/sign-out');
    expect(await browser.isSignedIn()).toBe(false);
    const url = new URL(signedOut.headers.get('refresh')?.split('url=')[1] as string);
    expect(`${url.origin}${url.pathname}`).toBe(`${provider.issuer}/session/end`);
    expect(url.searchParams.get('post_logout_redirect_uri')).toBe(`${service.url}/console/sign-in`);
    expect((await browser.get(url)).status).toBe(200);
  });
});

describe('an attacker', () => {
  /** A callback must change nothing: no session, and the browser's own sign-in can still be completed. */
  async function expectRefused(browser: Browser, callback: URL, status: number): Promise<string> {
    const before = await lastEvent('console.signed_in');
    const response = await browser.get(callback);
    expect(response.status).toBe(status);
    expect(response.headers.getSetCookie().filter((line) => /^countersign-console=/.test(line))).toEqual([]);
    expect(await browser.isSignedIn()).toBe(false);
    expect(await lastEvent('console.signed_in')).toEqual(before);
    return response.text();
  }

  test('cannot make a victim complete the sign-in of the attacker', async () => {
    const callback = await new Browser().callbackUrl();
    expect(await expectRefused(new Browser(), callback, 400)).toContain('another browser');
    const victim = new Browser();
    const own = await victim.callbackUrl();
    await expectRefused(victim, callback, 400);
    expect((await victim.get(own)).status).toBe(303);
  });

  test('cannot use a stolen callback without the cookie of the browser', async () => {
    const victim = new Browser();
    const callback = await victim.callbackUrl();
    const attacker = new Browser();
    await attacker.callbackUrl();
    await expectRefused(attacker, callback, 400);
  });

  test('cannot use the code of a victim in a sign-in of their own: the code verifier is missing', async () => {
    const stolen = await new Browser().callbackUrl();
    const attacker = new Browser();
    const callback = await attacker.callbackUrl();
    callback.searchParams.set('code', stolen.searchParams.get('code') as string);
    await expectRefused(attacker, callback, 502);
  });

  test('cannot forge or leave out the state, and no request goes to the provider', async () => {
    const { tokenRequests } = provider;
    for (const state of ['forged', '', null]) {
      const browser = new Browser();
      const callback = await browser.callbackUrl();
      if (state === null) callback.searchParams.delete('state');
      else callback.searchParams.set('state', state);
      await expectRefused(browser, callback, 400);
    }
    expect(provider.tokenRequests).toBe(tokenRequests);
  });

  test('cannot replay a callback, not even with the cookie', async () => {
    const browser = new Browser();
    const callback = await browser.callbackUrl();
    const cookies = new Map(browser.cookies);
    expect((await browser.get(callback)).status).toBe(303);
    const thief = new Browser();
    await expectRefused(thief, callback, 400);
    for (const [name, value] of cookies) thief.cookies.set(name, value);
    await expectRefused(thief, callback, 502);
  });

  test('cannot replay a callback at a provider that accepts a code twice', async () => {
    const browser = new Browser();
    const callback = await browser.callbackUrl();
    const cookies = new Map(browser.cookies);
    const { staffProvider } = service.deps;
    const redeemed = { claims: { sub: 'ann', groups: ['countersign-admins'] }, idToken: 'none' };
    service.deps.staffProvider = staffProvider && { ...staffProvider, redeemCode: async () => redeemed };
    try {
      expect((await browser.get(callback)).status).toBe(303);
      const thief = new Browser();
      for (const [name, value] of cookies) thief.cookies.set(name, value);
      await expectRefused(thief, callback, 400);
    } finally {
      service.deps.staffProvider = staffProvider;
    }
  });

  test('cannot complete a sign-in that began more than ten minutes ago', async () => {
    const browser = new Browser();
    const callback = await browser.callbackUrl();
    service.clock.advance(601);
    await expectRefused(browser, callback, 400);
  });

  test.each<[string, NonNullable<StaffProviderFixture['forgery']>]>([
    ['the nonce of another sign-in', { claims: (claims) => ({ ...claims, nonce: 'x'.repeat(43) }) }],
    ['no nonce', { claims: ({ nonce: _, ...claims }) => claims }],
    ['another audience', { claims: (claims) => ({ ...claims, aud: 'another-client' }) }],
    [
      'a second audience that it was issued to',
      { claims: (claims) => ({ ...claims, aud: [CLIENT.id, 'b'], azp: 'b' }) },
    ],
    ['another issuer', { claims: (claims) => ({ ...claims, iss: PORT_OF_NOBODY }) }],
    ['an expiry in the past', { claims: (claims) => ({ ...claims, exp: 1 }) }],
    ['another subject than its access token', { claims: (claims) => ({ ...claims, sub: 'max' }) }],
    ['the signature of another key', { otherKey: true }],
  ])('cannot sign in with an ID token that has %s', async (_, forgery) => {
    provider.forgery = forgery;
    const browser = new Browser();
    const callback = await browser.callbackUrl();
    await expectRefused(browser, callback, 502);
  });

  test('cannot be led to another site after signing in', async () => {
    for (const next of ['//evil.example', 'https://evil.example', '/\\evil.example', '@evil.example']) {
      const response = await new Browser().signIn(next);
      const target = new URL(response.headers.get('location') as string, service.url);
      expect(target.origin, next).toBe(service.url);
      expect(target.pathname, next).toMatch(/^\/console/);
    }
  });

  test('cannot write text into the page of a failure', async () => {
    const browser = new Browser();
    const callback = await browser.callbackUrl();
    callback.search = new URLSearchParams({
      state: callback.searchParams.get('state') as string,
      iss: provider.issuer,
      error: 'access_denied',
      error_description: 'Call +1 555 0100 for support',
    }).toString();
    // Shorter text could be part of the page's random request ID.
    expect(await expectRefused(browser, callback, 403)).not.toContain('555 0100');
  });
});

test('without a provider, the page says how to configure one, and no key signs in', async () => {
  const { staffProvider, emulatorUrl } = service.deps;
  service.deps.staffProvider = null;
  service.deps.emulatorUrl = null;
  try {
    const page = await new Browser().get('/console/sign-in');
    const text = await page.text();
    expect(page.status).toBe(200);
    expect(text).toContain('COUNTERSIGN_CONSOLE_OIDC_ISSUER');
    expect(text).not.toContain('<form');
    for (const path of ['/console/sign-in/provider', '/console/sign-in/callback?code=1&state=2'])
      expect((await new Browser().get(path)).status).toBe(404);
  } finally {
    Object.assign(service.deps, { staffProvider, emulatorUrl });
  }
});
