import { afterAll, beforeAll, expect, test } from 'vitest';
import { createConnectLink, openLink } from '../../test/harness/connect.ts';
import {
  createConnection,
  createProfile,
  createTenant,
  putRole,
  startTestService,
  type TestService,
  trustPolicy,
  trustPolicyRequiring,
} from '../../test/harness/service.ts';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

test('lets the customer remove a role that was never verified, and no other', async () => {
  const own = await createTenant(service);
  const browser = await openLink(service, (await createConnectLink(service, own)).url);
  const submitRole = async (role: string) =>
    (await browser.post('/connect/connections', { role })).headers.get('location') as string;
  const mistaken = await submitRole('arn:aws:iam::111111111111:role/Mistaken');
  const right = await submitRole(await putRole(service.aws, trustPolicyRequiring(own.externalId)));
  for (const url of [mistaken, right]) await browser.post(`${url}/verification`);
  expect(await (await browser.get(mistaken)).text()).toContain('Remove it');
  expect(await (await browser.get(right)).text()).not.toContain('Remove it');
  const removal = await browser.post(`${mistaken}/removal`);
  expect([removal.status, removal.headers.get('location')]).toEqual([303, '/connect']);
  expect((await browser.get(mistaken)).status).toBe(404);
  expect((await browser.post(`${right}/removal`)).status).toBe(409);
  const { body } = await service.admin.get(`${own.path}/connections`);
  expect(body.data).toMatchObject([{ status: 'verified' }]);
  // A role that was verified once and is now unsafe stays, because the vendor must learn about it.
  await putRole(service.aws, trustPolicy(), { name: body.data[0].roleArn.split('/').at(-1), exists: true });
  await browser.post(`${right}/verification`);
  expect((await browser.post(`${right}/removal`)).status).toBe(409);
  const events = await service.admin.get(`/v1/audit-events?tenantId=${own.id}&action=connection.deleted`);
  expect(events.body.data).toMatchObject([{ actor: { type: 'connect_link' } }]);
});

test('asks AWS each time that a role is submitted, also for one that it knows', async () => {
  const own = await createTenant(service);
  const browser = await openLink(service, (await createConnectLink(service, own)).url);
  const role = await putRole(service.aws, trustPolicyRequiring(own.externalId));
  const name = role.split('/').at(-1) as string;
  const submit = async () => {
    await browser.post('/connect/connections', { role });
    return (await service.admin.get(`${own.path}/connections`)).body.data;
  };
  expect(await submit()).toMatchObject([{ status: 'verified' }]);
  await putRole(service.aws, trustPolicy(), { name, exists: true });
  expect(await submit()).toMatchObject([{ status: 'insecure' }]);
  await putRole(service.aws, trustPolicyRequiring(own.externalId), { name, exists: true });
  const [connection] = await submit();
  expect(connection).toMatchObject({ status: 'verified' });
  // A disabled connection is the vendor's decision: AWS is not asked, and the page says so.
  await service.admin.patch(`${own.path}/connections/${connection.id}`, { status: 'disabled' });
  const answer = await browser.post('/connect/connections', { role });
  expect([answer.status, answer.headers.get('location')]).toEqual([
    303,
    `/connect/connections/${connection.id}`,
  ]);
});

test('rejects all actions if the access profile of the link was deleted', async () => {
  const profile = await createProfile(service, {
    managedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
  });
  const own = await createTenant(service);
  const { url } = await createConnectLink(service, own, { profile: profile.name });
  const browser = await openLink(service, url);
  expect(await (await browser.get('/connect')).text()).toContain('ReadOnlyAccess');
  expect((await service.admin.delete(profile.path)).status).toBe(204);
  const message =
    'What Larkspur Monitoring asks for has changed since this link was made. Ask Larkspur Monitoring for a new one.';
  const answer = await (await openLink(service, url)).get('/connect');
  const text = await answer.text();
  expect([answer.status, text]).toEqual([409, expect.stringContaining(message)]);
  expect(text).not.toContain(own.externalId);
  expect(text, 'the home page does not link to itself').not.toContain('Back to the page');
  const role = 'arn:aws:iam::111111111111:role/Any';
  const check = await browser.post('/connect/role-checks', { role }, { accept: 'application/json' });
  expect(await check.json()).toEqual({ fits: false, message });
  for (const [path, form] of [
    ['/connect/connections', { role }],
    ['/connect/accounts', { accounts: '111111111111' }],
    ['/connect/policy-checks', { policy: '{}' }],
  ] as const)
    expect((await browser.post(path, form)).status, path).toBe(409);
  expect((await browser.get('/connect/setup/aws-cli.sh')).status).toBe(409);
  expect((await service.admin.get(`${own.path}/connections`)).body.data).toEqual([]);
});

