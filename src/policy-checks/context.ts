import type { BrokerIdentity } from '../broker/broker-identity.ts';
import type { BrokerSettings } from '../broker/broker-settings.ts';
import type { AttributeAction } from '../broker/session-attributes.ts';
import { createTrustPolicyDocument, toSingleOrList } from '../setup-kit/trust-policy-document.ts';
import type { CallerPrincipal, PossibleValues } from '../trust-policy/conditions/request-context.ts';

/** The requests that a trust policy is checked for: those of one vendor, for one tenant and access profile. */
export interface CheckContext {
  /** The current external ID, followed by the successor during a rotation. */
  externalIds: readonly [string, ...string[]];
  /** External IDs that were issued to this tenant and have been replaced. */
  retiredExternalIds: readonly string[];
  vendor: { name: string; accountId: string; partition: string; brokerRoleArn: string | null };
  /** The identity that calls, as far as it is known. */
  caller: CallerPrincipal;
  /** The actions that session attributes require in addition to `sts:AssumeRole`. */
  sessionActions: readonly AttributeAction[];
  /**
   * Those of them that AWS requires in every AssumeRole, because the session of the vendor's broker passes attributes on.
   * The others are for an access profile, and a role without them can be verified but not used with it.
   */
  passedOnActions: readonly AttributeAction[];
  /** The condition keys of the vendor's requests that have a known value. */
  keys: Readonly<Record<string, string>>;
  /** What is known of any other condition key, in lower case. */
  possibleValues: (key: string) => PossibleValues | undefined;
}

/** The identity that calls: its ARN, or the name of a role whose path is not known. */
export type CallerName = { arn: string } | { role: string };

/** Describes the broker as the caller of a role. GetCallerIdentity names a role without its path. */
export function describeCaller(
  { accountId, partition, brokerRoleArn }: Pick<BrokerSettings, 'accountId' | 'partition' | 'brokerRoleArn'>,
  identity: BrokerIdentity | null,
): CallerPrincipal {
  const account = { accountId, partition };
  const iam = `arn:${partition}:iam::${accountId}`;
  if (brokerRoleArn === null && identity?.type === 'user')
    return { ...account, type: 'user', arn: identity.arn, userId: oneOf('AIDA*') };
  const name = brokerRoleArn?.split('/').at(-1) ?? identity?.name;
  if (name === undefined) {
    const userId = oneOf('AROA*:*', 'AIDA*');
    return { ...account, type: 'unknown', arn: oneOf(`${iam}:role/*`, `${iam}:user/*`), userId };
  }
  return {
    ...account,
    type: 'role',
    arn: brokerRoleArn ?? oneOf(`${iam}:role/${name}`, `${iam}:role/*/${name}`),
    sessionArn: oneOf(`arn:${partition}:sts::${accountId}:assumed-role/${name}/*`),
    userId: oneOf('AROA*:*'),
  };
}

const oneOf = (...patterns: string[]): PossibleValues => ({ patterns, mayBeAbsent: false });

export const vendorRootArn = ({ vendor }: Pick<CheckContext, 'vendor'>): string =>
  `arn:${vendor.partition}:iam::${vendor.accountId}:root`;

/** Whether a policy or statement was probably written for the vendor. */
export function mentionsVendor(policy: unknown, { vendor, externalIds }: CheckContext): boolean {
  const text = (JSON.stringify(policy) ?? '').toLowerCase();
  return [vendor.accountId, ...externalIds].some((value) => text.includes(value));
}

/** The value for `sts:ExternalId` in a condition: a string for one ID, a list for two. */
export const externalIdsValue = ({ externalIds }: CheckContext): string | string[] =>
  toSingleOrList([...externalIds]);

/**
 * The setup kit's statement.
 *
 * @param hasVariables whether the document resolves policy variables. The kit escapes `$` in the broker's ARN as `${$}`,
 *   which a document older than 2012-10-17 would take as plain text.
 */
export function setupKitStatement(context: CheckContext, hasVariables = true) {
  const { vendor, sessionActions } = context;
  const sessionAttributes = {
    sessionTags: sessionActions.includes('sts:TagSession'),
    sourceIdentity: sessionActions.includes('sts:SetSourceIdentity'),
  };
  const { Statement } = createTrustPolicyDocument(vendorRootArn(context), externalIdsValue(context), {
    vendor,
    sessionAttributes,
  });
  const [statement] = Statement;
  const { StringEquals } = statement.Condition;
  if (!hasVariables && vendor.brokerRoleArn !== null) StringEquals['aws:PrincipalArn'] = vendor.brokerRoleArn;
  return statement;
}
