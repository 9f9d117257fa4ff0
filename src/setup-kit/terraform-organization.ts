import { jsonHeredoc, lines, quoted } from './hcl.ts';
import { assertKitInput, headerLines, type KitInput, roleDescription, rolePath } from './setup-kit.ts';
import { STACK_SET_NOTES, stackSetName, stackSetTemplate } from './stack-set.ts';

const VARIABLES = `variable "organizational_unit_ids" {
  description = "The organizational units (ou-...) whose accounts get the role, or the root (r-...) for all of them."
  type        = set(string)

  validation {
    condition     = length(var.organizational_unit_ids) > 0 && alltrue([for id in var.organizational_unit_ids : can(regex("^(ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}|r-[a-z0-9]{4,32})$", id))])
    error_message = "Must be IDs of organizational units (ou-...) or the root (r-...), one or more."
  }
}

variable "call_as" {
  description = "SELF in the management account, DELEGATED_ADMIN in a delegated administrator of StackSets."
  type        = string
  default     = "SELF"

  validation {
    condition     = contains(["SELF", "DELEGATED_ADMIN"], var.call_as)
    error_message = "Must be SELF or DELEGATED_ADMIN."
  }
}`;

function stackSet(input: KitInput): string {
  return lines(
    'resource "aws_cloudformation_stack_set" "vendor" {',
    `  name             = ${quoted(stackSetName(input))}`,
    `  description      = ${quoted(roleDescription(input, input.tenantId))}`,
    '  permission_model = "SERVICE_MANAGED"',
    '  call_as          = var.call_as',
    '  capabilities     = ["CAPABILITY_NAMED_IAM"]',
    '',
    '  auto_deployment {',
    '    enabled                          = true',
    '    retain_stacks_on_account_removal = false',
    '  }',
    '',
    '  operation_preferences {',
    '    failure_tolerance_percentage = 100',
    '    max_concurrent_percentage    = 100',
    '  }',
    '',
    `  template_body = ${jsonHeredoc(stackSetTemplate(input))}`,
    '',
    '  lifecycle {',
    '    # AWS fills it in for service-managed permissions, where it cannot be given.',
    '    ignore_changes = [administration_role_arn]',
    '  }',
    '}',
  );
}

/** The Region is the provider's: what names it is called otherwise from one major version of the provider to the next. */
const INSTANCES = `resource "aws_cloudformation_stack_set_instance" "vendor" {
  for_each = var.organizational_unit_ids

  stack_set_name = aws_cloudformation_stack_set.vendor.name
  call_as        = var.call_as

  deployment_targets {
    organizational_unit_ids = [each.value]
  }

  operation_preferences {
    failure_tolerance_percentage = 100
    max_concurrent_percentage    = 100
  }
}

locals {
  account_ids = toset(flatten([
    for instance in aws_cloudformation_stack_set_instance.vendor : [
      for summary in instance.stack_instance_summaries : summary.account_id
    ]
  ]))
}

output "account_ids" {
  description = "Give these account IDs to the vendor."
  value       = local.account_ids
}`;

/**
 * `terraform-organization.tf`, for Terraform 1.0 or OpenTofu and the AWS provider from 5 on. A provider for each account
 * cannot be made by for_each, so the role goes to the accounts through a stack set, and for_each over the
 * organizational units; its template is the one of `stackset.yaml`.
 */
export function renderTerraformOrganization(input: KitInput): string {
  assertKitInput(input);
  const comments = [
    ...headerLines(input, input.tenantId),
    '',
    'For many accounts at once: a CloudFormation StackSet with service-managed permissions, deployed by organizational unit.',
    ...STACK_SET_NOTES,
    'CloudFormation must be trusted by the organization, once: aws cloudformation activate-organizations-access',
    'When the external ID is rotated, take this file anew and apply it.',
  ];
  return lines(
    ...comments.map((line) => `# ${line}`.trimEnd()),
    '',
    VARIABLES,
    '',
    stackSet(input),
    '',
    INSTANCES,
    '',
    'output "role_arns" {',
    '  description = "The role in each account."',
    `  value       = { for id in local.account_ids : id => join("", [${quoted(`arn:${input.vendor.partition}:iam::`)}, id, ${quoted(`:role${rolePath(input)}${input.role.name}`)}]) }`,
    '}',
    '',
  );
}
