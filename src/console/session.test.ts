import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBrowser } from '../../test/harness/connect.ts';
import { createKey, startTestService, type TestService } from '../../test/harness/service.ts';
import { createSandboxLink } from '../console-sessions/sandbox-link.ts';
import { signIn } from './console-test.fixture.ts';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service?.close());

const isSignedIn = async (browser: { get(path: string): Promise<Response> }): Promise<boolean> =>
  (await browser.get('/console')).status === 200;

describe('signing in', () => {
  test.each(['admin', 'onboarding', 'support', 'auditor'] as const)(
    'a key of role %s opens the console, and the audit log has who it was',
    async (role) => {
      const browser = await signIn(service, role);
      expect(await isSignedIn(browser)).toBe(true);
      const { body } = await service.admin.get('/v1/audit-events?action=console.signed_in&limit=1');
      expect(body.data[0].actor).toEqual({ type: 'staff', id: browser.keyId, name: `${role} person` });
      expect(body.data[0].detail).toEqual({ method: 'api_key', role });
    },
  );

  test('keys of workers, and what is no key, are refused', async () => {
    const { key } = await createKey(service, { role: 'worker' });
    for (const [text, status] of [
      [key, 403],
      ['garbage', 401],
    ] as const) {
      const response = await createBrowser(service, null).post('/console/sign-in', { key: text, next: '' });
      expect(response.status).toBe(status);
      expect(response.headers.get('set-cookie')).toBeNull();
    }
  });

  test('leads back to the page that was asked for, and never to another site', async () => {
    const signedOut = await createBrowser(service, null).get('/console?page=2');
    expect(signedOut.headers.get('location')).toBe('/console/sign-in?next=%3Fpage%3D2');
    const { key } = await createKey(service, { role: 'support' });
    const locationFor = async (next: string) =>
      (await createBrowser(service, null).post('/console/sign-in', { key, next })).headers.get('location');
    expect(await locationFor('/connections?status=insecure')).toBe('/console/connections?status=insecure');
    for (const next of ['//evil.example', 'https://evil.example', '@evil.example', '/\\evil.example\r\nx: y'])
      expect(await locationFor(next)).toMatch(/^\/console/);
    for (const next of [
      '/../../v1',
      '/..\\..\\v1',
      '/%2e%2e/%2E./v1',
      '/tenants/../../v1',
      '?x=/../../v1',
      '/a?/../../v1',
    ])
      expect(new URL((await locationFor(next)) ?? '', service.url).pathname, next).toMatch(/^\/console/);
  });

  test('with an API key works in sandbox mode only', async () => {
    const { emulatorUrl } = service.deps;
    service.deps.emulatorUrl = null;
    const { key } = await createKey(service, { role: 'admin' });
    const response = await createBrowser(service, null).post('/console/sign-in', { key, next: '' });
    const link = await createBrowser(service, null).get(createSandboxLink(service.deps));
    service.deps.emulatorUrl = emulatorUrl;
    expect(response.status).toBe(403);
    expect(link.headers.get('set-cookie')).toBeNull();
  });

  test('is limited for each address', async () => {
    const attempt = () => createBrowser(service, null).post('/console/sign-in', { key: 'garbage', next: '' });
    const statuses = new Set<number>();
    for (let i = 0; i < 40; i++) statuses.add((await attempt()).status);
    expect(statuses).toContain(429);
    service.clock.advance(120);
    expect((await attempt()).status).toBe(401);
  });
});

