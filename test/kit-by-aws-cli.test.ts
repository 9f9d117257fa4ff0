import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AwsCli, awsClis, awsInFront } from './harness/aws-cli.ts';
import {
  createKey,
  createTenant,
  startTestService,
  type TestService,
  type TestTenant,
} from './harness/service.ts';

const run = promisify(execFile);
const clis = awsClis();
const named = clis.length > 0 ? clis : [{ version: 'skipped, for there is no AWS CLI here', file: '' }];

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(async () => {
  await service?.close();
});

/** What a customer with this CLI does in an account of the local AWS. */
function customer(
  cli: AwsCli,
  accessKeyId: string,
  more: Record<string, string> = { AWS_SECRET_ACCESS_KEY: 'sandbox' },
) {
  const PATH = `${awsInFront(cli, service.aws.url)}:${process.env.PATH}`;
  const env = {
    PATH,
    HOME: '/nowhere',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_DEFAULT_REGION: 'us-east-1',
    ...more,
  };
  return async (script: string): Promise<string> =>
    (await run('sh', ['-eu', '-c', script], { env })).stdout.trim();
}

async function kitScript(tenant: TestTenant): Promise<string> {
  const { status, text } = await service.admin.get(`${tenant.path}/setup/aws-cli.sh`);
  expect(status).toBe(200);
  return text;
}

test.skipIf(clis.length === 0).each(named)(
  "the kit's script as it stands creates the role, and run again takes it through a rotation; the credentials work ($version)",
  async (cli) => {
    const account = `22222222222${clis.indexOf(cli)}`;
    const shell = customer(cli, `SANDBOX${account}`);
    const tenant = await createTenant(service);
    const roleArn = await shell(await kitScript(tenant));
    expect(roleArn).toBe(`arn:aws:iam::${account}:role/CountersignAccess`);
    const { body: connection } = await service.admin.post(`${tenant.path}/connections`, { roleArn });
    const path = `${tenant.path}/connections/${connection.id}`;
    const verified = async () => (await service.admin.post(`${path}/verification`)).body.outcome;
    expect(await verified()).toBe('verified');

    const rotation = `${tenant.path}/external-id/rotation`;
    expect((await service.admin.post(rotation)).status).toBe(201);
    expect((await service.admin.post(`${rotation}/complete`)).body.code).toBe('rotation_incomplete');
    expect(await shell(await kitScript(tenant))).toBe(roleArn);
    expect(await verified()).toBe('verified');
    expect((await service.admin.post(`${rotation}/complete`)).status).toBe(200);
    expect(await shell(await kitScript(tenant))).toBe(roleArn);
    expect(await verified()).toBe('verified');

    const worker = await createKey(service, { role: 'worker' });
    const { body: drawn } = await worker.caller.post(`${path}/credentials`, {});
    const session = customer(cli, drawn.accessKeyId, {
      AWS_SECRET_ACCESS_KEY: drawn.secretAccessKey,
      AWS_SESSION_TOKEN: drawn.sessionToken,
    });
    const identity = JSON.parse(await session('aws sts get-caller-identity --output=json'));
    expect(identity).toMatchObject({
      Account: account,
      Arn: `arn:aws:sts::${account}:assumed-role/CountersignAccess/${drawn.sessionName}`,
    });
  },
  120_000,
);

test.skipIf(clis.length === 0).each(named)(
  "the kit's script changes nothing about a role of that name that is somebody else's ($version)",
  async (cli) => {
    const shell = customer(cli, `SANDBOX33333333333${clis.indexOf(cli)}`);
    const [one, another] = [await createTenant(service), await createTenant(service)];
    await shell(await kitScript(one));
    await expect(shell(await kitScript(another))).rejects.toThrow(/exists already.*Nothing was changed/s);
    const policy = await shell(
      'aws iam get-role --role-name CountersignAccess --query Role.AssumeRolePolicyDocument',
    );
    expect(policy).toContain(one.externalId);
    expect(policy).not.toContain(another.externalId);
  },
  120_000,
);
