import { createTenant, putRole, type TestService, type TestTenant, trustPolicyRequiring } from './service.ts';

export interface Customer {
  tenant: TestTenant;
  account: string;
  roleName: string;
  /** `/v1/tenants/…/connections/…` */
  path: string;
  connectionId: string;
  rotating: boolean;
}

/** Creates a tenant with a verified connection to a role in its own account. */
export async function createCustomer(service: TestService, n: number): Promise<Customer> {
  const tenant = await createTenant(service);
  const account = String(200_000_000_000 + n);
  const roleName = `Isolated${n}`;
  const roleArn = await putRole(service.aws, trustPolicyRequiring(tenant.externalId), {
    account,
    name: roleName,
  });
  const { body } = await service.admin.post(`${tenant.path}/connections`, { roleArn });
  const path = `${tenant.path}/connections/${body.id}`;
  await verifyConnection(service, path);
  return { tenant, account, roleName, path, connectionId: body.id, rotating: false };
}

/** Repeats the verification while it is inconclusive, as it is when STS does not answer. */
async function verifyConnection(service: TestService, path: string): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const { status, body } = await service.admin.post(`${path}/verification`);
    if (status === 200 && body.outcome === 'verified') return;
    if (status === 429) service.clock.advance(60);
    else if (body.outcome !== 'inconclusive')
      throw new Error(`the verification failed: ${JSON.stringify(body)}`);
  }
  throw new Error('20 verifications were inconclusive');
}

/**
 * Completes a rotation: the customer's role requires one of both IDs first, then the new ID alone. Returns false if another
 * rotation of this customer still runs.
 */
export async function rotate(service: TestService, customer: Customer): Promise<boolean> {
  if (customer.rotating) return false;
  customer.rotating = true;
  const { tenant, account, roleName: name } = customer;
  const updateTrustPolicy = (...ids: string[]) =>
    putRole(service.aws, trustPolicyRequiring(...ids), { account, name, exists: true });
  const path = `${tenant.path}/external-id`;
  const { externalId } = (await service.admin.get(path)).body;
  const started = await service.admin.post(`${path}/rotation`);
  if (started.status !== 201) throw new Error(`starting a rotation failed: ${JSON.stringify(started.body)}`);
  const successor = started.body.rotation.externalId;
  await updateTrustPolicy(externalId, successor);
  await verifyConnection(service, customer.path);
  await completeRotation(service, customer);
  await updateTrustPolicy(successor);
  customer.rotating = false;
  return true;
}

/** Verifies again while the rotation is incomplete: STS may not have answered the call with the successor. */
async function completeRotation(service: TestService, { tenant, path }: Customer): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const { status, body } = await service.admin.post(`${tenant.path}/external-id/rotation/complete`);
    if (status === 200) return;
    if (body.code !== 'rotation_incomplete' && status !== 503)
      throw new Error(`completing a rotation failed: ${JSON.stringify(body)}`);
    await verifyConnection(service, path);
  }
  throw new Error('a rotation was not complete after 20 attempts');
}