describe('the link that npm start prints', () => {
  test('signs in once, and its secret is no session, neither before nor afterwards', async () => {
    const link = createSandboxLink(service.deps);
    const secret = link.split('/').at(-1);
    const withSecret = createBrowser(service, `countersign-console=${secret}`);
    expect(await isSignedIn(withSecret)).toBe(false);
    const opened = await createBrowser(service, null).get(link);
    const cookie = opened.headers.get('set-cookie')?.split(';')[0] as string;
    expect(await isSignedIn(createBrowser(service, cookie))).toBe(true);
    const again = await createBrowser(service, null).get(link);
    expect(again.headers.get('set-cookie')).toBeNull();
    expect(again.headers.get('location')).toContain('link-ended');
    expect(await isSignedIn(withSecret)).toBe(false);
    expect(service.logLines.join()).not.toContain(secret);
  });

  test('is no session of the staff until it is opened, and no session is a link', async () => {
    const admin = await signIn(service, 'admin');
    const countListed = async () =>
      (await (await admin.get('/console/sessions')).text()).split('Link of npm start').length - 1;
    const before = await countListed();
    const link = createSandboxLink(service.deps);
    expect(await countListed()).toBe(before);
    const opened = await createBrowser(service, null).get(link);
    expect(await countListed()).toBe(before + 1);
    const [, secret] = /=([^;]+)/.exec(opened.headers.get('set-cookie') ?? '') ?? [];
    const exchanged = await createBrowser(service, null).get(`/console/open/${secret}`);
    expect(exchanged.headers.get('set-cookie')).toBeNull();
    expect(await isSignedIn(createBrowser(service, `countersign-console=${secret}`))).toBe(true);
  });

  test('expires', async () => {
    const link = createSandboxLink(service.deps);
    service.clock.advance(31 * 60);
    expect((await createBrowser(service, null).get(link)).headers.get('set-cookie')).toBeNull();
  });
});

describe('a session', () => {
  test('ends when it is not used for half an hour, and after twelve hours of use', async () => {
    const idle = await signIn(service, 'support');
    service.clock.advance(29 * 60);
    expect(await isSignedIn(idle)).toBe(true);
    service.clock.advance(29 * 60);
    expect(await isSignedIn(idle)).toBe(true);
    service.clock.advance(31 * 60);
    expect(await isSignedIn(idle)).toBe(false);

    const used = await signIn(service, 'support');
    for (let minutes = 0; minutes < 12 * 60 - 20; minutes += 20) {
      service.clock.advance(20 * 60);
      expect(await isSignedIn(used), `after ${minutes} minutes`).toBe(true);
    }
    service.clock.advance(21 * 60);
    expect(await isSignedIn(used)).toBe(false);
  });

  test('ends with its API key', async () => {
    const browser = await signIn(service, 'support');
    await service.admin.delete(`/v1/api-keys/${browser.keyId}`);
    expect(await isSignedIn(browser)).toBe(false);
  });

  test('ends by signing out; the other browsers of the person stay, unless all are signed out', async () => {
    const { key } = await createKey(service, { role: 'support' });
    const open = async () => {
      const response = await createBrowser(service, null).post('/console/sign-in', { key, next: '' });
      return createBrowser(service, response.headers.get('set-cookie')?.split(';')[0] ?? null);
    };
    const [one, two, three] = [await open(), await open(), await open()];
    await one.post('/console/sign-out');
    expect(await Promise.all([one, two, three].map(isSignedIn))).toEqual([false, true, true]);
    await two.post('/console/sign-out-everywhere');
    expect(await Promise.all([one, two, three].map(isSignedIn))).toEqual([false, false, false]);
  });

  test('is in a cookie that scripts and other sites cannot use, bound to the host over https', async () => {
    const { key } = await createKey(service, { role: 'support' });
    const cookieOf = async () =>
      (await createBrowser(service, null).post('/console/sign-in', { key, next: '' })).headers.get(
        'set-cookie',
      );
    expect(await cookieOf()).toMatch(
      /^countersign-console=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    const { baseUrl } = service.deps;
    service.deps.baseUrl = () => 'https://countersign.example.com/aws';
    const secure = await cookieOf();
    service.deps.baseUrl = baseUrl;
    expect(secure).toMatch(/^__Host-countersign-console=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  });

  test('is stored by its hash alone', async () => {
    const { cookie } = await signIn(service, 'support');
    const secret = cookie?.split('=')[1];
    const { rows } = await service.queryAsOwner('SELECT s::text AS row FROM console_sessions s');
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.map(({ row }) => row).join()).not.toContain(secret);
  });

  test('is not accepted by the API, and no API key by the console', async () => {
    const { cookie } = await signIn(service, 'admin');
    const api = await createBrowser(service, cookie).get('/v1/tenants');
    expect(api.status).toBe(401);
    const { key } = await createKey(service, { role: 'admin' });
    const console = await createBrowser(service, null).get('/console', { authorization: `Bearer ${key}` });
    expect(console.status).toBe(303);
  });
});
