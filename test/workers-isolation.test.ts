import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { callAws } from '../src/sandbox/aws-query.ts';
import {
  type Caller,
  createKey,
  createTenant,
  demanding,
  putRole,
  startTestService,
  type TestService,
  type TestTenant,
} from './harness/service.ts';

/** `npm run soak` sets more. */
const CALLS = Number(process.env.SOAK_CALLS ?? 2000);
const AT_ONCE = 24;
vi.setConfig({ testTimeout: 60_000 + CALLS * 60 });

interface Customer {
  tenant: TestTenant;
  account: string;
  roleName: string;
  /** `/v1/tenants/…/connections/…` */
  path: string;
  connectionId: string;
  rotating: boolean;
}

interface VendorWorker {
  mayServe: ReadonlySet<Customer>;
  /** The same key at each replica. */
  at: Caller[];
}

let service: TestService;
let replica: TestService;

beforeAll(async () => {
  // Time for an STS on a machine that is busy for long.
  const config = { stsTimeoutSeconds: 20 };
  service = await startTestService({ config });
  replica = await startTestService({ config, beside: service });
});
afterAll(async () => {
  await replica.close();
  await service.close();
});

/** Numbers that come again with the same seed (mulberry32), so that a failure can be repeated. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

async function newCustomer(n: number): Promise<Customer> {
  const tenant = await createTenant(service);
  const account = String(200_000_000_000 + n);
  const roleName = `Isolated${n}`;
  const roleArn = await putRole(service.aws, demanding(tenant.externalId), { account, name: roleName });
  const { body } = await service.admin.post(`${tenant.path}/connections`, { roleArn });
  const path = `${tenant.path}/connections/${body.id}`;
  expect((await service.admin.post(`${path}/verification`)).body.outcome).toBe('verified');
  return { tenant, account, roleName, path, connectionId: body.id, rotating: false };
}

async function newWorker(customers: Customer[], served: Customer[]): Promise<VendorWorker> {
  const held = served.length < customers.length;
  const key = await createKey(service, {
    role: 'worker',
    ...(held && { tenantIds: served.map(({ tenant }) => tenant.id) }),
  });
  return { mayServe: new Set(served), at: [key.caller, replica.as(key.key)] };
}

/** A whole rotation, while the workers go on: the customer's role demands both IDs, then the new one alone. */
async function rotate(customer: Customer): Promise<void> {
  if (customer.rotating) return;
  customer.rotating = true;
  const { tenant, account, roleName: name } = customer;
  const demand = (...ids: string[]) =>
    putRole(service.aws, demanding(...ids), { account, name, exists: true });
  const at = `${tenant.path}/external-id`;
  const { externalId } = (await service.admin.get(at)).body;
  const started = await service.admin.post(`${at}/rotation`);
  expect(started.status).toBe(201);
  const successor = started.body.rotation.externalId;
  await demand(externalId, successor);
  expect((await service.admin.post(`${customer.path}/verification`)).body.outcome).toBe('verified');
  expect((await service.admin.post(`${at}/rotation/complete`)).status).toBe(200);
  await demand(successor);
  customer.rotating = false;
}

/** Whose account AWS says that these credentials act in. */
async function accountOf(drawn: { accessKeyId: string; secretAccessKey: string; sessionToken: string }) {
  const answer = await callAws({
    endpoint: service.aws.url,
    credentials: drawn,
    service: 'sts',
    action: 'GetCallerIdentity',
    now: service.clock.now(),
  });
  return answer('Account');
}

async function drawAsBody(caller: Caller, path: string) {
  const { status, body } = await caller.post(`${path}/credentials`, {});
  return { status, drawn: body };
}

async function drawAsContainer(caller: Caller, path: string) {
  const { status, body } = await caller.get(`${path}/credentials/container`);
  const { AccessKeyId, SecretAccessKey, Token, AccountId } = body;
  const drawn = {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: Token,
    accountId: AccountId,
  };
  return { status, drawn };
}

test(`${CALLS} calls of tenants, workers, replicas and rotations mixed at random each act in the account that was named, or in none`, async () => {
  const seed = randomInt(2 ** 31);
  const pick = numbers(seed);
  const one = <T>(of: readonly T[]): T => of[pick(of.length)] as T;
  const customers: Customer[] = [];
  for (let n = 0; n < 10; n++) customers.push(await newCustomer(n));
  const workers: VendorWorker[] = [];
  for (let n = 0; n < 8; n++) {
    const served = n < 3 ? customers : customers.filter(() => pick(2) === 0);
    workers.push(await newWorker(customers, served.length > 0 ? served : customers.slice(0, 1)));
  }
  const seen = { served: 0, refused: 0, slow: 0, rotations: 0 };

  const call = async (n: number): Promise<void> => {
    // Sessions grow old and are renewed.
    if (pick(100) === 0) service.clock.advance(240);
    if (pick(150) === 0) {
      seen.rotations++;
      await rotate(one(customers));
    }
    const [worker, customer, other] = [one(workers), one(customers), one(customers)];
    const crossed = other !== customer && pick(12) === 0;
    const path = crossed ? `${other.tenant.path}/connections/${customer.connectionId}` : customer.path;
    const draw = pick(2) === 0 ? drawAsBody : drawAsContainer;
    const { status, drawn } = await draw(one(worker.at), path);
    const where = `call ${n} of seed ${seed}`;
    if (crossed || !worker.mayServe.has(customer)) {
      expect(status, where).toBe(404);
      seen.refused++;
      return;
    }
    // A container client on a busy machine may be told to ask again.
    if (status === 503 && draw === drawAsContainer) {
      seen.slow++;
      return;
    }
    expect(status, where).toBe(200);
    expect([drawn.accountId, await accountOf(drawn)], where).toEqual([customer.account, customer.account]);
    seen.served++;
  };

  let next = 0;
  const loop = async (): Promise<void> => {
    while (next < CALLS) await call(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, loop));
  expect(seen.served).toBeGreaterThan(CALLS / 3);
  expect(seen.refused).toBeGreaterThan(CALLS / 20);
  expect(seen.rotations).toBeGreaterThan(0);
});
