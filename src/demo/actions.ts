import { adminCredentials } from '../aws-emulator/account-credentials.ts';
import { AwsCallError, callAws } from '../aws-emulator/protocol/call-aws.ts';
import type { AwsCredentials } from '../aws-emulator/protocol/signature.ts';
import { type Api, apiClient } from './api-client.ts';

export interface ScenarioOptions {
  apiUrl: string;
  awsUrl: string;
  adminKey: string;
  vendorAccountId: string;
  print: (line: string) => void;
}

export interface Tenant {
  id: string;
  name: string;
  externalId: string;
}

interface Verification {
  outcome: string;
  explanation: string;
}

const ROLE_NAME = 'CountersignAccess';

export type Actions = ReturnType<typeof createActions>;

/** The actions of the vendor, its customers and its workers, over the HTTP API and the AWS protocol. */
export function createActions({ apiUrl, awsUrl, adminKey, vendorAccountId }: ScenarioOptions) {
  const admin = apiClient(apiUrl, adminKey);
  return {
    admin,
    createTenant: (name: string) => admin.post<Tenant>('/v1/tenants', { name }),
    async createWorker(): Promise<Api> {
      const input = { name: 'demo worker', role: 'worker' };
      const { key } = await admin.post<{ key: string }>('/v1/api-keys', input);
      return apiClient(apiUrl, key);
    },
    /** Reads the trust policy of the tenant's setup kit. */
    async readTrustPolicy(tenant: Tenant): Promise<object> {
      const path = `/v1/tenants/${tenant.id}/setup`;
      return (await admin.get<{ trustPolicy: object }>(path)).trustPolicy;
    },
    async registerRole(tenant: Tenant, roleArn: string): Promise<string> {
      const path = `/v1/tenants/${tenant.id}/connections`;
      return (await admin.post<{ id: string }>(path, { roleArn })).id;
    },
    verify: (tenant: Tenant, connectionId: string) =>
      admin.post<Verification>(`/v1/tenants/${tenant.id}/connections/${connectionId}/verification`),
    ...createAwsActions(awsUrl, vendorAccountId),
  };
}

/** The actions of the customers and the attacker in their AWS accounts, by the AWS protocol. */
function createAwsActions(awsUrl: string, vendorAccountId: string) {
  return {
    policyWithoutCondition: (): object => policyWithoutCondition(vendorAccountId),
    async createRole(accountId: string, trustPolicy: object): Promise<string> {
      await callAws({
        endpoint: awsUrl,
        credentials: adminCredentials(accountId),
        service: 'iam',
        action: 'CreateRole',
        parameters: { RoleName: ROLE_NAME, AssumeRolePolicyDocument: JSON.stringify(trustPolicy) },
      });
      return `arn:aws:iam::${accountId}:role/${ROLE_NAME}`;
    },
    async updateTrustPolicy(accountId: string, trustPolicy: object): Promise<void> {
      await callAws({
        endpoint: awsUrl,
        credentials: adminCredentials(accountId),
        service: 'iam',
        action: 'UpdateAssumeRolePolicy',
        parameters: { RoleName: ROLE_NAME, PolicyDocument: JSON.stringify(trustPolicy) },
      });
    },
    /** Calls AssumeRole as the vendor, and returns the error code or "allowed". */
    async assumeRoleAsVendor(roleArn: string, externalId: string): Promise<string> {
      const call = callAws({
        endpoint: awsUrl,
        credentials: adminCredentials(vendorAccountId),
        service: 'sts',
        action: 'AssumeRole',
        parameters: { RoleArn: roleArn, RoleSessionName: 'demo', ExternalId: externalId },
      });
      return call.then(
        () => 'allowed',
        (error: unknown) => (error instanceof AwsCallError ? error.code : String(error)),
      );
    },
    async getCallerIdentity(credentials: AwsCredentials) {
      const elementText = await callAws({
        endpoint: awsUrl,
        credentials,
        service: 'sts',
        action: 'GetCallerIdentity',
      });
      return { account: elementText('Account'), arn: elementText('Arn') };
    },
  };
}

/** A trust policy that allows every principal of the vendor account, without an external ID. */
function policyWithoutCondition(vendorAccountId: string): object {
  const Principal = { AWS: `arn:aws:iam::${vendorAccountId}:root` };
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }],
  };
}

export function credentialsPath(tenant: Tenant, connectionId: string): string {
  return `/v1/tenants/${tenant.id}/connections/${connectionId}/credentials`;
}

export function issueCredentials(worker: Api, tenant: Tenant, connectionId: string): Promise<AwsCredentials> {
  return worker.post(credentialsPath(tenant, connectionId), { purpose: 'demo' });
}
