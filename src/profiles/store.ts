import type { Database } from '../database/database.ts';
import { isUniqueViolation } from '../database/database-error.ts';
import type { Prisma } from '../database/generated/client.ts';
import { Problem } from '../http/problem.ts';
import { type AccessProfile, type Policy, type ProfileSettings, serializePolicy } from './profile.ts';

type Row = Prisma.AccessProfileGetPayload<object>;

function toProfile(row: Row): AccessProfile {
  return {
    ...row,
    inlinePolicy: parsePolicy(row.inlinePolicy),
    sessionPolicy: parsePolicy(row.sessionPolicy),
  };
}

const parsePolicy = (text: string | null): Policy | null =>
  text === null ? null : (JSON.parse(text) as Policy);

function toData({ inlinePolicy, sessionPolicy, ...settings }: ProfileSettings) {
  return {
    ...settings,
    managedPolicyArns: [...settings.managedPolicyArns],
    sessionPolicyArns: [...settings.sessionPolicyArns],
    inlinePolicy: inlinePolicy && serializePolicy(inlinePolicy),
    sessionPolicy: sessionPolicy && serializePolicy(sessionPolicy),
  };
}

export async function insertProfile(
  database: Database,
  input: { id: string; name: string; settings: ProfileSettings; now: Date },
): Promise<AccessProfile> {
  const { id, name, settings, now } = input;
  try {
    const row = await database.prisma.accessProfile.create({
      data: { ...toData(settings), id, name, createdAt: now, updatedAt: now },
    });
    return toProfile(row);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new Problem(
      'conflict',
      `The access profile "${name}" already exists. Change it, or choose another name.`,
      { cause: error },
    );
  }
}

export async function updateProfile(
  database: Database,
  id: string,
  settings: ProfileSettings,
  now: Date,
): Promise<AccessProfile> {
  const row = await database.prisma.accessProfile.update({
    where: { id },
    data: { ...toData(settings), updatedAt: now },
  });
  return toProfile(row);
}

export async function findProfile(database: Database, id: string): Promise<AccessProfile | null> {
  const row = await database.prisma.accessProfile.findUnique({ where: { id } });
  return row && toProfile(row);
}

export async function findProfileByName(database: Database, name: string): Promise<AccessProfile | null> {
  const row = await database.prisma.accessProfile.findUnique({ where: { name } });
  return row && toProfile(row);
}

export async function listProfiles(
  database: Database,
  after: string | null,
  limit: number,
): Promise<AccessProfile[]> {
  const rows = await database.prisma.accessProfile.findMany({
    where: after === null ? {} : { id: { gt: after } },
    orderBy: { id: 'asc' },
    take: limit + 1,
  });
  return rows.map(toProfile);
}

/**
 * Locks a profile until the end of the transaction, so that it is not changed or deleted while a key or a connection is
 * created that names it (`lockExistingProfiles`).
 */
export async function lockProfile(database: Database, id: string): Promise<AccessProfile | null> {
  await database.prisma.$queryRaw`SELECT 1 FROM public.access_profiles WHERE id = ${id} FOR UPDATE`;
  return findProfile(database, id);
}

/** Returns the names that are profiles, and keeps those from being deleted until the end of the transaction. */
export async function lockExistingProfiles(database: Database, names: readonly string[]): Promise<string[]> {
  const rows = await database.prisma.$queryRaw<{ name: string }[]>`
    SELECT name FROM public.access_profiles WHERE name = ANY (${names}::text[]) ORDER BY name FOR SHARE`;
  return rows.map((row) => row.name);
}

/** Counts the keys and connections that name a profile, without revoked keys and offboarded tenants. */
export async function countProfileUses(
  database: Database,
  name: string,
): Promise<{ keys: number; connections: number }> {
  const keys = await database.prisma.apiKey.count({ where: { revokedAt: null, profiles: { has: name } } });
  const connections = await database.prisma.connection.count({
    where: { profile: name, tenant: { status: { not: 'offboarded' } } },
  });
  return { keys, connections };
}

/** Deletes a profile and removes it from the connections of offboarded tenants, which are never used again. */
export async function deleteProfile(database: Database, id: string, name: string): Promise<void> {
  await database.prisma.connection.updateMany({
    where: { profile: name, tenant: { status: 'offboarded' } },
    data: { profile: null },
  });
  await database.prisma.accessProfile.delete({ where: { id } });
}
