import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, type AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import { manualClock } from '../../lib/clock.ts';
import { adminCredentials } from '../account-credentials.ts';
import { CUSTOMER, createClients, toCredentials, trustPolicy, VENDOR } from '../emulator.fixture.ts';
import { startAwsEmulator } from '../emulator.ts';
import type { AwsCredentials } from '../protocol/signature.ts';

const CUSTOMER_ROLE = `arn:aws:iam::${CUSTOMER}:role/vendors/Countersign`;
export const BROKER_ROLE = `arn:aws:iam::${VENDOR}:role/Broker`;

/** An emulator with a manual clock, and the clients of the vendor's and the customer's administrators. */
export async function startStsEnvironment() {
  const clock = manualClock(new Date());
  const emulator = await startAwsEmulator({ clock });
  const vendor = createClients(emulator, adminCredentials(VENDOR));
  const customer = createClients(emulator, adminCredentials(CUSTOMER));

  return {
    clock,
    emulator,
    vendor,
    customer,
    async createCustomerRole(document = trustPolicy(VENDOR, 'tenant-1'), maxSessionDuration?: number) {
      await customer.iam.send(
        new CreateRoleCommand({
          RoleName: 'Countersign',
          Path: '/vendors/',
          AssumeRolePolicyDocument: document,
          MaxSessionDuration: maxSessionDuration,
        }),
      );
    },
    /** Creates the vendor's broker role and returns the credentials of a session of it. */
    async createBrokerSession(changes: Partial<AssumeRoleCommandInput> = {}): Promise<AwsCredentials> {
      const trust = {
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Principal: { AWS: VENDOR }, Action: 'sts:*' },
      };
      await vendor.iam.send(
        new CreateRoleCommand({ RoleName: 'Broker', AssumeRolePolicyDocument: JSON.stringify(trust) }),
      );
      const { Credentials } = await vendor.sts.send(
        new AssumeRoleCommand({ RoleArn: BROKER_ROLE, RoleSessionName: 'i-abc', ...changes }),
      );
      return toCredentials(Credentials);
    },
  };
}

export type StsEnvironment = Awaited<ReturnType<typeof startStsEnvironment>>;

/** AssumeRole of the customer's role with its external ID. */
export const assumeRole = (changes: Partial<AssumeRoleCommandInput> = {}) =>
  new AssumeRoleCommand({
    RoleArn: CUSTOMER_ROLE,
    RoleSessionName: 'worker-1',
    ExternalId: 'tenant-1',
    ...changes,
  });
