import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestBrowser } from '../../test/harness/connect.ts';
import {
  createConnectedTenant,
  createKey,
  createProfile,
  createTenant,
  startTestService,
  type TestService,
} from '../../test/harness/service.ts';
import { sealAllAuditEvents } from '../audit/seal.ts';
import { STAFF_ROLES, type StaffRole } from '../identity/staff-role.ts';
import { deliverDue, type Receiver, startReceiver, verify } from '../webhooks/receiver.fixture.ts';
import { signIn } from './console-test.fixture.ts';

let service: TestService;
let receiver: Receiver;
let staff: Record<StaffRole, TestBrowser & { keyId: string }>;
let admin: TestBrowser;

beforeAll(async () => {
  receiver = await startReceiver();
  service = await startTestService({
    config: {
      workerIdentities: [
        {
          name: 'nightly',
          issuer: 'https://issuer.example',
          audience: 'countersign',
          claims: { sub: 'worker-1' },
          tenantIds: 'any',
          profiles: 'any',
        },
      ],
    },
  });
  const signedIn = await Promise.all(STAFF_ROLES.map(async (role) => [role, await signIn(service, role)]));
  staff = Object.fromEntries(signedIn);
  admin = staff.admin;
});
afterAll(async () => {
  await service?.close();
  await receiver?.close();
});

async function textOf(response: Response | Promise<Response>, status = 200): Promise<string> {
  const text = await (await response).text();
  expect((await response).status, text.replace(/<[^>]+>/g, ' ').slice(-500)).toBe(status);
  return text;
}

/** Follows the redirect after a form that was accepted. */
async function submit(
  browser: TestBrowser,
  path: string,
  form: Record<string, string> = {},
): Promise<string> {
  const response = await browser.post(path, form);
  const location = response.headers.get('location');
  expect(response.status, await response.text()).toBe(303);
  return textOf(browser.get(location as string));
}

/** The text that the page shows to be copied. */
function copied(page: string, id: string): string {
  return new RegExp(`id="${id}"[^>]*><code>([^<]+)<`).exec(page)?.[1] ?? '';
}

async function lastEvent(action: string) {
  const { body } = await service.admin.get(`/v1/audit-events?action=${action}&limit=1`);
  return body.data[0];
}

const ALL: readonly StaffRole[] = STAFF_ROLES;
const PAGES: [path: string, roles: readonly StaffRole[]][] = [
  ['/rotations', ALL],
  ['/audit', ['admin', 'support', 'auditor']],
  ['/webhooks', ['admin']],
  ['/webhooks/new', ['admin']],
  ['/profiles', ['admin']],
  ['/profiles/new', ['admin']],
  ['/api-keys', ['admin']],
  ['/api-keys/new', ['admin']],
  ['/workers', ['admin']],
  ['/sessions', ['admin']],
  ['/audit/checkpoint', ['admin', 'auditor']],
  ['/audit/export', ['admin', 'auditor']],
];

describe('what a role may not do', () => {
  test.each(ALL)('%s: a page that is not theirs is neither linked nor served', async (role) => {
    const overview = await textOf(staff[role].get('/console'));
    for (const [path, allowed] of PAGES) {
      const response = await staff[role].get(`/console${path}`);
      expect(response.status, path).toBe(allowed.includes(role) ? 200 : 403);
      if (overview.includes(`href="/console${path}"`)) expect(allowed, path).toContain(role);
    }
  });

  test.each([
    '/api-keys',
    '/webhooks',
    '/profiles',
    '/workers/revocations',
    '/audit/verification',
    '/api-keys/key_01h455vb4pex5vsknk084sn02q/revocation',
    '/webhooks/webhook_01h455vb4pex5vsknk084sn02q',
    '/webhooks/webhook_01h455vb4pex5vsknk084sn02q/secret',
    '/webhooks/webhook_01h455vb4pex5vsknk084sn02q/deletion',
    '/profiles/profile_01h455vb4pex5vsknk084sn02q/deletion',
    `/sessions/${'0'.repeat(64)}/revocation`,
  ])('is refused when it is posted to %s, and so is what another site posts', async (path) => {
    for (const role of ['onboarding', 'support'] as const)
      expect((await staff[role].post(`/console${path}`)).status, role).toBe(403);
    const forged = await admin.post(`/console${path}`, {}, { 'sec-fetch-site': 'cross-site' });
    expect(forged.status).toBe(403);
    const signedOut = await fetch(`${service.url}/console${path}`, {
      method: 'POST',
      headers: { 'sec-fetch-site': 'same-origin' },
    });
    expect(signedOut.status).toBe(401);
  });

  test('an API key in a header opens no page, and a session opens no route of the API', async () => {
    const headers = { authorization: `Bearer ${service.adminKey}` };
    const page = await fetch(`${service.url}/console/api-keys`, { headers, redirect: 'manual' });
    expect(page.status).toBe(303);
    const api = await fetch(`${service.url}/v1/api-keys`, { headers: { cookie: admin.cookie ?? '' } });
    expect(api.status).toBe(401);
  });
});