test('lists every account of a tenant with many, the broken ones first, in pages, with counts and filters', async () => {
  const tenant = await createTenant(service);
  const accountIds = Array.from({ length: 250 }, (_, i) => String(700_000_000_000 + i));
  const { status } = await service.admin.post(`${tenant.path}/connections/batch`, { accountIds });
  expect(status).toBe(200);
  const role = await putRole(service.aws, trustPolicyRequiring(tenant.externalId), {
    account: '800000000000',
  });
  const browser = await openLink(service, (await createConnectLink(service, tenant)).url);
  await browser.post('/connect/connections', { role });
  const broken = await putRole(service.aws, trustPolicy(), { account: '900000000000' });
  await browser.post('/connect/connections', { role: broken });

  const read = async (query: string) => {
    const text = await (await browser.get(`/connect${query}`)).text();
    const ids = [...text.matchAll(/>Account (\d{12})</g)].map(([, id]) => id as string);
    return { text, ids, next: /href="([^"]*)">Next page</.exec(text)?.[1]?.replaceAll('&amp;', '&') };
  };
  const first = await read('');
  expect(first.text).toContain('1 account needs attention');
  expect(first.text).toContain('1 of 252 connected');
  expect(first.ids[0]).toBe('900000000000');
  const seen = [...first.ids];
  for (let { next } = first; next !== undefined; ) {
    const page = await read(next.replace('/connect', ''));
    seen.push(...page.ids);
    next = page.next;
  }
  expect(seen).toEqual(['900000000000', ...accountIds, '800000000000']);
  expect((await read('?show=connected')).ids).toEqual(['800000000000']);
  expect((await read('?show=attention')).ids).toEqual(['900000000000']);
  expect((await read('?account=7000-0000-0249')).ids).toEqual(['700000000249']);
  expect((await read('?account=999')).text).toContain('No account matches');
  for (const wrong of ['?page=0', '?page=x', '?show=x'])
    expect((await browser.get(`/connect${wrong}`)).status).toBe(400);
});

test('says when each result was checked, on the list and on the page of the account', async () => {
  const tenant = await createTenant(service);
  const browser = await openLink(service, (await createConnectLink(service, tenant)).url);
  const role = await putRole(service.aws, trustPolicyRequiring(tenant.externalId));
  const page = (await browser.post('/connect/connections', { role })).headers.get('location') as string;
  const checkedAt = service.clock.now().toISOString();
  service.clock.advance(7200);
  for (const path of ['/connect', page]) {
    const text = await (await browser.get(path)).text();
    expect(text).toContain(`<time datetime="${checkedAt}"><span data-age="7200">2 hours ago</span> (`);
  }
});

test('names whom to ask when a link has ended: the vendor, and its support', async () => {
  const tenant = await createTenant(service);
  const { page } = service.deps.config;
  for (const [support, expected] of [
    ['help@example.com', 'href="mailto:help@example.com"'],
    ['https://example.com/help', 'href="https://example.com/help"'],
  ] as const) {
    const branded = await startTestService({ replicaOf: service, config: { page: { ...page, support } } });
    const { secret } = await createConnectLink(service, tenant, { expiresInSeconds: 300 });
    service.clock.advance(300);
    const text = await (await fetch(`${branded.url}/connect/${secret}`)).text();
    expect(text).toContain('Ask Larkspur Monitoring for a new one');
    expect(text).toContain(expected);
    await branded.close();
  }
});

test("has the vendor's sentence in the customer's language, its logo for each theme, and its font", async () => {
  const tenant = await createTenant(service);
  const { url } = await createConnectLink(service, tenant);
  const { page } = service.deps.config;
  const font = { mediaType: 'font/woff2' as const, content: Buffer.from('wOF2') };
  const branded = await startTestService({
    replicaOf: service,
    config: { page: { ...page, font, fontFamilies: ['Inter'], message: { en: 'Hello.', de: 'Hallo.' } } },
  });
  const { cookie } = await openLink(service, url);
  const read = async (language: string) => {
    const headers = { cookie: cookie ?? '', 'accept-language': language, accept: 'text/html' };
    return (await fetch(`${branded.url}/connect`, { headers })).text();
  };
  const german = await read('de');
  expect(german).toContain('<p class="vendor-message">Hallo.</p>');
  expect(german).toContain(
    '<source srcset="/connect/assets/logo-dark" media="(prefers-color-scheme: dark)">',
  );
  expect(await read('fr')).toContain('<p class="vendor-message" lang="en">Hello.</p>');
  const asset = async (name: string) => fetch(`${branded.url}/connect/assets/${name}`);
  expect((await asset('font')).headers.get('content-type')).toBe('font/woff2');
  expect((await asset('logo-dark')).headers.get('content-type')).toBe('image/svg+xml');
  expect(await (await asset('brand.css')).text()).toContain('font-family:"VendorFont","Inter",var(--sans)');
  await branded.close();
});

test('lists roles that were registered by the API', async () => {
  const tenant = await createTenant(service);
  const connection = await createConnection(service, tenant);
  const { url } = await createConnectLink(service, tenant);
  const text = await (await (await openLink(service, url)).get('/connect')).text();
  expect(text).toContain(connection.roleArn);
});
