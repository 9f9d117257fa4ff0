import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { fromHttp } from '@aws-sdk/credential-provider-http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  connected,
  createKey,
  startTestService,
  type TestConnection,
  type TestService,
  type TestTenant,
} from '../../../test/harness/service.ts';
import { CredentialSource } from '../provider/credential-source.ts';
import { drawer } from '../provider/identity.ts';
import { type AgentServer, startAgentServer } from './agent-server.ts';

let service: TestService;
let tenant: TestTenant;
let connection: TestConnection;
let agent: AgentServer;

beforeEach(async () => {
  service = await startTestService({ config: { stsTimeoutSeconds: 2 } });
  ({ tenant, connection } = await connected(service));
  const { key } = await createKey(service, { role: 'worker' });
  const draw = drawer(
    { tenantId: tenant.id, connectionId: connection.id },
    { url: service.url, key, maxRetries: 0 },
  );
  const source = new CredentialSource({ draw, now: () => service.clock.now().getTime() });
  agent = await startAgentServer({ source, port: 0 });
});
afterEach(async () => {
  await agent.close();
  await service.close();
});

interface Reply {
  status: number;
  body: { Code?: string; Message?: string; AccessKeyId?: string };
}

/** By hand, since fetch does not let a Host header through. */
function ask(
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

test("the SDK's own HTTP provider gets credentials that AWS takes", async () => {
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
  ['a part of the token', () => ({ authorization: agent.token.slice(0, -1) })],
  ['the token and more', () => ({ authorization: `${agent.token}x` })],
])('with %s there are no credentials', async (_, headers) => {
  const { status, body } = await ask(headers());
  expect([status, Object.keys(body)]).toEqual([401, ['Code', 'Message']]);
});

test.each(['attacker.example', '127.0.0.1', '127.0.0.1:1', 'localhost.attacker.example:80'])(
  'a page that got here by the name %s gets nothing, though it knew the token',
  async (host) => {
    const { status, body } = await ask({ host, authorization: agent.token });
    expect([status, body.Code]).toEqual([403, 'forbidden']);
  },
);

test('it is reached by 127.0.0.1 and localhost', async () => {
  const { port } = new URL(agent.url);
  for (const name of ['127.0.0.1', 'localhost'])
    expect((await ask({ host: `${name}:${port}`, authorization: agent.token })).status).toBe(200);
});

test('it listens on loopback and on no other address of this machine', async () => {
  const { port } = new URL(agent.url);
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4');
  for (const { address } of others)
    await expect(fetch(`http://${address}:${port}/credentials`)).rejects.toThrow('fetch failed');
});

test('nothing but a GET of its one path is answered with credentials', async () => {
  const authorization = agent.token;
  expect((await ask({ authorization }, { path: '/' })).status).toBe(404);
  expect((await ask({ authorization }, { path: '/credentials/../credentials' })).status).toBe(404);
  expect((await ask({ authorization }, { method: 'POST' })).status).toBe(405);
});

test('when the session has ended there is a new one; each agent has a token of its own', async () => {
  const first = await ask({ authorization: agent.token });
  service.clock.advance(7200);
  const second = await ask({ authorization: agent.token });
  expect([first.status, second.status]).toEqual([200, 200]);
  expect(second.body.AccessKeyId).not.toBe(first.body.AccessKeyId);
  const other = await startAgentServer({ source: { get: () => Promise.reject(new Error()) }, port: 0 });
  expect(other.token).not.toBe(agent.token);
  expect(other.token.length).toBe(43);
  await other.close();
});

test('credentials outlast a service that is away, and end with a refusal that says why', async () => {
  const authorization = agent.token;
  const first = await ask({ authorization });
  service.aws.faults.set('throttle');
  service.clock.advance(3570);
  expect((await ask({ authorization })).body.AccessKeyId).toBe(first.body.AccessKeyId);
  service.clock.advance(60);
  // How long the service is patient with STS decides whether it hears of the throttling or only of no answer.
  expect(await ask({ authorization })).toMatchObject({
    status: 503,
    body: { Code: expect.stringMatching(/^aws_(throttled|unavailable)$/) },
  });
  service.aws.faults.clear();
  expect((await ask({ authorization })).status).toBe(200);
  await service.admin.patch(tenant.path, { status: 'suspended' });
  service.clock.advance(3600);
  expect(await ask({ authorization })).toMatchObject({
    status: 409,
    body: { Code: 'tenant_not_active', Message: expect.stringContaining('suspended') },
  });
});