describe('a form that is sent twice', () => {
  /** Sends the form of a page twice at once, and once more. Returns the three responses' texts. */
  async function sendThrice(page: string, action: string, fields: Record<string, string>): Promise<string[]> {
    const form = await textOf(admin.get(page));
    const from = form.indexOf(`action="${action}"`);
    const [, formToken = ''] = /name="formToken" value="([^"]+)"/.exec(form.slice(from)) ?? [];
    expect(form.slice(from, form.indexOf('</form>', from))).toContain(formToken);
    const send = async () => {
      const response = await admin.post(action, { ...fields, formToken });
      return response.headers.get('location') ?? (await response.text());
    };
    return [...(await Promise.all([send(), send()])), await send()];
  }
  const count = async (table: string) =>
    Number((await service.queryAsOwner(`SELECT count(*) FROM ${table}`)).rows[0]?.count);

  test('creates one API key, which every response shows; another form creates another one', async () => {
    const fields = { name: 'twice', role: 'auditor' };
    const before = await count('api_keys');
    const send = () => sendThrice('/console/api-keys/new', '/console/api-keys', fields);
    const keys = (await send()).map((page) => copied(page, 'api-key'));
    expect(keys[0]).toMatch(/^csk_/);
    expect(new Set(keys).size).toBe(1);
    expect(await count('api_keys')).toBe(before + 1);
    const [another = ''] = await send();
    expect(copied(another, 'api-key')).not.toBe(keys[0]);
    expect(await count('api_keys')).toBe(before + 2);
    const { rows } = await service.queryAsOwner(
      "SELECT string_agg(encode(answer, 'escape'), '') AS text FROM idempotency_keys WHERE key LIKE 'form %'",
    );
    expect(rows[0]?.text).toEqual(expect.any(String));
    expect(rows[0]?.text).not.toContain('csk_');
  });

  test('creates another key if its fields were changed, and none with a token of somebody else', async () => {
    const formToken = 'x'.repeat(43);
    const create = async (browser: TestBrowser, name: string) =>
      copied(
        await textOf(browser.post('/console/api-keys', { name, role: 'auditor', formToken }), 201),
        'api-key',
      );
    const other = await signIn(service, 'admin');
    const keys = [await create(admin, 'a'), await create(admin, 'b'), await create(other, 'a')];
    expect(new Set(keys).size).toBe(3);
  });

  test('creates one connect link, one tenant, one profile, one webhook and one secret of it', async () => {
    const tenant = await createTenant(service);
    const page = `/console/tenants/${tenant.id}`;
    const links = await sendThrice(page, `${page}/connect-links`, { expiresInSeconds: '3600' });
    expect(new Set(links.map((text) => copied(text, 'new-link'))).size).toBe(1);
    expect(copied(links[0] ?? '', 'new-link')).toContain('/connect/');

    for (const [kind, fields] of [
      ['tenants', { name: 'Twice', reference: '' }],
      ['profiles', { name: 'twice', maxDurationSeconds: '3600' }],
    ] as const) {
      const locations = await sendThrice(`/console/${kind}/new`, `/console/${kind}`, fields);
      expect(new Set(locations).size).toBe(1);
      expect(locations[0]).toMatch(/done=/);
    }

    const webhooks = await count('webhooks');
    const created = await sendThrice('/console/webhooks/new', '/console/webhooks', { url: receiver.url });
    const path = /\/console\/webhooks\/webhook_\w+/.exec(created[0] ?? '')?.[0] ?? '';
    const replaced = await sendThrice(path, `${path}/secret`, {});
    for (const pages of [created, replaced]) {
      expect(new Set(pages.map((text) => copied(text, 'webhook-secret'))).size).toBe(1);
      expect(copied(pages[0] ?? '', 'webhook-secret')).toMatch(/^whsec_/);
    }
    expect(copied(replaced[0] ?? '', 'webhook-secret')).not.toBe(copied(created[0] ?? '', 'webhook-secret'));
    expect(await count('webhooks')).toBe(webhooks + 1);
    await admin.post(`${path}/deletion`);
  });
});

