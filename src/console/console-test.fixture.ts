import type { Browser } from 'playwright-core';
import { expect } from 'vitest';
import { launchBrowser, type Visit, type VisitOptions, visit } from '../../test/harness/browser.ts';
import { createBrowser, type TestBrowser } from '../../test/harness/connect.ts';
import {
  createKey,
  putRole,
  startTestService,
  type TestService,
  trustPolicy,
  trustPolicyRequiring,
} from '../../test/harness/service.ts';
import type { StaffRole } from '../identity/staff-role.ts';

/** Signs in with a new API key of this role, as a browser without script does. */
export async function signIn(
  service: TestService,
  role: StaffRole,
): Promise<TestBrowser & { keyId: string }> {
  const { id, key } = await createKey(service, { role, name: `${role} person` });
  const response = await createBrowser(service, null).post('/console/sign-in', { key, next: '' });
  const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? null;
  if (response.status !== 303 || cookie === null) throw new Error(`signing in failed: ${response.status}`);
  return { ...createBrowser(service, cookie), keyId: id };
}

/** A service with a fleet in every state, and a browser. */
export interface ConsoleTest {
  service: TestService;
  browser: Browser;
  fleet: Fleet;
  /** Somebody who has not signed in yet. */
  visitor(options?: Partial<VisitOptions>): Promise<Visit>;
  /** Runs `work` as somebody who has signed in. Errors in the browser's console fail the test. */
  asStaff(
    role: StaffRole,
    work: (visited: Visit) => Promise<void>,
    options?: Partial<VisitOptions>,
  ): Promise<void>;
  close(): Promise<void>;
}

export async function startConsoleTest(): Promise<ConsoleTest> {
  const [service, browser] = await Promise.all([
    startTestService({
      config: { verificationsPerMinute: 10_000, stsCallsPerSecond: { tenant: 100, all: 500 } },
    }),
    launchBrowser(),
  ]);
  const fleet = await createFleet(service);
  const cookies = new Map<StaffRole, string>();
  return {
    service,
    browser,
    fleet,
    visitor: (options = {}) => visit(browser, { origin: service.url, ...options }),
    asStaff: async (role, work, options = {}) => {
      const cookie = cookies.get(role) ?? (await signIn(service, role)).cookie ?? '';
      cookies.set(role, cookie);
      const visited = await visit(browser, { origin: service.url, ...options });
      const [name = '', value = ''] = cookie.split('=');
      await visited.context.addCookies([{ name, value, url: service.url }]);
      try {
        await work(visited);
        expect(visited.faults).toEqual([]);
      } finally {
        await visited.context.close();
      }
    },
    close: async () => {
      await browser.close();
      await service.close();
    },
  };
}

interface FleetConnection {
  id: string;
  tenantId: string;
  roleArn: string;
  /** The path of its page. */
  page: string;
}

export type Fleet = Awaited<ReturnType<typeof createFleet>>;

/** Tenants whose connections are verified, broken in each way, waiting and imported. */
export async function createFleet(service: TestService) {
  const { admin, aws, clock } = service;
  const tenant = async (name: string, reference: string) => {
    const { body } = await admin.post('/v1/tenants', { name, reference });
    return body as { id: string; name: string; externalId: string; reference: string };
  };
  const connect = async (
    owner: { id: string },
    policy: object | null,
    account: string,
    name: string,
  ): Promise<FleetConnection> => {
    const roleArn =
      policy === null
        ? `arn:aws:iam::${account}:role/${name}`
        : await putRole(aws, policy, { account, name });
    const { body } = await admin.post(`/v1/tenants/${owner.id}/connections`, { roleArn });
    if (policy !== null || name.startsWith('Gone'))
      await admin.post(`/v1/tenants/${owner.id}/connections/${body.id}/verification`);
    return {
      id: body.id,
      tenantId: owner.id,
      roleArn,
      page: `/console/tenants/${owner.id}/connections/${body.id}`,
    };
  };
  const acme = await tenant('Acme Robotics', 'customer-1001');
  const nordwind = await tenant('Nordwind Logistik GmbH', 'customer-1002');
  const hooli = await tenant('Hooli', 'customer-1003');
  const initech = await tenant('Initech', 'customer-1004');
  const verified = await connect(
    acme,
    trustPolicyRequiring(acme.externalId),
    '111111111111',
    'LarkspurAccess',
  );
  await connect(acme, trustPolicyRequiring(acme.externalId), '111111111112', 'LarkspurAccess');
  const degraded = await connect(
    nordwind,
    trustPolicyRequiring(nordwind.externalId),
    '222222222222',
    'LarkspurAccess',
  );
  clock.advance(3 * 3600);
  const insecure = await connect(
    hooli,
    trustPolicy({ StringLike: { 'sts:ExternalId': '*' } }),
    '333333333333',
    'LarkspurAccess',
  );
  const unreachable = await connect(hooli, null, '333333333334', 'GoneRole');
  clock.advance(3600);
  await putRole(aws, trustPolicyRequiring('11111111-2222-4333-8444-555555555555'), {
    account: '222222222222',
    name: 'LarkspurAccess',
    exists: true,
  });
  await admin.post(`/v1/tenants/${nordwind.id}/connections/${degraded.id}/verification`);
  const pending = await connect(initech, null, '444444444444', 'LarkspurAccess');
  await admin.post('/v1/imports', {
    rows: [
      { reference: 'customer-1005', name: 'Umbrella Retail', roleArn: 'arn:aws:iam::555555555555:role/Old' },
    ],
  });
  await admin.post(`/v1/tenants/${acme.id}/external-id/rotation`);
  await admin.post(`/v1/tenants/${acme.id}/connect-links`, {});
  await createKey(service, {
    role: 'worker',
    name: 'nightly scanner',
    expiresAt: new Date(clock.now().getTime() + 5 * 86_400_000).toISOString(),
  });
  clock.advance(600);
  return { acme, nordwind, hooli, initech, verified, degraded, insecure, unreachable, pending };
}
