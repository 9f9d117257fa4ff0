import { formatHeader, formatRoleDescription } from '../kit-text.ts';
import { assertTenantSetupKit, resolveRolePath, type TenantSetupKit } from '../setup-kit.ts';
import { assertNoDynamicReference, createRoleProperties, ROLE_ARN_OUTPUT, toYaml } from './cloudformation.ts';
import { toStackName } from './launch-stack.ts';

export const toStackSetName = (kit: Pick<TenantSetupKit, 'role'>): string => toStackName(kit.role.name);

/**
 * Creates the template for a stack set, with the same trust policy and permissions as `cloudformation.yaml`. It has no
 * parameters, so that the role is the same in every account and its ARN is known in advance.
 */
export function createStackSetTemplate(kit: TenantSetupKit): object {
  const { vendor, externalIds } = kit;
  const template = {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: formatRoleDescription(kit, kit.tenantId),
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: createRoleProperties(kit, kit, {
          name: kit.role.name,
          path: resolveRolePath(kit),
          principal: `arn:${vendor.partition}:iam::${vendor.accountId}:root`,
          externalId: externalIds.length === 1 ? externalIds[0] : [...externalIds],
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