describe('API keys', () => {
  test('a new key is shown once, works with its limits, and is refused once it is revoked', async () => {
    const tenant = await createTenant(service);
    const profile = await createProfile(service);
    const created = await textOf(
      admin.post('/console/api-keys', {
        name: 'scanner',
        role: 'worker',
        tenantIds: `${tenant.id}\n`,
        profiles: profile.name,
        expiresAt: '2031-12-31',
        tenantId: '',
      }),
      201,
    );
    const key = copied(created, 'api-key');
    expect(key).toMatch(/^csk_/);
    const { body } = await service.admin.get('/v1/api-keys?limit=200');
    const stored = body.data.find(({ name }: { name: string }) => name === 'scanner');
    expect(stored).toMatchObject({ role: 'worker', tenantIds: [tenant.id], profiles: [profile.name] });
    expect(stored.expiresAt).toBe('2031-12-31T23:59:59.000Z');
    expect(await lastEvent('api_key.created')).toMatchObject({
      actor: { type: 'staff', name: 'admin person' },
    });
    const list = await textOf(admin.get('/console/api-keys'));
    expect(list).toContain('scanner');
    expect(list).not.toContain(key);
    const path = `${tenant.path}/connections/connection_01h455vb4pex5vsknk084sn02q/credentials`;
    expect((await service.as(key).post(path, {})).status).toBe(404);
    expect(await submit(admin, `/console/api-keys/${stored.id}/revocation`)).toContain('The key was revoked');
    expect((await service.as(key).post(path, {})).status).toBe(401);
  });

  test('a form that is refused says why beside the field, and keeps what was typed', async () => {
    const refused = await textOf(
      admin.post('/console/api-keys', {
        name: 'kept "name"',
        role: 'support',
        tenantIds: 'tenant_1',
        expiresAt: '',
      }),
      400,
    );
    expect(refused).toContain('value="kept &quot;name&quot;"');
    expect(refused).toMatch(/id="tenantIds-hint" class="hint bad">must be an ID/);
    const past = await textOf(
      admin.post('/console/api-keys', { name: 'x', role: 'support', expiresAt: '2020-01-01' }),
      400,
    );
    expect(past).toMatch(/id="expiresAt-hint" class="hint bad">must be in the future/);
    const missing = { name: 'x', role: 'tenant', tenantId: 'tenant_01h455vb4pex5vsknk084sn02q' };
    expect(await textOf(admin.post('/console/api-keys', missing), 404)).toContain('does not exist');
  });
});

describe('webhooks', () => {
  test('from the secret to the deliveries: created, tested, disabled, enabled, sent again, deleted', async () => {
    const created = await textOf(
      admin.post('/console/webhooks', { url: receiver.url, description: 'Alerts', 'tenant.created': 'on' }),
      201,
    );
    const secret = copied(created, 'webhook-secret');
    const { body } = await service.admin.get('/v1/webhooks');
    const { id } = body.data[0];
    expect(body.data[0]).toMatchObject({ types: ['tenant.created'], description: 'Alerts' });
    const path = `/console/webhooks/${id}`;
    expect(await textOf(admin.post(`${path}/test`))).toContain('The test message was delivered: status 204');
    const [message] = receiver.received.slice(-1);
    expect(message && verify(message, secret)).toMatchObject({ type: 'webhook.test' });

    await createTenant(service);
    await deliverDue(service);
    const page = await textOf(admin.get(path));
    expect(page).toContain('Delivered');
    const [, retry] = /action="([^"]+\/retry)"/.exec(page) ?? [];
    const before = receiver.received.length;
    expect(await submit(admin, retry as string)).toContain('The event is sent again now');
    await deliverDue(service);
    expect(receiver.received.length).toBe(before + 1);

    const rotated = await textOf(admin.post(`${path}/secret`));
    expect(copied(rotated, 'webhook-secret')).not.toBe(secret);
    const form = await textOf(admin.get(`${path}/change`));
    expect(form).toContain(`value="${receiver.url}"`);
    expect(form.match(/ checked/g)).toHaveLength(1);
    const changes = {
      url: receiver.url,
      description: 'On call',
      'connection.degraded': 'on',
      'broker.failing': 'on',
    };
    const changed = await admin.post(path, changes);
    expect(await textOf(admin.get(changed.headers.get('location') ?? ''))).toContain(
      'The webhook was changed',
    );
    expect((await service.admin.get(`/v1/webhooks/${id}`)).body).toMatchObject({
      types: ['connection.degraded', 'broker.failing'],
      description: 'On call',
    });
    const refused = await textOf(admin.post(path, { ...changes, url: 'https://10.0.0.1/hook' }), 400);
    expect(refused).toMatch(/id="url-hint" class="hint bad">is refused/);
    expect(await submit(admin, `${path}/disabled`)).toContain('The webhook is disabled');
    expect(await submit(admin, `${path}/enabled`)).toContain('The webhook is enabled');
    expect(await submit(admin, `${path}/deletion`)).toContain('The webhook was deleted');
    expect((await admin.get(path)).status).toBe(404);
  });

  test('a URL that must not be reached is refused in the form', async () => {
    const refused = await textOf(admin.post('/console/webhooks', { url: 'https://10.0.0.1/hook' }), 400);
    expect(refused).toMatch(/id="url-hint" class="hint bad">is refused/);
  });
});

