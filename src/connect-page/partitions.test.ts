import { afterAll, beforeAll, expect, test } from 'vitest';
import { createConnectLink, openLink, type TestBrowser } from '../../test/harness/connect.ts';
import {
  createProfile,
  createTenant,
  putRole,
  startTestService,
  type TestService,
  type TestTenant,
  trustPolicy,
  VENDOR,
} from '../../test/harness/service.ts';
import type { BrokerSettings } from '../broker/broker-settings.ts';
import { readConfig } from '../config/config.ts';

const GOV_VENDOR = '888877776666';
const GOV = '?partition=aws-us-gov';

let service: TestService;
let tenant: TestTenant;
let browser: TestBrowser;

beforeAll(async () => {
  const [main] = readConfig('sandbox', { COUNTERSIGN_VENDOR_ACCOUNT_ID: VENDOR }).brokers as [BrokerSettings];
  const gov = { ...main, partition: 'aws-us-gov', accountId: GOV_VENDOR, region: 'us-gov-west-1' };
  service = await startTestService({ config: { brokers: [main, gov] } });
  tenant = await createTenant(service);
  browser = await openLink(service, (await createConnectLink(service, tenant)).url);
});
afterAll(() => service.close());

const read = async (path: string) => (await browser.get(path)).text();
const createGovRole = (condition: object) =>
  putRole(service.aws, trustPolicy(condition, { AWS: `arn:aws-us-gov:iam::${GOV_VENDOR}:root` }), {
    region: 'us-gov-west-1',
  });

/** The links and forms of a page that lead to the page itself. */
const urlsOf = (text: string): string[] =>
  [...text.matchAll(/ (?:href|action|data-role-check)="(\/connect[^"]*)"/g)].map(([, url]) => url as string);

test('the page offers the partitions, and opens with the main one', async () => {
  const text = await read('/connect');
  expect(text).toContain('<a href="/connect" aria-current="page">AWS</a>');
  expect(text).toContain(`<a href="/connect${GOV}">AWS GovCloud (US)</a>`);
  expect(text).toContain(VENDOR);
  expect(text).not.toContain(GOV_VENDOR);
});

test('a page with one partition offers none', async () => {
  const { name } = await createProfile(service, {
    managedPolicyArns: ['arn:aws-us-gov:iam::111111111111:policy/Own'],
  });
  const link = await createConnectLink(service, tenant, { profile: name });
  const text = await (await (await openLink(service, link.url)).get('/connect')).text();
  expect(text).not.toContain('Where is your account?');
  // The only partition in which the permissions of this profile exist.
  expect(text).toContain(GOV_VENDOR);
});

test('everything on the page follows the chosen partition, and keeps the choice', async () => {
  for (const page of ['/connect', '/connect/accounts']) {
    const text = await read(`${page}${GOV}`);
    expect(text).not.toMatch(new RegExp(`arn:aws:|${VENDOR}|console\\.aws\\.amazon\\.com`));
    // The other partition's link to this page, and what is the same in all of them.
    const isIndependent = (url: string) => url === page || /\/(assets|leave)/.test(url);
    for (const url of urlsOf(text).filter((url) => !isIndependent(url))) expect(url).toContain(GOV);
  }
  const home = await read(`/connect${GOV}`);
  expect(home).toContain(`arn:aws-us-gov:iam::${GOV_VENDOR}:root`);
  expect(home).toContain('https://console.amazonaws-us-gov.com/iam/home#/roles/create');
  expect(home).toContain('AWS_DEFAULT_REGION=us-gov-west-1');
  expect(home).toContain('placeholder="arn:aws-us-gov:iam::111122223333:role/');
  expect(await read(`/connect/setup/terraform.tf${GOV}`)).toContain(GOV_VENDOR);
});

test('a link for a colleague opens the page with the chosen partition, also in a browser of another tenant', async () => {
  const makeLink = async (query: string): Promise<string> => {
    const accept = { accept: 'application/json' };
    const response = await browser.post(`/connect/links${query}`, {}, accept);
    return ((await response.json()) as { url: string }).url;
  };
  const link = await makeLink(GOV);
  expect(link.endsWith(GOV)).toBe(true);
  expect(await makeLink('')).not.toContain('?');
  const opened = await fetch(link, { redirect: 'manual' });
  expect(opened.headers.get('location')).toBe(`/connect${GOV}`);

  const other = await openLink(service, (await createConnectLink(service, await createTenant(service))).url);
  const warned = await other.get(link.replace(service.url, ''));
  expect(warned.headers.get('location')).toBe(`/connect/switch${GOV}`);
  const next = warned.headers.get('set-cookie')?.split(';')[0] ?? '';
  const both = { cookie: `${other.cookie}; ${next}` };
  const text = await (await other.get(`/connect/switch${GOV}`, both)).text();
  expect(text).toContain(`action="/connect/switch${GOV}"`);
  const confirmed = await other.post(`/connect/switch${GOV}`, {}, both);
  expect(confirmed.headers.get('location')).toBe(`/connect${GOV}`);
});

test('an account ID stands for the role in the chosen partition', async () => {
  const check = async (query: string) => {
    const accept = { accept: 'application/json' };
    return (await browser.post(`/connect/role-checks${query}`, { role: '111111111111' }, accept)).json();
  };
  expect(await check('')).toMatchObject({ roleArn: expect.stringMatching(/^arn:aws:/) });
  expect(await check(GOV)).toMatchObject({ roleArn: expect.stringMatching(/^arn:aws-us-gov:/) });
  await browser.post(`/connect/accounts${GOV}`, { accounts: '222222222222' });
  const { body } = await service.admin.get(`${tenant.path}/connections`);
  expect(body.data).toMatchObject([{ accountId: '222222222222', partition: 'aws-us-gov' }]);
});

test('a typed ARN of another partition is connected, whatever is chosen, and its page is of its own partition', async () => {
  const role = await createGovRole({ StringEquals: { 'sts:ExternalId': tenant.externalId } });
  const { headers } = await browser.post('/connect/connections', { role });
  const page = headers.get('location') as string;
  await browser.post(`${page}/verification`);
  expect(await read(page)).toContain('<h1>You&#39;re connected.</h1>');

  const open = await createGovRole({ StringLike: { 'sts:ExternalId': '*' } });
  const second = (await browser.post('/connect/connections', { role: open })).headers.get(
    'location',
  ) as string;
  await browser.post(`${second}/verification`);
  const text = await read(second);
  expect(text).toContain(`arn:aws-us-gov:iam::${GOV_VENDOR}:root`);
  expect(text).not.toContain('arn:aws:');
  const policy = JSON.stringify(
    trustPolicy(
      { StringEquals: { 'sts:ExternalId': tenant.externalId } },
      { AWS: `arn:aws-us-gov:iam::${GOV_VENDOR}:root` },
    ),
  );
  const connectionId = second.split('/').at(-1) as string;
  for (const [query, form] of [
    ['', { policy, connectionId }],
    [GOV, { policy }],
  ] as const)
    expect(await (await browser.post(`/connect/policy-checks${query}`, form)).text()).toContain(
      'This policy is correct',
    );
});

test.each([
  ['a partition without a broker', 'aws-cn'],
  ['something else', 'nowhere'],
])('%s is refused', async (_, partition) => {
  const response = await browser.get(`/connect?partition=${partition}`);
  expect(response.status).toBe(400);
  expect(await response.text()).not.toContain(tenant.externalId);
});
