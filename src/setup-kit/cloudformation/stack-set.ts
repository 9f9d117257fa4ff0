import { formatHeader, formatRoleDescription } from '../kit-text.ts';
import { assertTenantSetupKit, BOUNDARY_NAME_PATTERN, type TenantSetupKit } from '../setup-kit.ts';
import { toSingleOrList } from '../trust-policy-document.ts';
import {
  assertNoDynamicReference,
  boundaryCondition,
  createRoleParameters,
  createRoleProperties,
  ROLE_ARN_OUTPUT,
  toYaml,
} from './cloudformation.ts';
import { toStackName } from './launch-stack.ts';

export const toStackSetName = (kit: Pick<TenantSetupKit, 'role'>): string => toStackName(kit.role.name);

const BOUNDARY_PARAMETER = {
  Type: 'String',
  Default: '',
  Description:
    'The name of a policy that exists in every account, with its path if it has one, as permissions boundary of the role. Empty: the role gets none.',
  AllowedPattern: BOUNDARY_NAME_PATTERN,
  ConstraintDescription: 'must be the name of an IAM policy, or empty.',
};

/**
 * Creates the template for a stack set, with the same trust policy and permissions as `cloudformation.yaml`. The role has the
 * same name in every account, so that its ARN is known in advance. The boundary is named without an account for that reason.
 */
export function createStackSetTemplate(kit: TenantSetupKit): object {
  const { vendor, externalIds } = kit;
  const template = {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: formatRoleDescription(kit, kit.tenantId),
    Parameters: { ...createRoleParameters(kit), PermissionsBoundaryName: BOUNDARY_PARAMETER },
    Conditions: boundaryCondition('PermissionsBoundaryName'),
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: createRoleProperties(kit, kit, {
          externalId: toSingleOrList(externalIds),
          boundary: {
            'Fn::Sub': `arn:${vendor.partition}:iam::\${AWS::AccountId}:policy/\${PermissionsBoundaryName}`,
          },
        }),
      },
    },
    Outputs: ROLE_ARN_OUTPUT,
  };
  assertNoDynamicReference(JSON.stringify(template));
  return template;
}

/** Instructions for stack sets with service-managed permissions, created by CloudFormation or by Terraform. */
export const STACK_SET_NOTES = [
  'Use it in the management account of your organization, or in a delegated administrator of CloudFormation StackSets,',
  'in one Region only: IAM roles are global, and a second Region would try to create the same role again.',
  'AWS does not deploy such a stack set to the management account itself. If the vendor needs access to it too, create',
  'its role with the CloudFormation template for one account.',
];

function formatInstructions(kit: TenantSetupKit): string[] {
  const name = toStackSetName(kit);
  return [
    '',
    'For many accounts at once: a CloudFormation StackSet with service-managed permissions.',
    ...STACK_SET_NOTES,
    '',
    'aws cloudformation activate-organizations-access   # once, in the management account',
    `aws cloudformation create-stack-set --stack-set-name ${name} --template-body file://FILE --permission-model SERVICE_MANAGED --auto-deployment Enabled=true,RetainStacksOnAccountRemoval=false --capabilities CAPABILITY_NAMED_IAM`,
    `aws cloudformation create-stack-instances --stack-set-name ${name} --deployment-targets OrganizationalUnitIds=OU_ID --regions REGION --operation-preferences FailureTolerancePercentage=100,MaxConcurrentPercentage=100`,
    '',
    'FILE is the name of this file, OU_ID an organizational unit (ou-…) or the root (r-…), REGION one Region. As a delegated',
    'administrator, add --call-as DELEGATED_ADMIN to each command except the first. Accounts that join the unit later get',
    'the role automatically.',
    'To change the name, the path or the permissions boundary of the role, add parameters to the first command, such as',
    '--parameters ParameterKey=PermissionsBoundaryName,ParameterValue=NAME, and send the same name and path when you register',
    'the accounts.',
    'When the external ID is rotated, download this file again and run:',
    `aws cloudformation update-stack-set --stack-set-name ${name} --template-body file://FILE --capabilities CAPABILITY_NAMED_IAM`,
  ];
}

/** Renders `stackset.yaml` (CloudFormation User Guide, "Create StackSets with service-managed permissions"). */
export function renderStackSet(kit: TenantSetupKit): string {
  assertTenantSetupKit(kit);
  const yaml = toYaml(createStackSetTemplate(kit));
  const header = [...formatHeader(kit, kit.tenantId), ...formatInstructions(kit)];
  return `${header.map((line) => `${`# ${line}`.trimEnd()}\n`).join('')}${yaml}`;
}
