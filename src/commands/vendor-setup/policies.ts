import { attributeActions, type RequiredAttributes } from '../../broker/session-attributes.ts';
import { createTrustPolicyDocument } from '../../setup-kit/trust-policy-document.ts';
import { ANY_ROLE, brokerRoleArn, type CanaryRole, canaryRoleArn, type VendorRoles } from './vendor-roles.ts';

export interface PolicyDocument {
  Version: '2012-10-17';
  Statement: Statement[];
}

interface Statement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Principal?: Record<string, string>;
  Action: string | string[];
  Resource?: string | string[];
  Condition?: Record<string, Record<string, string>>;
}

/**
 * The least that the broker needs: to assume the customers' roles by their names, in all accounts but the vendor's, and the
 * canary role.
 */
export function identityPolicy(roles: VendorRoles): PolicyDocument {
  const { partition, customerRoles, canary } = roles;
  const denied = ownRoles(roles);
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'AssumeCustomerRoles',
        Effect: 'Allow',
        Action: oneOrMany(callerActions(roles.sessionAttributes)),
        Resource: oneOrMany(customerRoles.map((role) => `arn:${partition}:iam::*:role${role}`)),
      },
      ...(canary === null
        ? []
        : [
            {
              Sid: 'AssumeCanaryRole',
              Effect: 'Allow' as const,
              Action: oneOrMany(callerActions(roles.brokerAttributes)),
              Resource: canaryRoleArn(roles, canary),
            },
          ]),
      { Sid: 'NeverAssumeOwnRoles', Effect: 'Deny', Action: 'sts:AssumeRole', Resource: oneOrMany(denied) },
    ],
  };
}

/**
 * All roles of the vendor's accounts, with one exception: in the account of the canary role only those with the name of a
 * customer's role, since a deny would also apply to the canary role. With customers' roles of any name, none is denied there.
 */
function ownRoles({
  partition,
  accountId,
  otherOwnAccountIds,
  canary,
  customerRoles,
}: VendorRoles): string[] {
  const inAccount = (id: string, role: string): string => `arn:${partition}:iam::${id}:role${role}`;
  const accounts = [...new Set([accountId, ...otherOwnAccountIds])].filter((id) => id !== canary?.accountId);
  return [
    ...accounts.map((id) => inAccount(id, ANY_ROLE)),
    ...(canary === null
      ? []
      : customerRoles.filter((role) => role !== ANY_ROLE).map((role) => inAccount(canary.accountId, role))),
  ];
}

/** Passing session tags or a source identity needs permissions of the caller as well (IAM User Guide, "Pass session tags"). */
const callerActions = (attributes: RequiredAttributes): string[] => [
  'sts:AssumeRole',
  ...attributeActions(attributes),
];

/** Who may become the broker: the AWS service or the identity that the vendor runs Countersign with. */
export function brokerTrustPolicy({ accountId, broker: { principal } }: VendorRoles): PolicyDocument {
  return { Version: '2012-10-17', Statement: [brokerTrustStatement(principal, accountId)] };
}

/** Without a condition, ECS could be made to use the role for a task of another account (ECS Developer Guide, "Task IAM role"). */
const SOURCE_ACCOUNT_SERVICES = ['ecs-tasks.amazonaws.com'];
/** EKS Pod Identity tags the session that it makes. */
const TAGGING_SERVICES = ['pods.eks.amazonaws.com'];

function brokerTrustStatement(principal: VendorRoles['broker']['principal'], accountId: string): Statement {
  if (principal.type === 'oidc') {
    const host = principal.providerArn.slice(principal.providerArn.indexOf('/') + 1);
    return {
      Effect: 'Allow',
      Principal: { Federated: principal.providerArn },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: { [`${host}:sub`]: principal.subject, [`${host}:aud`]: principal.audience },
      },
    };
  }
  if (principal.type === 'arn')
    return { Effect: 'Allow', Principal: { AWS: principal.arn }, Action: 'sts:AssumeRole' };
  const { service } = principal;
  return {
    Effect: 'Allow',
    Principal: { Service: service },
    Action: TAGGING_SERVICES.includes(service) ? ['sts:AssumeRole', 'sts:TagSession'] : 'sts:AssumeRole',
    ...(SOURCE_ACCOUNT_SERVICES.includes(service) && {
      Condition: { StringEquals: { 'aws:SourceAccount': accountId } },
    }),
  };
}

/** The same trust policy as in a customer's setup kit, narrowed to the broker role. The canary role has no permissions. */
export function canaryTrustPolicy(roles: VendorRoles, canary: CanaryRole) {
  const { partition, accountId } = roles;
  return createTrustPolicyDocument(`arn:${partition}:iam::${accountId}:root`, canary.externalId, {
    vendor: { name: '', accountId, partition, brokerRoleArn: brokerRoleArn(roles) },
    sessionAttributes: roles.brokerAttributes,
  });
}

/** What the service's environment needs after the roles exist. */
export function environmentOf(roles: VendorRoles): Record<string, string> {
  const { canary, otherOwnAccountIds } = roles;
  // No customer may register a role in the account of the canary role.
  const ownAccountIds = new Set([...otherOwnAccountIds, ...(canary ? [canary.accountId] : [])]);
  return {
    COUNTERSIGN_VENDOR_ACCOUNT_ID: roles.accountId,
    ...(ownAccountIds.size > 0 && { COUNTERSIGN_OWN_ACCOUNT_IDS: [...ownAccountIds].join(',') }),
    COUNTERSIGN_BROKER_ROLE_ARN: brokerRoleArn(roles),
    ...(canary && {
      COUNTERSIGN_CANARY_ROLE_ARN: canaryRoleArn(roles, canary),
      COUNTERSIGN_CANARY_EXTERNAL_ID: canary.externalId,
    }),
  };
}

const oneOrMany = (values: readonly string[]): string | string[] =>
  values.length === 1 && values[0] !== undefined ? values[0] : [...values];
