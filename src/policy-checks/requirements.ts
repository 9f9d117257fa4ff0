import type { AttributeAction } from '../broker/session-attributes.ts';
import { createTrustPolicyDocument } from '../setup-kit/trust-policy-document.ts';
import type { CallerPrincipal } from '../trust-policy/conditions/request-context.ts';
import type { JsonObject } from './json-values.ts';

/** The requests that a trust policy must allow: those of one vendor, for one tenant and access profile. */
export interface PolicyRequirements {
  /** The current external ID, followed by the successor during a rotation. */
  externalIds: readonly [string, ...string[]];
  /** External IDs that were issued to this tenant and have been replaced. */
  retiredExternalIds: readonly string[];
  vendor: { name: string; accountId: string; partition: string; brokerRoleArn: string | null };
  /** The actions that session attributes require in addition to `sts:AssumeRole`. */
  sessionActions: readonly AttributeAction[];
  /**
   * Those of them that AWS requires in every AssumeRole, because the session of the vendor's broker passes attributes on.
   * The others are for an access profile, and a role without them can be verified but not used with it.
   */
  passedOnActions: readonly AttributeAction[];
  /** Condition keys of the vendor's requests other than those that follow from the caller. */
  requestContext: Readonly<Record<string, string>>;
}

export const vendorRootArn = ({ vendor }: PolicyRequirements): string =>
  `arn:${vendor.partition}:iam::${vendor.accountId}:root`;

/** The broker role if it is configured, else the account root, because any identity in the account may call. */
export function vendorPrincipal(requirements: PolicyRequirements): CallerPrincipal {
  const { accountId, partition, brokerRoleArn } = requirements.vendor;
  return brokerRoleArn === null
    ? { type: 'root', arn: vendorRootArn(requirements), accountId, partition, userId: accountId }
    : { type: 'role', arn: brokerRoleArn, accountId, partition };
}

/** The value for `sts:ExternalId` in a condition: a string for one ID, a list for two. */
export const externalIdsValue = ({ externalIds }: PolicyRequirements): string | string[] =>
  externalIds.length === 1 ? externalIds[0] : [...externalIds];

/** The trust policy of the setup kit. */
export function setupKitPolicy(requirements: PolicyRequirements): {
  Version: string;
  Statement: [JsonObject];
} {
  const { vendor, sessionActions } = requirements;
  const sessionAttributes = {
    sessionTags: sessionActions.includes('sts:TagSession'),
    sourceIdentity: sessionActions.includes('sts:SetSourceIdentity'),
  };
  const { Version, Statement } = createTrustPolicyDocument(
    vendorRootArn(requirements),
    externalIdsValue(requirements),
    { vendor, sessionAttributes },
  );
  return { Version, Statement: [{ ...Statement[0] }] };
}

/**
 * The setup kit's statement for a document with or without policy variables. The kit escapes `$` in the broker's ARN as
 * `${$}`, which a document older than 2012-10-17 would take as plain text.
 */
export function setupKitStatement(requirements: PolicyRequirements, supportsVariables: boolean): JsonObject {
  const [statement] = setupKitPolicy(requirements).Statement;
  const { brokerRoleArn } = requirements.vendor;
  if (supportsVariables || brokerRoleArn === null) return statement;
  return {
    ...statement,
    Condition: {
      StringEquals: { 'sts:ExternalId': externalIdsValue(requirements), 'aws:PrincipalArn': brokerRoleArn },
    },
  };
}

/** The value for `sts:ExternalId` as JSON: `"a"` or `["a", "b"]`. */
export const externalIdsJson = (requirements: PolicyRequirements): string =>
  JSON.stringify(externalIdsValue(requirements)).replace(',', ', ');

/** The condition that a customer should write, as one line of JSON. */
export const externalIdConditionJson = (requirements: PolicyRequirements): string =>
  `"StringEquals": {"sts:ExternalId": ${externalIdsJson(requirements)}}`;
