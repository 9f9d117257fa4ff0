import { setTimeout as delay } from 'node:timers/promises';
import { adminCredentials } from '../../src/aws-emulator/account-credentials.ts';
import { callAws } from '../../src/aws-emulator/protocol/call-aws.ts';
import type { Random } from '../harness/random.ts';
import { type Answer, persist } from './api.ts';
import { type Environment, VENDOR_ACCOUNT_ID } from './environment.ts';

const ROLE_NAME = 'TortureAccess';
const RETRY_DELAY_MS = 500;

/** A tenant with a role in an account of its own. */
export interface Customer {
  readonly accountId: string;
  readonly roleArn: string;
  readonly tenantPath: string;
  readonly connectionPath: string;
  /** Whether this run suspends and resumes it. */
  readonly isSuspendedAtTimes: boolean;
  /** Since its suspension was acknowledged and until its end is requested. */
  suspension: object | null;
}

const isStatus =
  (...statuses: number[]) =>
  ({ status }: Answer): boolean =>
    statuses.includes(status);

/** Creates a customer whose connection is verified. */
export async function createCustomer(
  environment: Environment,
  random: Random,
  { n, isSuspendedAtTimes }: { n: number; isSuspendedAtTimes: boolean },
): Promise<Customer> {
  const accountId = String(300_000_000_000 + n);
  const roleArn = `arn:aws:iam::${accountId}:role/${ROLE_NAME}`;
  const post = async (path: string, body: object): Promise<Answer['body']> => {
    const request = { method: 'POST', path, key: environment.adminKey, body } as const;
    return (await persist(environment, random, request, isStatus(201))).answer.body;
  };
  const tenant = await post('/v1/tenants', { name: `Customer ${n}` });
  const tenantPath = `/v1/tenants/${tenant.id}`;
  await putTrustPolicy(environment, accountId, 'CreateRole', [tenant.externalId]);
  const connection = await post(`${tenantPath}/connections`, { roleArn });
  const connectionPath = `${tenantPath}/connections/${connection.id}`;
  const customer = { accountId, roleArn, tenantPath, connectionPath, isSuspendedAtTimes, suspension: null };
  await verify(environment, random, customer);
  return customer;
}

/** Repeats the verification until it succeeds. */
async function verify(environment: Environment, random: Random, { connectionPath }: Customer): Promise<void> {
  const path = `${connectionPath}/verification`;
  const request = { method: 'POST', path, key: environment.adminKey } as const;
  for (;;) {
    const { answer } = await persist(environment, random, request, isStatus(200, 429));
    if (answer.status === 200 && answer.body.outcome === 'verified') return;
    if (environment.isOver()) throw new Error(`${connectionPath} was never verified: ${answer.body.outcome}`);
    await delay(RETRY_DELAY_MS);
  }
}

/** Completes a rotation, as a vendor and a customer do together: the role allows both IDs meanwhile. */
export async function rotate(environment: Environment, random: Random, customer: Customer): Promise<void> {
  const path = `${customer.tenantPath}/external-id`;
  const key = environment.adminKey;
  const read = async (): Promise<{ externalId: string; rotation: { externalId: string } | null }> =>
    (await persist(environment, random, { method: 'GET', path, key }, isStatus(200))).answer.body;
  const start = { method: 'POST', path: `${path}/rotation`, key } as const;
  const complete = { method: 'POST', path: `${path}/rotation/complete`, key } as const;
  const { externalId } = await read();
  // 409: an earlier attempt, whose answer was lost, has started it.
  await persist(environment, random, start, isStatus(201, 409));
  const successor = (await read()).rotation?.externalId;
  if (successor === undefined)
    throw new Error(`the rotation of ${customer.tenantPath} was started, and does not run`);
  await putTrustPolicy(environment, customer.accountId, 'UpdateAssumeRolePolicy', [externalId, successor]);
  do {
    await verify(environment, random, customer);
    await persist(environment, random, complete, isStatus(200, 409));
  } while ((await read()).externalId !== successor);
  await putTrustPolicy(environment, customer.accountId, 'UpdateAssumeRolePolicy', [successor]);
  environment.ledger.count('rotations');
}

async function putTrustPolicy(
  { aws }: Environment,
  accountId: string,
  action: 'CreateRole' | 'UpdateAssumeRolePolicy',
  externalIds: readonly string[],
): Promise<void> {
  const policy = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${VENDOR_ACCOUNT_ID}:root` },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': externalIds } },
      },
    ],
  };
  const name = action === 'CreateRole' ? 'AssumeRolePolicyDocument' : 'PolicyDocument';
  await callAws({
    endpoint: aws.url,
    credentials: adminCredentials(accountId),
    service: 'iam',
    action,
    parameters: { RoleName: ROLE_NAME, [name]: JSON.stringify(policy) },
  });
}
