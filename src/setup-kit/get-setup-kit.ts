import {
  passedOnAttributes,
  type RequiredAttributes,
  unionOfAttributes,
} from '../broker/session-attributes.ts';
import type { Deps } from '../deps.ts';
import { findExternalIds } from '../external-ids/store.ts';
import { assertTenantAccess } from '../http/authorize.ts';
import { notFound } from '../http/problem.ts';
import type { Principal } from '../identity/principal.ts';
import type { AccessProfile } from '../profiles/profile.ts';
import { requireProfile } from '../profiles/require-profile.ts';
import { findProfile } from '../profiles/store.ts';
import { findTenant } from '../tenants/store.ts';
import { rejectOffboarded } from '../tenants/tenant.ts';
import type { SharedSetupKit, TenantSetupKit } from './setup-kit.ts';

/**
 * Returns the setup kit of a tenant. It contains both external IDs during a rotation, and the permissions of an access
 * profile or, with `profile: null`, of the installation.
 *
 * @throws Problem `not_found`, `tenant_not_active`, or `validation_failed` when the profile does not exist
 */
export async function getSetupKit(
  deps: Pick<Deps, 'database' | 'config'>,
  input: { principal: Principal; tenantId: string; profile: string | null },
): Promise<TenantSetupKit> {
  assertTenantAccess(input.principal, input.tenantId);
  const tenant = await findTenant(deps.database, input.tenantId);
  if (!tenant) throw notFound();
  const { current, successor } = await findExternalIds(deps.database, tenant.id);
  if (!current) rejectOffboarded();
  const { vendor, region } = deps.config;
  return {
    tenantId: tenant.id,
    externalIds: successor ? [current.value, successor.value] : [current.value],
    vendor,
    region,
    ...(input.profile === null
      ? ofInstallation(deps)
      : ofProfile(deps, await requireProfile(deps.database, input.profile))),
  };
}

/** Returns the kit for the template that the vendor publishes for an access profile, and that all tenants share. */
export async function getSharedSetupKit(
  deps: Pick<Deps, 'database' | 'config'>,
  input: { profileId: string },
): Promise<SharedSetupKit> {
  const profile = await findProfile(deps.database, input.profileId);
  if (!profile) throw notFound();
  const { vendor, region } = deps.config;
  return { vendor, region, ...ofProfile(deps, profile) };
}

/** The attributes that the session of the vendor's broker passes on. */
export function passedOnBy({ brokers, vendor }: Deps['config']): RequiredAttributes {
  const broker = brokers.find(({ partition }) => partition === vendor.partition);
  return passedOnAttributes(broker?.sessionAttributes ?? 'none');
}

type Declared = Pick<
  TenantSetupKit,
  'profile' | 'role' | 'permissions' | 'sessionAttributes' | 'templateUrl'
>;

function ofInstallation({ config }: Pick<Deps, 'config'>): Declared {
  const { role, permissions, templateUrl } = config;
  return {
    profile: null,
    role,
    permissions,
    sessionAttributes: passedOnBy(config),
    templateUrl,
  };
}

/** The installation's template has the installation's permissions, so a profile has its own or none. */
function ofProfile({ config }: Pick<Deps, 'config'>, profile: AccessProfile): Declared {
  return {
    profile: { name: profile.name, description: profile.description },
    role: { ...config.role, name: profile.roleName ?? config.role.name },
    permissions: { managedPolicyArns: profile.managedPolicyArns, inlinePolicy: profile.inlinePolicy },
    // The role has to allow what a worker's session adds, and what the broker's own session passes on.
    sessionAttributes: unionOfAttributes(profile, passedOnBy(config)),
    templateUrl: profile.templateUrl,
  };
}
