import { createStackSetTemplate, STACK_SET_NOTES, toStackSetName } from '../cloudformation/stack-set.ts';
import { formatHeader, formatRoleDescription } from '../kit-text.ts';
import { assertTenantSetupKit, BOUNDARY_NAME_PATTERN, type TenantSetupKit } from '../setup-kit.ts';
import { formatJsonHeredoc, joinLines, quoteForHcl } from './hcl.ts';
import { renderRoleVariables } from './terraform.ts';

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
}

variable "permissions_boundary_name" {
  description = "The name of a policy that exists in every account, with its path if it has one, as permissions boundary of the role. Empty: the role gets none."
  type        = string
  default     = ""

  validation {
    condition     = can(regex(${quoteForHcl(BOUNDARY_NAME_PATTERN)}, var.permissions_boundary_name))
    error_message = "Must be the name of an IAM policy, or empty."
  }
}`;

function renderStackSetResource(kit: TenantSetupKit): string {
  return joinLines(
    'resource "aws_cloudformation_stack_set" "vendor" {',
    `  name             = ${quoteForHcl(toStackSetName(kit))}`,
    `  description      = ${quoteForHcl(formatRoleDescription(kit, kit.tenantId))}`,
    '  permission_model = "SERVICE_MANAGED"',
    '  call_as          = var.call_as',
    '  capabilities     = ["CAPABILITY_NAMED_IAM"]',
    '',
    '  parameters = {',
    '    RoleName                = var.role_name',
    '    RolePath                = var.role_path',
    '    PermissionsBoundaryName = var.permissions_boundary_name',
    '  }',
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
    `  template_body = ${formatJsonHeredoc(createStackSetTemplate(kit))}`,
    '',
    '  lifecycle {',
    '    # With service-managed permissions, AWS sets this value and it must not be configured.',
    '    ignore_changes = [administration_role_arn]',
    '  }',
    '}',
  );
}

/** The provider selects the Region, because the argument for it has another name in each major version. */
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
 * Renders `terraform-organization.tf` for Terraform 1.0 or OpenTofu, and version 5 or later of the AWS provider. Terraform
 * cannot create a provider for each account with for_each. A stack set with the template of `stackset.yaml` therefore
 * creates the roles, with for_each over the organizational units.
 */
export function renderTerraformOrganization(kit: TenantSetupKit): string {
  assertTenantSetupKit(kit);
  const comments = [
    ...formatHeader(kit, kit.tenantId),
    '',
    'For many accounts at once: a CloudFormation StackSet with service-managed permissions, deployed by organizational unit.',
    ...STACK_SET_NOTES,
    'Run this once to allow CloudFormation to access the organization: aws cloudformation activate-organizations-access',
    'When the external ID is rotated, download this file again and apply it.',
  ];
  return joinLines(
    ...comments.map((line) => `# ${line}`.trimEnd()),
    '',
    VARIABLES,
    '',
    renderRoleVariables(kit),
    '',
    renderStackSetResource(kit),
    '',
    INSTANCES,
    '',
    'output "role_arns" {',
    '  description = "The role in each account."',
    `  value       = { for id in local.account_ids : id => join("", [${quoteForHcl(`arn:${kit.vendor.partition}:iam::`)}, id, ":role", var.role_path, var.role_name]) }`,
    '}',
    '',
  );
}