describe('access profiles', () => {
  const settings = {
    description: 'Reads buckets',
    managedPolicyArns: 'arn:aws:iam::aws:policy/SecurityAudit',
    inlinePolicy: '',
    sessionPolicy: '',
    sessionPolicyArns: '',
    maxDurationSeconds: '1800',
  };
  const policy = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: '*',
        Condition: { StringEquals: { 'sts:ExternalId': 'x' } },
      },
    ],
  };

  test('are created, changed and deleted with all settings', async () => {
    const created = await submit(admin, '/console/profiles', {
      ...settings,
      name: 'buckets',
      inlinePolicy: JSON.stringify(policy),
      sessionTags: 'on',
    });
    expect(created).toContain('The profile was created');
    const { body } = await service.admin.get('/v1/profiles?limit=200');
    const profile = body.data.find(({ name }: { name: string }) => name === 'buckets');
    expect(profile).toMatchObject({ inlinePolicy: policy, maxDurationSeconds: 1800, sessionTags: true });
    const path = `/console/profiles/${profile.id}`;
    expect(await textOf(admin.get(`${path}/change`))).toContain('&quot;s3:GetObject&quot;');
    expect(await submit(admin, path, { ...settings, maxDurationSeconds: '900' })).toContain('was changed');
    const { body: changed } = await service.admin.get(`/v1/profiles/${profile.id}`);
    expect(changed).toMatchObject({ inlinePolicy: null, maxDurationSeconds: 900, sessionTags: false });
    expect(await submit(admin, `${path}/deletion`)).toContain('The profile was deleted');
  });

  test('a policy that is not valid, and a profile in use, are refused with the reason', async () => {
    const form = { ...settings, name: 'broken', inlinePolicy: '{"Version": 1, "Version": 2}' };
    expect(await textOf(admin.post('/console/profiles', form), 400)).toContain('without duplicate keys');
    const taken = await createProfile(service);
    const conflict = await textOf(admin.post('/console/profiles', { ...settings, name: taken.name }), 409);
    expect(conflict).toContain('already exists');
    await createKey(service, { role: 'worker', profiles: [taken.name] });
    const refused = await textOf(admin.post(`/console/profiles/${taken.id}/deletion`), 409);
    expect(refused).toContain('is in use');
  });
});

describe('worker identities', () => {
  test('shows their rules, and revokes their tokens until the revocation is deleted', async () => {
    const page = await textOf(admin.get('/console/workers'));
    expect(page).toContain('https://issuer.example');
    const form = { identity: 'nightly', subject: '', issuedBefore: '2030-01-31T12:00:00Z' };
    const revoked = await submit(admin, '/console/workers/revocations', form);
    expect(revoked).toContain('The tokens are rejected from now on');
    expect((await lastEvent('tokens.revoked')).actor.name).toBe('admin person');
    const [, path] = /action="([^"]+\/deletion)"/.exec(revoked) ?? [];
    expect(await submit(admin, path as string)).toContain('The revocation was deleted');
    const refused = await textOf(
      admin.post('/console/workers/revocations', { ...form, issuedBefore: 'now' }),
      400,
    );
    expect(refused).toMatch(/id="issuedBefore-hint" class="hint bad">must be a time/);
  });
});

