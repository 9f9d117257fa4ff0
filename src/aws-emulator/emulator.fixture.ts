import { IAMClient } from '@aws-sdk/client-iam';
import { type Credentials, STSClient } from '@aws-sdk/client-sts';
import type { AwsEmulator } from './emulator.ts';
import type { AwsCredentials } from './protocol/signature.ts';

export const VENDOR = '999988887777';
export const CUSTOMER = '111122223333';

export const toCredentials = (
  credentials: Credentials | undefined,
): AwsCredentials & { sessionToken: string } => ({
  accessKeyId: credentials?.AccessKeyId ?? '',
  secretAccessKey: credentials?.SecretAccessKey ?? '',
  sessionToken: credentials?.SessionToken ?? '',
});

/** Creates clients of the AWS SDK. By default they do not retry, so that a test can count its calls. */
export function createClients(
  emulator: AwsEmulator,
  credentials: AwsCredentials,
  { region = 'us-east-1', maxAttempts = 1 } = {},
) {
  const options = { endpoint: emulator.url, region, credentials, maxAttempts };
  return { sts: new STSClient(options), iam: new IAMClient(options) };
}

/** A trust policy that allows an account to assume the role with an external ID. */
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
