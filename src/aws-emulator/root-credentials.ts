import type { AwsCredentials } from './protocol/signature.ts';

const ACCESS_KEY_ID = /^SANDBOX(\d{12})$/;
export const ROOT_SECRET_ACCESS_KEY = 'sandbox';

/** The credentials of an account's root in the emulator. */
export function rootCredentials(accountId: string): AwsCredentials {
  return { accessKeyId: `SANDBOX${accountId}`, secretAccessKey: ROOT_SECRET_ACCESS_KEY };
}

/** The account whose root an access key belongs to; `undefined` when it is not the key of a root. */
export function parseRootAccessKeyId(accessKeyId: string): string | undefined {
  return ACCESS_KEY_ID.exec(accessKeyId)?.[1];
}
