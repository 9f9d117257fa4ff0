import { IAMClient } from '@aws-sdk/client-iam';
import { type Credentials, STSClient } from '@aws-sdk/client-sts';
import type { Sandbox } from './emulator.ts';
import type { AwsCredentials } from './signature.ts';

export const VENDOR = '999988887777';
export const CUSTOMER = '111122223333';

export const rootKeys = (accountId: string): AwsCredentials => ({
  accessKeyId: `SANDBOX${accountId}`,
  secretAccessKey: 'sandbox',
});

export const keysOf = (credentials: Credentials | undefined): AwsCredentials & { sessionToken: string } => ({
  accessKeyId: credentials?.AccessKeyId ?? '',
  secretAccessKey: credentials?.SecretAccessKey ?? '',
  sessionToken: credentials?.SessionToken ?? '',
});

/** The real clients, which do not try again unless told: a test counts the calls that it makes. */
export function clients(
  sandbox: Sandbox,
  credentials: AwsCredentials,
  { region = 'us-east-1', maxAttempts = 1 } = {},
) {
  const options = { endpoint: sandbox.url, region, credentials, maxAttempts };
  return { sts: new STSClient(options), iam: new IAMClient(options) };
}

/** A trust policy that admits an account with an external ID. */
export function trustPolicy(
  accountId: string,
  externalId: string,
  actions: string[] = ['sts:AssumeRole'],
): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${accountId}:root` },
        Action: actions,
        Condition: { StringEquals: { 'sts:ExternalId': externalId } },
      },
    ],
  });
}
