import { type ConfigInspection, inspectConfig } from '../../config/config.ts';
import { openDatabase } from '../../database/database.ts';
import { sqlState } from '../../database/database-error.ts';
import { deriveServiceRoleUrl } from '../../database/service-role.ts';
import { ConfigError } from '../../lib/config-error.ts';
import { UsageError } from '../usage-error.ts';
import { buildVendorRoles } from './build-roles.ts';
import { type Format, parseOptions } from './parse-options.ts';
import { renderCloudFormation } from './render-cloudformation.ts';
import { renderJson } from './render-json.ts';
import { renderTerraform } from './render-terraform.ts';
import { findUsedRoles, type UsedRoles } from './store.ts';
import { ANY_ROLE, type VendorRoles } from './vendor-roles.ts';

const HELP = `countersign vendor-setup --format cloudformation|terraform|json [--account <id>] [--canary-account <id>]
                       [--principal <principal>] [--role-name <name>]...

Prints the vendor's own IAM roles. It changes nothing, neither in AWS nor in the database.

- The broker role, which Countersign runs as. It may assume the roles of customers by their names, and none of the
  vendor's own accounts.
- The canary role in another account of the vendor, if --canary-account is given. It has no permissions. Countersign
  assumes it to know that the broker works.

  --account            account of the broker role; by default COUNTERSIGN_VENDOR_ACCOUNT_ID
  --canary-account     account of the canary role
  --principal          who becomes the broker: ec2.amazonaws.com (the default), ecs-tasks.amazonaws.com,
                       pods.eks.amazonaws.com, the ARN of a role or user, or the ARN of an OIDC provider
  --subject            with an OIDC provider: the subject of the token, such as system:serviceaccount:<namespace>:<name>
  --audience           with an OIDC provider: the audience of the token; by default sts.amazonaws.com
  --role-name          name of the roles that customers create, with its path if it has one; repeatable; * for any name
  --broker-role-name   by default the name in COUNTERSIGN_BROKER_ROLE_ARN, or else CountersignBroker
  --canary-role-name   by default CountersignCanary
  --partition          AWS partition of the broker; by default that of COUNTERSIGN_PARTITION or AWS_REGION

Without --role-name, the name is COUNTERSIGN_ROLE_NAME. If DATABASE_URL is set, the role names of all access profiles are
added, and roles that customers registered under other names are reported on standard error.`;

const RENDERERS: Record<Format, (roles: VendorRoles) => string> = {
  cloudformation: renderCloudFormation,
  terraform: renderTerraform,
  json: renderJson,
};

/** More names than this are better allowed by a pattern. */
const MAX_REGISTERED_ROLES = 50;

export async function vendorSetupCommand(args: string[]): Promise<number> {
  try {
    const options = parseOptions(args);
    if (options === null) {
      console.log(HELP);
      return 0;
    }
    const inspection = inspectConfig('sandbox');
    if (inspection.problems.length > 0) throw new ConfigError(inspection.problems);
    const partition = options.partition ?? inspection.config.vendor.partition;
    const used = await readUsedRoles(inspection, partition);
    const roles = buildVendorRoles(options, inspection, used);
    process.stdout.write(RENDERERS[options.format](roles));
    for (const note of notesOn(roles, used)) console.error(note);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\nSee countersign vendor-setup --help.`);
    return 2;
  }
}

/** Reads the database as the service's role; null: none is configured, or no migration has been applied yet. */
async function readUsedRoles({ config }: ConfigInspection, partition: string): Promise<UsedRoles | null> {
  if (config.databaseUrl === null) return null;
  const url = config.serviceDatabaseUrl ?? deriveServiceRoleUrl(config.databaseUrl);
  const database = openDatabase({ url, poolSize: 2 });
  try {
    return await findUsedRoles(database, { partition, limit: MAX_REGISTERED_ROLES });
  } catch (error) {
    // undefined_table, or a role that cannot log in yet: no version has started on this database.
    if (/^(42P01|28)/.test(sqlState(error) ?? '')) return null;
    throw new Error(
      'The database could not be read, so the role names of access profiles are unknown. Check DATABASE_URL with "countersign doctor", or unset it and give all names by --role-name.',
      { cause: error },
    );
  } finally {
    await database.close();
  }
}

function* notesOn(roles: VendorRoles, used: UsedRoles | null): Generator<string> {
  if (roles.canary === null)
    yield 'Note: without --canary-account there is no canary role, and a denial may be taken for a fault of the customer.';
  if (roles.customerRoles.includes(ANY_ROLE)) return;
  const others = used?.registeredRoles.filter((role) => !roles.customerRoles.includes(role)) ?? [];
  if (others.length > 0)
    yield `Note: customers registered roles with other names, which this policy does not allow: ${others.join(', ')}. Add --role-name for each of them, or --role-name '*'.`;
}
