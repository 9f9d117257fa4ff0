import { type AttributeAction, attributeActions } from '../broker/session-attributes.ts';
import { assertExternalIds, assertVendor, type SharedSetupKit, type TenantSetupKit } from './setup-kit.ts';

/** The trust policy of the kit. In templates, references replace some of the strings. */
interface TrustPolicyDocument<Principal = string, ExternalId = string | string[]> {
  Version: '2012-10-17';
  Statement: [
    {
      Effect: 'Allow';
      Principal: { AWS: Principal };
      Action: TrustAction | TrustAction[];
      Condition: { StringEquals: { 'sts:ExternalId': ExternalId; 'aws:PrincipalArn'?: string } };
    },
  ];
}

type TrustAction = 'sts:AssumeRole' | AttributeAction;

/** Returns the actions that the trust policy allows. All are in one statement, so that each requires the external ID. */
export function allowedActions({
  sessionAttributes,
}: Pick<SharedSetupKit, 'sessionAttributes'>): TrustAction | TrustAction[] {
  const actions = attributeActions(sessionAttributes);
  return actions.length === 0 ? 'sts:AssumeRole' : ['sts:AssumeRole', ...actions];
}

/**
 * Escapes a value for StringEquals in a policy of Version 2012-10-17, where `${…}` is a variable and `${$}` is a dollar
 * sign (IAM User Guide, "IAM policy elements: Variables and tags"). StringEquals has no wildcards to escape.
 */
export const escapePolicyVariables = (text: string): string => text.replaceAll('$', `\${$}`);

/**
 * Creates the trust policy that all artifacts contain.
 *
 * It trusts the root of the vendor's account and not the broker role: AWS replaces the ARN of a role by its unique ID, so
 * the trust would end when the vendor recreates the role. A condition on `aws:PrincipalArn` limits it to the broker role.
 *
 * That condition uses StringEquals because ArnEquals is the same as ArnLike: a `*` or `?`, both valid in the path of a
 * role, would allow other roles, and `${*}` is not documented as an escape there.
 */
export function createTrustPolicyDocument<Principal, ExternalId>(
  principal: Principal,
  externalId: ExternalId,
  kit: Pick<SharedSetupKit, 'vendor' | 'sessionAttributes'>,
): TrustPolicyDocument<Principal, ExternalId> {
  const { brokerRoleArn } = kit.vendor;
  const broker = brokerRoleArn === null ? {} : { 'aws:PrincipalArn': escapePolicyVariables(brokerRoleArn) };
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: principal },
        Action: allowedActions(kit),
        Condition: { StringEquals: { 'sts:ExternalId': externalId, ...broker } },
      },
    ],
  };
}

/** One external ID, or the list of both during a rotation. */
export const toSingleOrList = (externalIds: TenantSetupKit['externalIds']): string | string[] =>
  externalIds.length === 1 ? externalIds[0] : [...externalIds];

/** Builds the trust policy of one tenant. During a rotation, it allows both external IDs. */
export function buildTrustPolicy(
  kit: Pick<TenantSetupKit, 'externalIds' | 'vendor' | 'sessionAttributes'>,
): TrustPolicyDocument {
  const { externalIds, vendor } = kit;
  assertExternalIds(externalIds);
  assertVendor(vendor);
  return createTrustPolicyDocument(
    `arn:${vendor.partition}:iam::${vendor.accountId}:root`,
    toSingleOrList(externalIds),
    kit,
  );
}
