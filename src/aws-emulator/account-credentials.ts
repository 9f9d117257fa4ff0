import { createHash } from 'node:crypto';
import type { AwsCredentials } from './protocol/signature.ts';

const ACCESS_KEY_ID = /^SANDBOX(ROOT)?(\d{12})$/;
export const SANDBOX_SECRET_ACCESS_KEY = 'sandbox';
export const ADMIN_USER_NAME = 'admin';

/** The credentials of the IAM user `admin` that every account of the emulator has. */
export function adminCredentials(accountId: string): AwsCredentials {
  return { accessKeyId: `SANDBOX${accountId}`, secretAccessKey: SANDBOX_SECRET_ACCESS_KEY };
}

/** The credentials of an account's root user, which may assume no role, as in AWS. */
export function rootCredentials(accountId: string): AwsCredentials {
  return { accessKeyId: `SANDBOXROOT${accountId}`, secretAccessKey: SANDBOX_SECRET_ACCESS_KEY };
}

/** The account and user that an access key belongs to; `undefined` when it is not a key of a user. */
export function parseUserAccessKeyId(
  accessKeyId: string,
): { accountId: string; type: 'root' | 'user' } | undefined {
  const [, root, accountId] = ACCESS_KEY_ID.exec(accessKeyId) ?? [];
  return accountId === undefined ? undefined : { accountId, type: root === undefined ? 'user' : 'root' };
}

/** The unique ID of an account's user `admin`. It is derived, because the emulator does not store users. */
export function adminUserId(partition: string, accountId: string): string {
  const digest = createHash('sha256').update(`${partition}/${accountId}/${ADMIN_USER_NAME}`).digest('hex');
  // Hexadecimal digits become letters, because the unique IDs of AWS have no 0, 1, 8 or 9.
  return `AIDA${digest.slice(0, 17).replace(/\d/g, (digit) => 'GHIJKLMNOP'[Number(digit)] ?? '')}`.toUpperCase();
}
