import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect } from 'vitest';
import { withAwsCli } from './harness/aws-cli.ts';
import {
  createKey,
  createTenant,
  startTestService,
  type TestService,
  type TestTenant,
} from './harness/service.ts';
import { findAwsClis, newestOf, type RunOptions, type Tool, testWithEach } from './harness/tools.ts';

const run = promisify(execFile);
const options: RunOptions = { cwd: process.cwd(), env: { PATH: process.env.PATH, HOME: '/nowhere' } };
const clis = findAwsClis(options);

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(async () => {
  await service?.close();
});

/** Returns a function that runs a shell script as a customer with this CLI and key in an account of the AWS emulator. */
function customerShell(
  cli: Tool,
  accessKeyId: string,
  otherKeys: Record<string, string> = { AWS_SECRET_ACCESS_KEY: 'sandbox' },
) {
  const { cwd, env } = withAwsCli(options, cli, service.aws.url);
  const keys = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_DEFAULT_REGION: 'us-east-1', ...otherKeys };
  return async (script: string): Promise<string> =>
    (await run('sh', ['-eu', '-c', script], { cwd, env: { ...env, ...keys } })).stdout.trim();
}

async function kitScript(tenant: TestTenant): Promise<string> {
  const { status, text } = await service.admin.get(`${tenant.path}/setup/aws-cli.sh`);
  expect(status).toBe(200);
  return text;
}

testWithEach(
  clis,
  "the kit's script creates the role, moves it through a rotation when run again, and the issued credentials work",
  async (cli, index) => {
    const account = `22222222222${index}`;
    const shell = customerShell(cli, `SANDBOX${account}`);
    const tenant = await createTenant(service);
    const roleArn = await shell(await kitScript(tenant));
    expect(roleArn).toBe(`arn:aws:iam::${account}:role/CountersignAccess`);
    const { body: connection } = await service.admin.post(`${tenant.path}/connections`, { roleArn });
    const path = `${tenant.path}/connections/${connection.id}`;
    const verify = async () => (await service.admin.post(`${path}/verification`)).body.outcome;
    expect(await verify()).toBe('verified');

    const rotation = `${tenant.path}/external-id/rotation`;
    expect((await service.admin.post(rotation)).status).toBe(201);
    expect((await service.admin.post(`${rotation}/complete`)).body.code).toBe('rotation_incomplete');
    expect(await shell(await kitScript(tenant))).toBe(roleArn);
    expect(await verify()).toBe('verified');
    expect((await service.admin.post(`${rotation}/complete`)).status).toBe(200);
    expect(await shell(await kitScript(tenant))).toBe(roleArn);
    expect(await verify()).toBe('verified');

    const worker = await createKey(service, { role: 'worker' });
    const { body: issued } = await worker.caller.post(`${path}/credentials`, {});
    const session = customerShell(cli, issued.accessKeyId, {
      AWS_SECRET_ACCESS_KEY: issued.secretAccessKey,
      AWS_SESSION_TOKEN: issued.sessionToken,
    });
    const identity = JSON.parse(await session('aws sts get-caller-identity --output=json'));
    expect(identity).toMatchObject({
      Account: account,
      Arn: `arn:aws:sts::${account}:assumed-role/CountersignAccess/${issued.sessionName}`,
    });
  },
  120_000,
);

testWithEach(
  newestOf(clis),
  "the kit's script does not change an existing role that was created for another tenant",
  async (cli, index) => {
    const shell = customerShell(cli, `SANDBOX33333333333${index}`);
    const [one, another] = [await createTenant(service), await createTenant(service)];
    await shell(await kitScript(one));
    await expect(shell(await kitScript(another))).rejects.toThrow(/already exists.*Nothing was changed/s);
    const policy = await shell(
      'aws iam get-role --role-name CountersignAccess --query Role.AssumeRolePolicyDocument',
    );
    expect(policy).toContain(one.externalId);
    expect(policy).not.toContain(another.externalId);
  },
  120_000,
);
