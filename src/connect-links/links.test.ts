import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBrowser, createConnectLink, openLink } from '../../test/harness/connect.ts';
import {
  createTenant,
  putRole,
  startTestService,
  type TestService,
  type TestTenant,
  trustPolicyRequiring,
} from '../../test/harness/service.ts';
import { newId } from '../lib/ids.ts';

let service: TestService;
let replica: TestService;
let tenant: TestTenant;

beforeAll(async () => {
  const config = { returnUrls: ['https://app.example.com/aws', 'https://other.example.com'] };
  service = await startTestService({ config });
  replica = await startTestService({ replicaOf: service, config });
  tenant = await createTenant(service);
});
afterAll(async () => {
  await replica.close();
  await service.close();
});

const links = async () => (await service.admin.get(`${tenant.path}/connect-links?limit=200`)).body.data;
const linkOf = async (id: string) => (await links()).find((link: { id: string }) => link.id === id);
const events = async (action: string) =>
  (await service.admin.get(`/v1/audit-events?tenantId=${tenant.id}&action=${action}`)).body.data;

describe('a connect link', () => {
  test("opens its tenant's page, and its secret is in no later URL and on no page", async () => {
    const { url, secret } = await createConnectLink(service, tenant);
    expect(url).toMatch(new RegExp(`^${service.url}/connect/csl_[0-9a-f]{64}$`));
    const answer = await fetch(url, { redirect: 'manual' });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/connect');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const cookie = answer.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(
      /^countersign-connect=csl_[0-9a-f]{64}; Max-Age=648000; Path=\/connect; HttpOnly; SameSite=Lax$/,
    );
    expect(cookie).not.toContain(secret);
    const page = await createBrowser(service, cookie.split(';')[0] as string).get('/connect');
    expect(page.status).toBe(200);
    const text = await page.text();
    expect(text).toContain('Connect your AWS account');
    expect(text).toContain(tenant.externalId);
    expect(text).not.toContain(secret);
  });

  test('can be opened for a day by default, and for five minutes to a week on request', async () => {
    const now = service.clock.now().getTime();
    const seconds = async (body: object | undefined) => {
      const { status, body: link } = await service.admin.post(`${tenant.path}/connect-links`, body);
      return status === 201 ? (Date.parse(link.expiresAt) - now) / 1000 : link.code;
    };
    expect(await seconds(undefined)).toBe(86_400);
    expect(await seconds({ expiresInSeconds: 300 })).toBe(300);
    expect(await seconds({ expiresInSeconds: 604_800 })).toBe(604_800);
    for (const wrong of [299, 604_801, 300.5, '600', null, -1]) {
      expect(await seconds({ expiresInSeconds: wrong })).toBe('validation_failed');
    }
  });

  test('is created only with URLs of the vendor that the configuration allows', async () => {
    const status = async (url: string) => {
      const post = async (body: object) =>
        (await service.admin.post(`${tenant.path}/connect-links`, body)).status;
      const [first, second] = await Promise.all([post({ returnUrl: url }), post({ renewUrl: url })]);
      expect(first, url).toBe(second);
      return first;
    };
    for (const allowed of [
      'https://app.example.com/aws',
      'https://app.example.com/aws/done?step=3#section',
      'https://other.example.com',
      'https://other.example.com/anything',
    ]) {
      expect(await status(allowed), allowed).toBe(201);
    }
    for (const refused of [
      'https://app.example.com',
      'https://app.example.com/awsome',
      'https://app.example.com/aws/../secrets',
      'https://app.example.com.evil.example/aws',
      'https://app.example.com@evil.example/aws',
      'https://user@app.example.com/aws',
      'https://evil.example/\\app.example.com/aws',
      'https://evil.example#https://app.example.com/aws',
      'http://app.example.com/aws',
      'https://app.example.com:444/aws',
      '//app.example.com/aws',
      '/aws',
      'javascript:alert(1)',
      'data:text/html,x',
      'nonsense',
      ' ',
    ]) {
      expect(await status(refused), refused).toBe(400);
    }
  });

  test('is created without a return URL only when the configuration allows none', async () => {
    const bare = await startTestService({ replicaOf: service });
    const { status, body } = await bare.as(service.adminKey).post(`${tenant.path}/connect-links`, {
      returnUrl: 'https://app.example.com/aws',
    });
    await bare.close();
    expect([status, body.code]).toEqual([400, 'validation_failed']);
    expect(body.errors[0].message).toContain('COUNTERSIGN_RETURN_URLS');
  });

  test('changes its status from unopened to opened to used, and its secret is never returned again', async () => {
    const { id, url, secret } = await createConnectLink(service, tenant);
    expect(await linkOf(id)).toMatchObject({ id, status: 'unopened', openedAt: null });
    const first = await openLink(service, url);
    service.clock.advance(60);
    const second = await openLink(replica, url);
    expect(second.cookie).not.toBe(first.cookie);
    expect((await first.get('/connect')).status).toBe(200);
    expect(await linkOf(id)).toMatchObject({ status: 'opened', usedAt: null });

    const role = await putRole(service.aws, trustPolicyRequiring(tenant.externalId));
    const { headers } = await first.post('/connect/connections', { role });
    await first.post(`${headers.get('location')}/verification`);
    const used = await linkOf(id);
    expect(used).toMatchObject({ status: 'used', usedAt: expect.any(String) });
    expect(JSON.stringify(await links())).not.toContain(secret);

    const again = await fetch(url, { redirect: 'manual' });
    expect(again.status).toBe(410);
    expect(again.headers.get('set-cookie')).toBeNull();
    expect(await again.text()).toContain('This link has been used');
    expect((await first.get('/connect')).status, 'an open page stays usable').toBe(200);
  });

  test('leads to the open page in the browser that has one, elsewhere to renewUrl, once it is used or expired', async () => {
    const renewUrl = 'https://app.example.com/aws/new-link';
    const { url } = await createConnectLink(service, tenant, { renewUrl, expiresInSeconds: 3600 });
    const withoutRenewal = await createConnectLink(service, tenant, { expiresInSeconds: 3600 });
    const browser = await openLink(service, url);
    const stranger = await openLink(
      service,
      (await createConnectLink(service, await createTenant(service))).url,
    );
    const open = async (from: Pick<typeof browser, 'get'>, link = url) => {
      const answer = await from.get(new URL(link).pathname);
      return [answer.status, answer.headers.get('location'), answer.headers.getSetCookie()];
    };
    const role = await putRole(service.aws, trustPolicyRequiring(tenant.externalId));
    await browser.post('/connect/connections', { role });
    const expectEnd = async () => {
      expect(await open(browser)).toEqual([303, '/connect', []]);
      for (const other of [stranger, createBrowser(service, null)])
        expect(await open(other)).toEqual([303, renewUrl, []]);
    };
    await expectEnd();
    service.clock.advance(3600);
    await expectEnd();
    expect(await open(browser, withoutRenewal.url)).toEqual([303, '/connect', []]);
    expect(await open(stranger, withoutRenewal.url)).toEqual([410, null, []]);
    const revoked = await createConnectLink(service, tenant, { renewUrl });
    await service.admin.delete(`${tenant.path}/connect-links/${revoked.id}`);
    expect(await open(browser, revoked.url)).toEqual([410, null, []]);
    const strict = await startTestService({ replicaOf: service });
    expect(await open(createBrowser(strict, null)), 'the allow-list is read anew').toEqual([410, null, []]);
    await strict.close();
  });

  test('shows why it cannot be opened: expired, revoked, unknown, or its tenant is suspended or offboarded', async () => {
    const short = await createConnectLink(service, tenant, { expiresInSeconds: 300 });
    const revoked = await createConnectLink(service, tenant);
    await service.admin.delete(`${tenant.path}/connect-links/${revoked.id}`);
    const [suspended, gone] = [await createTenant(service), await createTenant(service)];
    const paused = await createConnectLink(service, suspended);
    const ended = await createConnectLink(service, gone);
    await service.admin.patch(suspended.path, { status: 'suspended' });
    await service.admin.delete(gone.path);
    service.clock.advance(300);
    const seen = async (url: string) => {
      const answer = await fetch(url, { redirect: 'manual' });
      expect(answer.headers.get('set-cookie')).toBeNull();
      expect(answer.headers.get('content-type')).toContain('text/html');
      return `${answer.status} ${/<h1>(.*?)<\/h1>/.exec(await answer.text())?.[1]}`;
    };
    expect(await seen(short.url)).toBe('410 This link has expired');
    expect(await seen(revoked.url)).toBe('410 This link was revoked');
    expect(await seen(paused.url)).toBe('403 Your access is paused');
    expect(await seen(ended.url)).toBe('410 Your access has ended');
    const unknown = '404 This link is not valid';
    expect(await seen(`${service.url}/connect/csl_${'0'.repeat(64)}`)).toBe(unknown);
    expect(await seen(`${service.url}/connect/garbage`)).toBe(unknown);
    expect(await seen(revoked.url.slice(0, -1))).toBe(unknown);
    expect(await seen(revoked.url.toUpperCase().replace(/^HTTP.*CONNECT/, `${service.url}/connect`))).toBe(
      unknown,
    );
    expect(await linkOf(short.id)).toMatchObject({ status: 'expired' });
    expect(await linkOf(revoked.id)).toMatchObject({ status: 'revoked', revokedAt: expect.any(String) });
  });

  test('ends, when it is revoked, all its sessions and the links of colleagues on every replica at once', async () => {
    const { id, url } = await createConnectLink(service, tenant);
    const mine = await openLink(service, url);
    const shared = await mine.post('/connect/links', {}, { accept: 'application/json' });
    expect(shared.status).toBe(201);
    const colleague = (await shared.json()) as { url: string; expiresAt: string };
    const theirs = await openLink(replica, colleague.url);
    expect((await theirs.get('/connect')).status).toBe(200);
    expect(await service.admin.delete(`${tenant.path}/connect-links/${id}`)).toMatchObject({ status: 204 });
    for (const browser of [mine, theirs]) {
      const answer = await browser.get('/connect');
      expect(answer.status).toBe(410);
      expect(await answer.text()).toContain('This link was revoked');
    }
    expect((await fetch(colleague.url, { redirect: 'manual' })).status).toBe(410);
    expect(await service.admin.delete(`${tenant.path}/connect-links/${id}`)).toMatchObject({ status: 204 });
  });

  test("for a colleague expires with the vendor's link and has it as its parent", async () => {
    const { id, url } = await createConnectLink(service, tenant, { expiresInSeconds: 600 });
    const first = await openLink(service, url);
    service.clock.advance(300);
    const share = async (browser: typeof first) =>
      (await browser.post('/connect/links', {}, { accept: 'application/json' })).json();
    const one = (await share(first)) as { url: string; expiresAt: string };
    const two = (await share(await openLink(service, one.url))) as { url: string; expiresAt: string };
    const expiresAt = (await linkOf(id)).expiresAt;
    expect([one.expiresAt, two.expiresAt]).toEqual([expiresAt, expiresAt]);
    const children = (await links()).filter((link: { parentId: string }) => link.parentId === id);
    expect(children).toHaveLength(2);
    service.clock.advance(300);
    const late = await first.post('/connect/links', {}, { accept: 'application/json' });
    expect(late.status).toBe(409);
    expect((await first.get('/connect')).status, 'the page itself stays usable').toBe(200);
  });

  test('is recorded in the audit log when it is created, opened and revoked, without its secret', async () => {
    const { id, url, secret } = await createConnectLink(service, tenant);
    await openLink(service, url);
    await service.admin.delete(`${tenant.path}/connect-links/${id}`);
    for (const action of ['connect_link.created', 'connect_link.opened', 'connect_link.revoked']) {
      const [event] = await events(action);
      expect(event.detail.linkId, action).toBe(id);
      expect(JSON.stringify(event)).not.toContain(secret);
    }
    const [opened] = await events('connect_link.opened');
    expect(opened.actor).toEqual({ type: 'connect_link', id, name: 'connect link' });
  });

  test('cannot be revoked through the path of another tenant, nor if it does not exist', async () => {
    const { id } = await createConnectLink(service, tenant);
    const other = await createTenant(service);
    expect((await service.admin.delete(`${other.path}/connect-links/${id}`)).status).toBe(404);
    expect((await service.admin.delete(`${tenant.path}/connect-links/${newId('link')}`)).status).toBe(404);
    expect(await linkOf(id)).toMatchObject({ status: 'unopened' });
  });

  test('leaves its secret in no log line and no metric, even if the URL is mistyped', async () => {
    const { url, secret } = await createConnectLink(service, tenant);
    const browser = await openLink(service, url);
    await browser.get('/connect');
    const bare = secret.slice(4);
    for (const path of [
      `/connect/${secret}/`,
      `/connect/${secret}/more`,
      `/connect/${secret}?x=${secret}`,
      `/connect//${secret}`,
      `/Connect/${secret}`,
      `/connect/${secret.replace('csl_', '')}`,
      `/connect/%63%73%6c_${bare}`,
      `/connect%2F${secret}`,
      `/connect/%zz${secret}`,
      `/v1/${secret}`,
      `/connect/${secret}${'a'.repeat(300)}`,
    ]) {
      const answer = await browser.get(path);
      if (answer.status >= 400) expect(await answer.text(), path).not.toContain(bare);
    }
    const metrics = await service.as(null).get('/metrics');
    const cookie = browser.cookie?.split('=')[1]?.slice(4) as string;
    expect(service.logLines.length).toBeGreaterThan(5);
    for (const where of [...service.logLines, metrics.text]) {
      expect(where).not.toContain(bare);
      expect(where).not.toContain(cookie);
    }
  });

  test('can be created for active tenants only', async () => {
    const paused = await createTenant(service);
    await service.admin.patch(paused.path, { status: 'suspended' });
    const { status, body } = await service.admin.post(`${paused.path}/connect-links`, {});
    expect([status, body.code]).toEqual([409, 'tenant_not_active']);
    const { status: none } = await service.admin.post(`/v1/tenants/${newId('tenant')}/connect-links`, {});
    expect(none).toBe(404);
  });
});

test("the service's database role can neither change the tenant of a link nor reactivate a revoked link", async () => {
  const { id } = await createConnectLink(service, tenant);
  await service.admin.delete(`${tenant.path}/connect-links/${id}`);
  const { prisma } = service.deps.database;
  const where = { id };
  await expect(prisma.connectLink.update({ where, data: { tenantId: newId('tenant') } })).rejects.toThrow();
  await expect(prisma.connectLink.update({ where, data: { expiresAt: new Date(9e12) } })).rejects.toThrow();
  await expect(prisma.connectLink.update({ where, data: { revokedAt: null } })).rejects.toThrow();
});
