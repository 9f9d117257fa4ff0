import type { BrokerSettings } from '../broker/broker-settings.ts';
import { requireBroker } from '../broker/partition.ts';
import {
  passedOnAttributes,
  type RequiredAttributes,
  unionOfAttributes,
} from '../broker/session-attributes.ts';
import type { Deps } from '../deps.ts';
import { findExternalIds } from '../external-ids/store.ts';
import { assertTenantAccess } from '../http/authorize.ts';
import { invalidRequest, notFound } from '../http/problem.ts';
import type { Principal } from '../identity/principal.ts';
import { findForeignArns, policyArnsInPartition } from '../profiles/permissions-in-partition.ts';
import type { AccessProfile } from '../profiles/profile.ts';
import { requireProfile } from '../profiles/require-profile.ts';
import { findProfile } from '../profiles/store.ts';
import { rejectOffboarded } from '../tenants/tenant.ts';
import { templateUrlInPartition } from './cloudformation/template-url.ts';
import type { SharedSetupKit, TenantSetupKit } from './setup-kit.ts';

/**
 * Returns the setup kit of a tenant for one AWS partition. It contains both external IDs during a rotation, and the
 * permissions of an access profile or, with `profile: null`, of the installation.
 *
 * @throws Problem `not_found`, `tenant_not_active`, or `validation_failed` when the profile does not exist, or the partition
 *   has no broker or cannot have these permissions
 */
export async function getSetupKit(
  deps: Pick<Deps, 'database' | 'config'>,
  input: SetupKitInput,
): Promise<TenantSetupKit> {
  const { retiredExternalIds: _, ...kit } = await readSetupKit(deps, input);
  assertPermissionsExist(kit);
  return kit;
}

interface SetupKitInput {
  principal: Principal;
  tenantId: string;
  profile: string | null;
  /** null: the main partition. */
  partition: string | null;
}

/**
 * Returns the setup kit for what needs only its trust policy: its permissions may be those of another partition.
 * @throws Problem as `getSetupKit`, but for the permissions
 */
export async function readSetupKit(
  deps: Pick<Deps, 'database' | 'config'>,
  input: SetupKitInput,
): Promise<TenantSetupKit & { retiredExternalIds: string[] }> {
  const { principal, tenantId } = input;
  assertTenantAccess(principal, tenantId);
  const { current, successor, retired } = await findExternalIds(deps.database, tenantId);
  // Every tenant has had an external ID since it was created, and keeps it.
  if (!current && retired.length === 0) throw notFound();
  if (!current) rejectOffboarded();
  return {
    tenantId,
    externalIds: successor ? [current.value, successor.value] : [current.value],
    retiredExternalIds: retired.map(({ value }) => value),
    ...buildSharedKit(deps.config, await readDeclaration(deps, input.profile), input.partition),
  };
}

/** Returns the kit for the template that the vendor publishes for an access profile, and that all tenants share. */
export async function getSharedSetupKit(
  deps: Pick<Deps, 'database' | 'config'>,
  input: { profileId: string; partition: string | null },
): Promise<SharedSetupKit> {
  const profile = await findProfile(deps.database, input.profileId);
  if (!profile) throw notFound();
  const kit = buildSharedKit(deps.config, ofProfile(deps.config, profile), input.partition);
  assertPermissionsExist(kit);
  return kit;
}

/**
 * Returns the partitions in which a role with the permissions of the profile, or of the installation, can be created.
 * @throws Problem `validation_failed` when the profile does not exist
 */
export async function listSetupPartitions(
  deps: Pick<Deps, 'database' | 'config'>,
  profile: string | null,
): Promise<string[]> {
  const { permissions } = await readDeclaration(deps, profile);
  return deps.config.brokers
    .map(({ partition }) => partition)
    .filter((partition) => findForeignArns(permissions, partition).length === 0);
}

/** The part of a kit that the vendor declares for all partitions together. */
interface Declaration extends Pick<TenantSetupKit, 'profile' | 'role' | 'permissions'> {
  /** The attributes that a worker's session adds. */
  sessionAttributes: RequiredAttributes;
  /** The published template with these permissions and this broker; null: none. */
  templateUrlFor(broker: BrokerSettings): string | null;
}

function buildSharedKit(
  config: Deps['config'],
  declaration: Declaration,
  requestedPartition: string | null,
): SharedSetupKit & Pick<Declaration, 'profile'> {
  const broker = requireBroker(config, requestedPartition);
  const { partition, accountId, brokerRoleArn, region } = broker;
  const { profile, role, permissions, sessionAttributes } = declaration;
  return {
    profile,
    role,
    vendor: { name: config.vendor.name, accountId, partition, brokerRoleArn },
    region,
    permissions: {
      ...permissions,
      managedPolicyArns: policyArnsInPartition(permissions.managedPolicyArns, partition),
    },
    // The role has to allow what a worker's session adds, and what the broker's own session passes on.
    sessionAttributes: unionOfAttributes(sessionAttributes, passedOnAttributes(broker.sessionAttributes)),
    templateUrl: declaration.templateUrlFor(broker),
  };
}

function assertPermissionsExist({ vendor: { partition }, permissions }: SharedSetupKit): void {
  const foreign = findForeignArns(permissions, partition);
  if (foreign.length === 0) return;
  throw invalidRequest([
    {
      path: 'partition',
      message: `cannot be ${partition}, because the permissions name ARNs of another AWS partition: ${foreign.join(', ')}. Use an access profile for ${partition}`,
    },
  ]);
}

async function readDeclaration(
  { database, config }: Pick<Deps, 'database' | 'config'>,
  profile: string | null,
): Promise<Declaration> {
  if (profile !== null) return ofProfile(config, await requireProfile(database, profile));
  const { role, permissions } = config;
  return {
    profile: null,
    role,
    permissions,
    sessionAttributes: { sessionTags: false, sourceIdentity: false },
    templateUrlFor: ({ templateUrl, partition }) =>
      templateUrlInPartition(templateUrl, { partition, defaultPartition: partition }),
  };
}

/** The installation's template has the installation's permissions, so a profile has its own or none. */
function ofProfile(config: Deps['config'], profile: AccessProfile): Declaration {
  const defaultPartition = requireBroker(config, null).partition;
  const { name, description, managedPolicyArns, inlinePolicy, sessionTags, sourceIdentity } = profile;
  return {
    profile: { name, description },
    role: { ...config.role, name: profile.roleName ?? config.role.name },
    permissions: { managedPolicyArns, inlinePolicy },
    sessionAttributes: { sessionTags, sourceIdentity },
    templateUrlFor: ({ partition }) =>
      templateUrlInPartition(profile.templateUrl, { partition, defaultPartition }),
  };
}
