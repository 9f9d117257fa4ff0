import { assertExternalIds, assertVendor, type KitInput, type VendorKit } from './setup-kit.ts';

/** A role's trust policy as the kit writes it. Templates put references where plain documents have strings. */
export interface TrustPolicyDocument<Principal = string, ExternalId = string | string[]> {
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

type TrustAction = 'sts:AssumeRole' | 'sts:TagSession' | 'sts:SetSourceIdentity';

/**
 * What the trust policy allows. A session with tags or a source identity takes a permission for each beside
 * `sts:AssumeRole`; in the same statement, so that those too are had with the external ID alone (IAM User Guide, "Pass
 * session tags in AWS STS", "Monitor and control actions taken with assumed roles").
 */
export function trustActions({
  sessionAttributes,
}: Pick<VendorKit, 'sessionAttributes'>): TrustAction | TrustAction[] {
  const more: TrustAction[] = [
    ...(sessionAttributes.sessionTags ? (['sts:TagSession'] as const) : []),
    ...(sessionAttributes.sourceIdentity ? (['sts:SetSourceIdentity'] as const) : []),
  ];
  return more.length === 0 ? 'sts:AssumeRole' : ['sts:AssumeRole', ...more];
}

/**
 * A text that means itself in a condition of a Version 2012-10-17 policy: there `${…}` is a variable, and `${$}`
 * the sign (IAM User Guide, "IAM policy elements: Variables and tags"). `*` and `?` need nothing, since
 * StringEquals knows no wildcards.
 */
export const policyLiteral = (text: string): string => text.replaceAll('$', `\${$}`);

/**
 * The one shape of all artifacts. The account's root is trusted, not the broker role: AWS turns a role named
 * as principal into its internal ID, and the trust would end when the vendor recreates the role. The narrowing by
 * `aws:PrincipalArn` (for a role session the ARN of the role, path included) says StringEquals and not ArnEquals,
 * since ArnEquals is the same as ArnLike: a `*` or `?`, both legal in a role's path, would admit other roles, and
 * `${*}` is not documented to be exempt there.
 */
export function trustPolicyDocument<Principal, ExternalId>(
  principal: Principal,
  externalId: ExternalId,
  kit: Pick<VendorKit, 'vendor' | 'sessionAttributes'>,
): TrustPolicyDocument<Principal, ExternalId> {
  const { brokerRoleArn } = kit.vendor;
  const broker = brokerRoleArn === null ? {} : { 'aws:PrincipalArn': policyLiteral(brokerRoleArn) };
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: principal },
        Action: trustActions(kit),
        Condition: { StringEquals: { 'sts:ExternalId': externalId, ...broker } },
      },
    ],
  };
}

/** The trust policy for one tenant: a single ID as a string, the two of a rotation as a list (either one opens). */
export function buildTrustPolicy(
  kit: Pick<KitInput, 'externalIds' | 'vendor' | 'sessionAttributes'>,
): TrustPolicyDocument {
  const { externalIds, vendor } = kit;
  assertExternalIds(externalIds);
  assertVendor(vendor);
  return trustPolicyDocument(
    `arn:${vendor.partition}:iam::${vendor.accountId}:root`,
    externalIds.length === 1 ? externalIds[0] : [...externalIds],
    kit,
  );
}
