import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { temporaryFolder } from '../../../test/harness/temporary-folder.ts';
import { systemClock } from '../../lib/clock.ts';
import { createStsBudget } from '../sts-budget.ts';
import { createStsClient } from './sts-client.ts';

const EXPIRATION = '2099-01-01T00:00:00.000Z';
const PAIR = { AccessKeyId: 'ASIAEXAMPLE', SecretAccessKey: 'secret' };
const SESSION = { Code: 'Success', ...PAIR, Token: 'token', Expiration: EXPIRATION };

/** What the instance metadata service and the container credentials endpoint respond with. */
const RESPONSES: Record<string, string> = {
  'PUT /latest/api/token': 'metadata-token',
  'GET /latest/meta-data/iam/security-credentials/': 'BrokerRole',
  'GET /latest/meta-data/iam/security-credentials/BrokerRole': JSON.stringify(SESSION),
  'GET /container': JSON.stringify(SESSION),
};
const server = createServer(({ method, url }, response) => {
  const body = RESPONSES[`${method} ${url}`];
  response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(body);
});
let origin = '';

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
afterEach(() => vi.unstubAllEnvs());

/** A shared configuration file whose default profile has these lines. */
function configFile(...lines: string[]): string {
  const file = path.join(temporaryFolder('aws-config'), 'config');
  writeFileSync(file, ['[default]', ...lines].join('\n'));
  return file;
}

const PROCESS = `credential_process = echo '${JSON.stringify({ Version: 1, ...PAIR, SessionToken: 'token', Expiration: EXPIRATION })}'`;

test.each<[string, () => Record<string, string>, string | null]>([
  [
    'environment variables',
    () => ({ AWS_ACCESS_KEY_ID: PAIR.AccessKeyId, AWS_SECRET_ACCESS_KEY: PAIR.SecretAccessKey }),
    null,
  ],
  ['a credential_process', () => ({ AWS_CONFIG_FILE: configFile(PROCESS) }), EXPIRATION],
  [
    'the container credentials endpoint (ECS or EKS Pod Identity)',
    () => ({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${origin}/container` }),
    EXPIRATION,
  ],
  [
    'the instance metadata service (EC2)',
    () => ({ AWS_EC2_METADATA_SERVICE_ENDPOINT: origin, AWS_EC2_METADATA_DISABLED: 'false' }),
    EXPIRATION,
  ],
])('credentials from %s are reported by that name, with their end', async (name, variables, expiresAt) => {
  for (const variable of Object.keys(process.env).filter((key) => /^AWS_(?!SDK_JS_)/.test(key)))
    vi.stubEnv(variable, undefined);
  const files = { AWS_CONFIG_FILE: '/nonexistent', AWS_SHARED_CREDENTIALS_FILE: '/nonexistent' };
  for (const [variable, value] of Object.entries({ ...files, ...variables() })) vi.stubEnv(variable, value);
  const client = createStsClient({
    region: 'us-east-1',
    clock: systemClock,
    timeoutSeconds: 4,
    budget: createStsBudget({ clock: systemClock, maxPerSecond: 1, maxPerSecondPerTenant: 1 }),
  });
  const source = await client.credentialSource();
  expect([source.name, source.expiresAt?.toISOString() ?? null]).toEqual([name, expiresAt]);
  client.close();
});
