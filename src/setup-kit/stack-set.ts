import { assertNothingResolved, ROLE_ARN, roleProperties, toYaml } from './cloudformation.ts';
import { stackName } from './launch-stack.ts';
import { assertKitInput, headerLines, type KitInput, roleDescription, rolePath } from './setup-kit.ts';

/** The name of the stack set, in the files and in the lines that say how to use them. */
export const stackSetName = (kit: Pick<KitInput, 'role'>): string => stackName(kit.role.name);

/**
 * The role as a template for a stack set: the same trust policy and permissions as in `cloudformation.yaml`, but with
 * every value said outright. Without a parameter nothing can differ from one account to the next, and so each
 * account's role has an ARN that is known beforehand.
 */
export function stackSetTemplate(input: KitInput): object {
  const { vendor, externalIds } = input;
  const template = {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: roleDescription(input, input.tenantId),
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: roleProperties(input, input, {
          name: input.role.name,
          path: rolePath(input),
          principal: `arn:${vendor.partition}:iam::${vendor.accountId}:root`,
          externalId: externalIds.length === 1 ? externalIds[0] : [...externalIds],
        }),
      },
    },
    Outputs: ROLE_ARN,
  };
  assertNothingResolved(JSON.stringify(template));
  return template;
}

/** What holds for every stack set with service-managed permissions, however it is made. */
export const STACK_SET_NOTES = [
  'Use it in the management account of your organization, or in a delegated administrator of CloudFormation StackSets,',
  'in one Region only: IAM is the same in all of them, and a second Region would try to create the same role again.',
  'AWS does not deploy such a stack set to the management account itself: if the vendor is to work there too, create',
  'its role with the CloudFormation template for one account.',
];

function howTo(input: KitInput): string[] {
  const name = stackSetName(input);
  return [
    '',
    'For many accounts at once: a CloudFormation StackSet with service-managed permissions.',
    ...STACK_SET_NOTES,
    '',
    'aws cloudformation activate-organizations-access   # once, in the management account',
    `aws cloudformation create-stack-set --stack-set-name ${name} --template-body file://FILE --permission-model SERVICE_MANAGED --auto-deployment Enabled=true,RetainStacksOnAccountRemoval=false --capabilities CAPABILITY_NAMED_IAM`,
    `aws cloudformation create-stack-instances --stack-set-name ${name} --deployment-targets OrganizationalUnitIds=OU_ID --regions REGION --operation-preferences FailureTolerancePercentage=100,MaxConcurrentPercentage=100`,
    '',
    'FILE is the name of this file, OU_ID an organizational unit (ou-…) or the root (r-…), REGION one Region. A delegated',
    'administrator adds --call-as DELEGATED_ADMIN to each line but the first. Accounts that join the unit later get the role',
    'by themselves.',
    'When the external ID is rotated, take this file anew and run:',
    `aws cloudformation update-stack-set --stack-set-name ${name} --template-body file://FILE --capabilities CAPABILITY_NAMED_IAM`,
  ];
}

/** `stackset.yaml` (CloudFormation User Guide, "Create StackSets with service-managed permissions"). */
export function renderStackSet(input: KitInput): string {
  assertKitInput(input);
  const yaml = toYaml(stackSetTemplate(input));
  const header = [...headerLines(input, input.tenantId), ...howTo(input)];
  return `${header.map((line) => `${`# ${line}`.trimEnd()}\n`).join('')}${yaml}`;
}
