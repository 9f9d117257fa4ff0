import type { Config } from '../config/config.ts';
import type { AccessProfile } from '../profiles/profile.ts';
import type { PermissionSet } from './facts.ts';

const BROAD_MANAGED_POLICY = /:policy\/(AdministratorAccess|PowerUserAccess|IAMFullAccess)$/;

/** Describes what the setup kit asks customers to grant: for the installation, and for each access profile. */
export function describePermissionSets(
  permissions: Config['permissions'],
  profiles: readonly Pick<AccessProfile, 'name' | 'managedPolicyArns' | 'inlinePolicy'>[],
): PermissionSet[] {
  return [{ name: 'installation', ...permissions }, ...profiles].map(
    ({ name, managedPolicyArns, inlinePolicy }) => ({
      name,
      managedPolicyArns,
      hasInlinePolicy: inlinePolicy !== null,
      excess: findExcess(managedPolicyArns, inlinePolicy),
    }),
  );
}

function findExcess(
  managedPolicyArns: readonly string[],
  inlinePolicy: Record<string, unknown> | null,
): string | null {
  const broad = managedPolicyArns.find((arn) => BROAD_MANAGED_POLICY.test(arn));
  if (broad !== undefined) return `grants ${broad}`;
  const statements = [inlinePolicy?.Statement ?? []].flat() as Record<string, unknown>[];
  const allowsAll = statements.some(
    ({ Effect, Action, NotAction }) =>
      Effect === 'Allow' && (NotAction !== undefined || [Action].flat().some((action) => action === '*')),
  );
  return allowsAll ? 'its inline policy allows all actions' : null;
}