describe('audit log', () => {
  test('filters by tenant, action and day, and pages through all events', async () => {
    const tenant = await createTenant(service);
    const day = service.clock.now().toISOString().slice(0, 10);
    const rowsOf = async (query: string): Promise<number> =>
      (await textOf(staff.support.get(`/console/audit?${query}`))).split('<tr>').length - 2;
    expect(await rowsOf(`tenantId=${tenant.id}&action=tenant.created&from=${day}&to=${day}`)).toBe(1);
    expect(await rowsOf(`tenantId=${tenant.id}&from=&to=2020-01-01&action=`)).toBe(-1);
    const { body } = await service.admin.get('/v1/audit-events?limit=200');
    const ids = new Set<string>();
    let path: string | undefined = '/console/audit';
    for (let pages = 0; path !== undefined && pages < 20; pages++) {
      const page: string = await textOf(admin.get(path));
      for (const [, time] of page.matchAll(/<tr><td class=""><time[^>]*datetime="([^"]+)"/g))
        ids.add(`${pages} ${time}`);
      path = /href="([^"]+)">Next page/.exec(page)?.[1]?.replaceAll('&amp;', '&');
      if (body.data.length > 50 && pages === 0) expect(path).toBeDefined();
    }
    expect(path).toBeUndefined();
  });

  test('says that the log is intact, and what was changed once it is not', async () => {
    expect(await textOf(staff.auditor.post('/console/audit/verification'))).toContain(
      'The audit log is intact',
    );
    expect(await textOf(staff.support.get('/console/audit'))).not.toContain('Verify the log');
    await sealAllAuditEvents(service.deps);
    await service.queryAsOwner('ALTER TABLE audit_events DISABLE TRIGGER ALL');
    const original = await service.queryAsOwner(
      `UPDATE audit_events SET body = replace(body, 'console.signed_in', 'console.signed_xx')
       WHERE action = 'console.signed_in' RETURNING id`,
    );
    expect(original.rowCount).toBeGreaterThan(0);
    const changed = await textOf(staff.auditor.post('/console/audit/verification'));
    expect(changed).toContain('The audit log was changed');
    await service.queryAsOwner(
      `UPDATE audit_events SET body = replace(body, 'console.signed_xx', 'console.signed_in')`,
    );
    expect(await textOf(staff.auditor.post('/console/audit/verification'))).toContain('is intact');
  });

  test('a signed checkpoint and an export are downloads', async () => {
    const checkpoint = await staff.auditor.get('/console/audit/checkpoint');
    expect(checkpoint.headers.get('content-disposition')).toContain('attachment');
    expect(await checkpoint.json()).toMatchObject({ version: 1, signature: expect.any(String) });
    const exported = await staff.auditor.get('/console/audit/export');
    const [line = ''] = (await exported.text()).split('\n');
    expect(JSON.parse(line)).toMatchObject({ sequence: 1, hash: expect.any(String) });
  });
});

describe('rotations', () => {
  test('shows the progress of each, and completes one that is ready', async () => {
    const { tenant, connection } = await createConnectedTenant(service);
    await service.admin.post(`${tenant.path}/external-id/rotation`);
    const running = await textOf(staff.support.get('/console/rotations'));
    expect(running).toContain('0 of 1 moved');
    expect(running).not.toContain('rotation/cancellation');
    const canceled = await submit(admin, `/console/tenants/${tenant.id}/rotation/cancellation`);
    expect(canceled).toContain('The rotation was canceled');
    expect(await textOf(admin.get('/console/rotations'))).not.toContain(tenant.id);
    expect(connection.id).toMatch(/^connection_/);
  });
});

describe('staff sessions', () => {
  test('are listed with their persons, and end from the next request on', async () => {
    const other = await signIn(service, 'support');
    const list = await textOf(admin.get('/console/sessions'));
    expect(list).toContain('this browser');
    expect(list).toContain(other.keyId);
    const row = list.split('<tr>').find((row) => row.includes(other.keyId)) ?? '';
    const [, path] = /action="([^"]+\/revocation)"/.exec(row) ?? [];
    expect(await submit(admin, path as string)).toContain('The session has ended');
    expect((await other.get('/console')).status).toBe(303);
    expect(await lastEvent('console.session_revoked')).toMatchObject({
      actor: { name: 'admin person' },
      detail: { subject: other.keyId, name: 'support person' },
    });
    expect((await admin.post(path as string)).status).toBe(404);
  });

  test('the list pages, the newest first, without missing one', async () => {
    await service.queryAsOwner(
      `INSERT INTO console_sessions (hash, subject, name, method, role, created_at, last_seen_at, ends_at)
       SELECT sha256(int4send(n)), 'staff_' || n, 'Person ' || n, 'oidc', 'support', $1, $1, $2
       FROM generate_series(1, 120) n`,
      [service.clock.now(), new Date(service.clock.now().getTime() + 60_000)],
    );
    const seen = new Set<string>();
    let path: string | undefined = '/console/sessions';
    for (let pages = 0; path !== undefined && pages < 10; pages++) {
      const page: string = await textOf(admin.get(path));
      for (const [name] of page.matchAll(/Person \d+(?=<)/g)) seen.add(name);
      path = /href="([^"]+)">Next page/.exec(page)?.[1];
    }
    expect(seen.size).toBe(120);
    service.clock.advance(61);
    expect(await textOf(admin.get('/console/sessions'))).not.toContain('Person 1<');
  });
});
