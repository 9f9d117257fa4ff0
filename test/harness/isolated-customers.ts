import { createTenant, demanding, putRole, type TestService, type TestTenant } from './service.ts';

export interface Customer {
  tenant: TestTenant;
  account: string;
  roleName: string;
  /** `/v1/tenants/…/connections/…` */
  path: string;
  connectionId: string;
  rotating: boolean;
}

/** A tenant with a verified connection to a role in an account of its own. */
export async function newCustomer(service: TestService, n: number): Promise<Customer> {
  const tenant = await createTenant(service);
  const account = String(200_000_000_000 + n);
  const roleName = `Isolated${n}`;
  const roleArn = await putRole(service.aws, demanding(tenant.externalId), { account, name: roleName });
  const { body } = await service.admin.post(`${tenant.path}/connections`, { roleArn });
  const path = `${tenant.path}/connections/${body.id}`;
  await proven(service, path);
  return { tenant, account, roleName, path, connectionId: body.id, rotating: false };
}

/** Verifies until there is an answer: silence of STS is neither pass nor fail. */
async function proven(service: TestService, path: string): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    const { status, body } = await service.admin.post(`${path}/verification`);
    if (status === 200 && body.outcome === 'verified') return;
    if (status === 429) service.clock.advance(60);
    else if (body.outcome !== 'inconclusive') throw new Error(`not verified: ${JSON.stringify(body)}`);
  }
  throw new Error('STS gave no answer 20 times');
}

/** A whole rotation: the customer's role demands both IDs, then the new one alone. False: the last one is not over. */
export async function rotate(service: TestService, customer: Customer): Promise<boolean> {
  if (customer.rotating) return false;
  customer.rotating = true;
  const { tenant, account, roleName: name } = customer;
  const demand = (...ids: string[]) =>
    putRole(service.aws, demanding(...ids), { account, name, exists: true });
  const at = `${tenant.path}/external-id`;
  const { externalId } = (await service.admin.get(at)).body;
  const started = await service.admin.post(`${at}/rotation`);
  if (started.status !== 201) throw new Error(`no rotation: ${JSON.stringify(started.body)}`);
  const successor = started.body.rotation.externalId;
  await demand(externalId, successor);
  await proven(service, customer.path);
  await completed(service, customer, at);
  await demand(successor);
  customer.rotating = false;
  return true;
}

/** STS may have answered the proof with the successor by silence: then it is proven again. */
async function completed(service: TestService, { path }: Customer, at: string): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    const { status, body } = await service.admin.post(`${at}/rotation/complete`);
    if (status === 200) return;
    if (body.code !== 'rotation_incomplete' && status !== 503)
      throw new Error(`not complete: ${JSON.stringify(body)}`);
    await proven(service, path);
  }
  throw new Error('a rotation could not be completed in 20 tries');
}
