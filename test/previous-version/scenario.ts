/** The parts of a test service that the scenario uses, under names that do not change from version to version. */
export interface Version {
  admin: Caller;
  as(key: string): Caller;
  /** Creates a role in the customer's account that requires these external IDs; with `name`, changes that role. */
  putRole(externalIds: string[], name?: string): Promise<string>;
  advanceClock(seconds: number): void;
  verifyDueConnections(): Promise<unknown>;
  advanceRuns(): Promise<unknown>;
  sealAuditEvents(): Promise<unknown>;
}

interface Caller {
  get(path: string): Promise<Response>;
  post(path: string, body?: object, headers?: Record<string, string>): Promise<Response>;
  patch(path: string, body: object): Promise<Response>;
  delete(path: string): Promise<Response>;
}

// biome-ignore lint/suspicious/noExplicitAny: it reads any field of the responses
type Response = { status: number; body: any };

/** Onboards a tenant, verifies and uses its roles, rotates its external ID, and ends it: what a replica does all day. */
export async function runScenario(version: Version): Promise<void> {
  const { admin } = version;
  const worker = await post(admin, '/v1/api-keys', { name: 'worker', role: 'worker' });
  const profile = await post(admin, '/v1/profiles', { name: 'reader', description: 'reads' });
  const tenant = await post(
    admin,
    '/v1/tenants',
    { name: 'Example', reference: 'example' },
    { 'idempotency-key': 'one' },
  );
  const path = `/v1/tenants/${tenant.id}`;
  const roleArn = await version.putRole([tenant.externalId]);
  const connection = await post(admin, `${path}/connections`, { roleArn });
  const connectionPath = `${path}/connections/${connection.id}`;
  await post(admin, `${connectionPath}/verification`, undefined, { 'idempotency-key': 'two' });
  await useRoles(version, worker.key, connectionPath);
  await readEverything(admin, path, connectionPath);
  await rotate(version, { path, connectionPath, roleArn, externalId: tenant.externalId });
  await useRoles(version, worker.key, connectionPath);
  await runJobs(version, path);
  await expectOk(admin.patch(connectionPath, { name: 'main', profile: profile.name }));
  await post(admin, `${path}/tokens`, {});
  const link = await post(admin, `${path}/connect-links`, {});
  await expectOk(admin.delete(`${path}/connect-links/${link.id}`));
  await expectOk(admin.patch(path, { status: 'suspended' }));
  await expectOk(admin.patch(path, { status: 'active' }));
  await expectOk(admin.delete(`/v1/api-keys/${worker.id}`));
  await expectOk(admin.delete(path));
  await version.sealAuditEvents();
}

async function useRoles({ as }: Version, key: string, connectionPath: string): Promise<void> {
  await post(as(key), `${connectionPath}/credentials`, { durationSeconds: 900 });
  await expectOk(as(key).get(`${connectionPath}/credentials/container`));
}

async function readEverything(admin: Caller, path: string, connectionPath: string): Promise<void> {
  const paths = ['', '/external-id', '/setup', '/connections', '/connect-links'].map(
    (suffix) => path + suffix,
  );
  for (const each of [
    ...paths,
    connectionPath,
    '/v1/tenants',
    '/v1/api-keys',
    '/v1/profiles',
    '/v1/audit-events',
  ])
    await expectOk(admin.get(each));
}

async function rotate(
  version: Version,
  {
    path,
    connectionPath,
    roleArn,
    externalId,
  }: Record<'path' | 'connectionPath' | 'roleArn' | 'externalId', string>,
): Promise<void> {
  const { rotation } = await post(version.admin, `${path}/external-id/rotation`);
  await version.putRole([externalId, rotation.externalId], roleArn.split('/').at(-1));
  await post(version.admin, `${connectionPath}/verification`);
  await post(version.admin, `${path}/external-id/rotation/complete`);
}

async function runJobs(version: Version, path: string): Promise<void> {
  await post(version.admin, `${path}/connections/batch`, { accountIds: ['222222222222'] });
  await post(version.admin, `${path}/connections/verifications`, {});
  await version.advanceRuns();
  version.advanceClock(7 * 86_400);
  await version.verifyDueConnections();
  await version.sealAuditEvents();
}

async function post(
  caller: Caller,
  path: string,
  body?: object,
  headers?: Record<string, string>,
): Promise<Response['body']> {
  return (await expectOk(caller.post(path, body, headers))).body;
}

async function expectOk(response: Promise<Response>): Promise<Response> {
  const { status, body } = await response;
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
  return { status, body };
}
