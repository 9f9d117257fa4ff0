import { withClient } from './with-client.ts';

interface MissingPrivilege {
  problem: string;
  fix: string;
}

/**
 * Returns the privilege that the migrations need and the owner lacks, as with the users of some managed services; null: it
 * has all. The first migration creates the service's role.
 */
export async function findMissingPrivilege(ownerUrl: string): Promise<MissingPrivilege | null> {
  const { user, isNew, mayCreateRoles, mayCreateTables } = await readPrivileges(ownerUrl);
  if (!mayCreateTables) {
    return {
      problem: `the database user ${user} may not create tables in the schema public.`,
      fix: 'Make it the owner of the database (ALTER DATABASE … OWNER TO …). See docs/operations.md.',
    };
  }
  if (isNew && !mayCreateRoles) {
    return {
      problem: `the database user ${user} may not create roles, and the first start creates the role of the service.`,
      fix:
        'Give it CREATEROLE (ALTER ROLE … CREATEROLE). You may take that away again if you then set ' +
        'COUNTERSIGN_SERVICE_DATABASE_URL. See docs/operations.md.',
    };
  }
  return null;
}

/** Stops startup before the first migration when it would fail for lack of a privilege. */
export async function assertOwnerPrivileges(ownerUrl: string): Promise<void> {
  const missing = await findMissingPrivilege(ownerUrl);
  if (missing !== null) throw new Error(`The migrations cannot run: ${missing.problem} ${missing.fix}`);
}

interface OwnerPrivileges {
  user: string;
  isNew: boolean;
  mayCreateRoles: boolean;
  mayCreateTables: boolean;
}

function readPrivileges(ownerUrl: string): Promise<OwnerPrivileges> {
  return withClient(ownerUrl, async (client) => {
    const { rows } = await client.query<OwnerPrivileges>(
      `SELECT current_user AS "user", to_regclass('public.external_ids') IS NULL AS "isNew",
         (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user) AS "mayCreateRoles",
         has_schema_privilege('public', 'CREATE') AS "mayCreateTables"`,
    );
    const [row] = rows;
    if (!row) throw new Error('the server returned no privileges');
    return row;
  });
}
