import { assertNoDynamicReference, toYaml } from '../../setup-kit/cloudformation/cloudformation.ts';
import { BROKER_DESCRIPTION, BROKER_POLICY_NAME, CANARY_DESCRIPTION, formatVendorHeader } from './header.ts';
import { brokerTrustPolicy, canaryTrustPolicy, identityPolicy } from './policies.ts';
import { assertVendorRoles, type CanaryRole, type VendorRoles } from './vendor-roles.ts';

/**
 * Renders one template for both accounts: a stack creates the broker role in the broker's account, the canary role in the
 * canary's account, and nothing anywhere else. It needs CAPABILITY_NAMED_IAM.
 */
export function renderCloudFormation(roles: VendorRoles): string {
  assertVendorRoles(roles);
  const { canary } = roles;
  const inAccount = (id: string) => ({ 'Fn::Equals': [{ Ref: 'AWS::AccountId' }, id] });
  const yaml = toYaml({
    AWSTemplateFormatVersion: '2010-09-09',
    Description: `${BROKER_DESCRIPTION}.`,
    Conditions: {
      IsBrokerAccount: inAccount(roles.accountId),
      ...(canary && { IsCanaryAccount: inAccount(canary.accountId) }),
    },
    Resources: { ...brokerResources(roles), ...(canary && canaryResources(roles, canary)) },
    Outputs: {
      BrokerRoleArn: roleArnOutput('IsBrokerAccount', 'COUNTERSIGN_BROKER_ROLE_ARN', 'BrokerRole'),
      ...(canary && {
        CanaryRoleArn: roleArnOutput('IsCanaryAccount', 'COUNTERSIGN_CANARY_ROLE_ARN', 'CanaryRole'),
      }),
    },
  });
  assertNoDynamicReference(yaml);
  const deployment = canary
    ? `Create a stack from this template in account ${roles.accountId} and another one in ${canary.accountId}.`
    : `Create a stack from this template in account ${roles.accountId}.`;
  const header = [...formatVendorHeader(roles), deployment];
  return `${header.map((line) => `# ${line}\n`).join('')}${yaml}`;
}

function brokerResources(roles: VendorRoles) {
  const { name, path, principal } = roles.broker;
  const isForInstances = principal.type === 'service' && principal.service.startsWith('ec2.');
  return {
    BrokerRole: {
      Type: 'AWS::IAM::Role',
      Condition: 'IsBrokerAccount',
      Properties: {
        RoleName: name,
        Path: path,
        Description: BROKER_DESCRIPTION,
        AssumeRolePolicyDocument: brokerTrustPolicy(roles),
        Policies: [{ PolicyName: BROKER_POLICY_NAME, PolicyDocument: identityPolicy(roles) }],
      },
    },
    ...(isForInstances && {
      BrokerInstanceProfile: {
        Type: 'AWS::IAM::InstanceProfile',
        Condition: 'IsBrokerAccount',
        Properties: { InstanceProfileName: name, Roles: [{ Ref: 'BrokerRole' }] },
      },
    }),
  };
}

function canaryResources(roles: VendorRoles, canary: CanaryRole) {
  return {
    CanaryRole: {
      Type: 'AWS::IAM::Role',
      Condition: 'IsCanaryAccount',
      Properties: {
        RoleName: canary.name,
        Path: canary.path,
        Description: CANARY_DESCRIPTION,
        AssumeRolePolicyDocument: canaryTrustPolicy(roles, canary),
      },
    },
  };
}

const roleArnOutput = (condition: string, variable: string, resource: string) => ({
  Condition: condition,
  Description: `The value of ${variable}.`,
  Value: { 'Fn::GetAtt': [resource, 'Arn'] },
});
