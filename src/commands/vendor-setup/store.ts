import type { Database } from '../../database/database.ts';

/** The roles and attributes that the installation's profiles and connections need. */
export interface UsedRoles {
  /** Role names of access profiles that have one of their own. */
  profileRoleNames: string[];
  sessionTags: boolean;
  sourceIdentity: boolean;
  /** Path and name of roles that customers registered, such as `/team/Access`; at most `limit`. */
  registeredRoles: string[];
}

export async function findUsedRoles(
  database: Database,
  { partition, limit }: { partition: string; limit: number },
): Promise<UsedRoles> {
  const profiles = await database.prisma.accessProfile.findMany({
    select: { roleName: true, sessionTags: true, sourceIdentity: true },
  });
  // A role ARN is arn:<partition>:iam::<account>:role<path><name>.
  const rows = await database.prisma.$queryRaw<{ role: string }[]>`
    SELECT DISTINCT substring(c.role_arn FROM '^arn:[^:]+:iam::[0-9]+:role(/.+)$') AS role
    FROM public.connections c JOIN public.tenants t ON t.id = c.tenant_id AND t.status <> 'offboarded'
    WHERE c.partition = ${partition} AND c.status <> 'disabled'
    ORDER BY 1 LIMIT ${limit}`;
  return {
    profileRoleNames: profiles.map(({ roleName }) => roleName).filter((name) => name !== null),
    sessionTags: profiles.some(({ sessionTags }) => sessionTags),
    sourceIdentity: profiles.some(({ sourceIdentity }) => sourceIdentity),
    registeredRoles: rows.map(({ role }) => role),
  };
}
