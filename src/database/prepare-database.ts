import path from 'node:path';
import { migrate } from './migrations/migrate.ts';
import { assertOwnerPrivileges } from './owner-privileges.ts';
import { assertServiceRole, prepareServiceRole } from './service-role.ts';
import { assertSessionPooling } from './session-pooling.ts';
import { assertWritable } from './write-access.ts';

export const MIGRATIONS = path.join(import.meta.dirname, '..', '..', 'prisma', 'migrations');

interface DatabaseUrls {
  ownerUrl: string;
  /** A URL of the service's role whose login the operator manages; null: the owner enables the login. */
  serviceUrl: string | null;
}

/**
 * Applies pending migrations and prepares the service's role.
 * @returns the URL to connect as the service's role
 * @throws Error with instructions for the operator, before anything is changed where that is possible
 */
export async function prepareDatabase(
  { ownerUrl, serviceUrl }: DatabaseUrls,
  log: (line: string) => void,
): Promise<string> {
  await assertSessionPooling(ownerUrl);
  await assertWritable(ownerUrl);
  await assertOwnerPrivileges(ownerUrl);
  await migrate({ ownerUrl, directory: MIGRATIONS, log });
  const url = await prepareServiceRole(ownerUrl, serviceUrl);
  await assertWritable(url);
  await assertServiceRole(url);
  return url;
}
