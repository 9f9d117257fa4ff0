import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { fromHttp } from '@aws-sdk/credential-provider-http';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  createConnectedTenant,
  createKey,
  startTestService,
  type TestConnection,
  type TestService,
  type TestTenant,
} from '../../../../test/harness/service.ts';
import { CredentialSource } from '../../provider/credential-source.ts';
import { createCredentialsFetcher } from '../../provider/fetch-credentials.ts';
import { type AgentServer, startAgentServer } from './agent-server.ts';

let service: TestService;
let tenant: TestTenant;
let connection: TestConnection;
let key: string;
let agent: AgentServer;

beforeAll(async () => {
  service = await startTestService({ config: { stsTimeoutSeconds: 2 } });
  ({ tenant, connection } = await createConnectedTenant(service));
  ({ key } = await createKey(service, { role: 'worker' }));
});
afterAll(() => service?.close());

beforeEach(async () => {
  const fetchCredentials = createCredentialsFetcher(
    { tenantId: tenant.id, connectionId: connection.id },
    { url: service.url, key, maxRetries: 0 },
  );
  const source = new CredentialSource({ fetchCredentials, now: () => service.clock.now().getTime() });
  agent = await startAgentServer({ source, port: 0 });
});
afterEach(async () => {
  service.aws.faults.clear();
  await agent.close();
});

interface Reply {
  status: number;
  body: { Code?: string; Message?: string; AccessKeyId?: string };
}

/** Uses node:http, because `fetch` does not send a Host header that its caller sets. */
function get(
  headers: Record<string, string>,
  { path = '/credentials', method = 'GET' } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(agent.url);
    request({ hostname, port, path, method, headers }, async (response) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) });
    })
      .on('error', reject)
      .end();
  });
}

test("the AWS SDK's provider for container credentials gets credentials that STS accepts", async () => {
  const credentials = fromHttp({
    awsContainerCredentialsFullUri: agent.url,
    awsContainerAuthorizationToken: agent.token,
  });
  const sts = new STSClient({ region: 'us-east-1', endpoint: service.aws.url, credentials });
  const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}));
  expect([Account, Arn]).toEqual(['111111111111', expect.stringContaining(connection.roleName)]);
});

test.each<[string, () => Record<string, string>]>([
  ['no token', () => ({})],
  ['an empty token', () => ({ authorization: '' })],
  ['another token', () => ({ authorization: 'A'.repeat(43) })],
  ['a prefix of the token', () => ({ authorization: agent.token.slice(0, -1) })],
  ['the token with a suffix', () => ({ authorization: `${agent.token}x` })],
])('rejects a request with %s', async (_, headers) => {
  const { status, body } = await get(headers());
  expect([status, Object.keys(body)]).toEqual([401, ['Code', 'Message']]);
});

test.each(['attacker.example', '127.0.0.1', '127.0.0.1:1', 'localhost.attacker.example:80'])(
  'rejects a request for the host %s even with the right token, which stops DNS rebinding',
  async (host) => {
    const { status, body } = await get({ host, authorization: agent.token });
    expect([status, body.Code]).toEqual([403, 'forbidden']);
  },
);

test('accepts requests for 127.0.0.1 and localhost', async () => {
  const { port } = new URL(agent.url);
  for (const name of ['127.0.0.1', 'localhost'])
    expect((await get({ host: `${name}:${port}`, authorization: agent.token })).status).toBe(200);
});

test('listens on loopback and on no other address of this machine', async () => {
  const { port } = new URL(agent.url);
  const externalAddresses = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4');
  for (const { address } of externalAddresses)
    await expect(fetch(`http://${address}:${port}/credentials`)).rejects.toThrow('fetch failed');
});

test('serves credentials only for GET of its one path', async () => {
  const authorization = agent.token;
  expect((await get({ authorization }, { path: '/' })).status).toBe(404);
  expect((await get({ authorization }, { path: '/credentials/../credentials' })).status).toBe(404);
  expect((await get({ authorization }, { method: 'POST' })).status).toBe(405);
});

test('fetches new credentials after the session has expired', async () => {
  const first = await get({ authorization: agent.token });
  service.clock.advance(7200);
  const second = await get({ authorization: agent.token });
  expect([first.status, second.status]).toEqual([200, 200]);
  expect(second.body.AccessKeyId).not.toBe(first.body.AccessKeyId);
});

test('creates a new random token at each start', async () => {
  const other = await startAgentServer({ source: { get: () => Promise.reject(new Error()) }, port: 0 });
  expect(other.token).not.toBe(agent.token);
  expect(other.token.length).toBe(43);
  await other.close();
});

test('keeps serving cached credentials while STS is down, until they expire', async () => {
  const authorization = agent.token;
  const first = await get({ authorization });
  service.aws.faults.set('throttle');
  service.clock.advance(3570);
  expect((await get({ authorization })).body.AccessKeyId).toBe(first.body.AccessKeyId);
  service.clock.advance(60);
  // The service reports a timeout instead of throttling if its own time limit for STS ends first.
  expect(await get({ authorization })).toMatchObject({
    status: 503,
    body: { Code: expect.stringMatching(/^aws_(throttled|unavailable)$/) },
  });
  service.aws.faults.clear();
  expect((await get({ authorization })).status).toBe(200);
});

test('passes on why Countersign rejected the request', async () => {
  await service.admin.patch(tenant.path, { status: 'suspended' });
  expect(await get({ authorization: agent.token })).toMatchObject({
    status: 409,
    body: { Code: 'tenant_not_active', Message: expect.stringContaining('suspended') },
  });
});
