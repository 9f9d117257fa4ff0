import { formatHeader, formatRoleDescription, formatTagValue } from '../kit-text.ts';
import {
  assertTenantSetupKit,
  INLINE_POLICY_NAME,
  ROLE_PATH_PATTERN,
  resolveRolePath,
  TENANT_TAG,
  type TenantSetupKit,
  uniqueManagedPolicyArns,
} from '../setup-kit.ts';
import { allowedActions, escapePolicyVariables } from '../trust-policy-document.ts';
import { formatJsonHeredoc, joinLines, quoteForHcl } from './hcl.ts';

/** The variables for the name and path of the role. */
export const renderRoleVariables = (kit: TenantSetupKit): string => `variable "role_name" {
  description = "The name of the role to create."
  type        = string
  default     = ${quoteForHcl(kit.role.name)}

  validation {
    condition     = can(regex("^[A-Za-z0-9_+=,.@-]{1,64}$", var.role_name))
    error_message = "Must be 1 to 64 letters, digits or characters of _+=,.@-."
  }
}

variable "role_path" {
  description = "The path of the role."
  type        = string
  default     = ${quoteForHcl(resolveRolePath(kit))}

  validation {
    condition     = can(regex(${quoteForHcl(ROLE_PATH_PATTERN)}, var.role_path))
    error_message = "Must begin and end with a slash, without two slashes in a row."
  }
}`;

const BOUNDARY_VARIABLE = `variable "permissions_boundary_arn" {
  description = "The ARN of a permissions boundary for the role. With null, the role gets none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:aws[a-z-]*:iam::[^:]*:policy/.+$", var.permissions_boundary_arn))
    error_message = "Must be the ARN of an IAM policy, or null."
  }
}`;

/** The external ID and the vendor's account are literals: nobody should change them. */
function renderExternalIds({ externalIds }: TenantSetupKit): string {
  const ids = externalIds.map(quoteForHcl);
  return ids.length === 1 ? (ids[0] ?? '') : `[${ids.join(', ')}]`;
}

function renderActions(kit: TenantSetupKit): string {
  const actions = allowedActions(kit);
  return typeof actions === 'string' ? quoteForHcl(actions) : `[${actions.map(quoteForHcl).join(', ')}]`;
}

function renderRole(kit: TenantSetupKit): string {
  const { partition, accountId, brokerRoleArn } = kit.vendor;
  return joinLines(
    'resource "aws_iam_role" "vendor" {',
    '  name                 = var.role_name',
    '  path                 = var.role_path',
    `  description          = ${quoteForHcl(formatRoleDescription(kit, kit.tenantId))}`,
    `  max_session_duration = ${kit.role.maxSessionDurationSeconds}`,
    '  permissions_boundary = var.permissions_boundary_arn',
    '',
    '  assume_role_policy = jsonencode({',
    '    Version = "2012-10-17"',
    '    Statement = [{',
    '      Effect    = "Allow"',
    `      Principal = { AWS = ${quoteForHcl(`arn:${partition}:iam::${accountId}:root`)} }`,
    `      Action    = ${renderActions(kit)}`,
    '      Condition = {',
    '        StringEquals = {',
    `          "sts:ExternalId"${brokerRoleArn === null ? '' : '  '} = ${renderExternalIds(kit)}`,
    brokerRoleArn !== null &&
      `          "aws:PrincipalArn" = ${quoteForHcl(escapePolicyVariables(brokerRoleArn))}`,
    '        }',
    '      }',
    '    }]',
    '  })',
    '',
    '  tags = {',
    `    ${quoteForHcl(TENANT_TAG)} = ${quoteForHcl(formatTagValue(kit.tenantId))}`,
    '  }',
    '}',
  );
}

function renderManagedPolicies(kit: TenantSetupKit): string | false {
  const arns = uniqueManagedPolicyArns(kit);
  if (arns.length === 0) return false;
  return joinLines(
    '',
    'resource "aws_iam_role_policy_attachment" "vendor" {',
    '  for_each = toset([',
    ...arns.map((arn) => `    ${quoteForHcl(arn)},`),
    '  ])',
    '',
    '  role       = aws_iam_role.vendor.name',
    '  policy_arn = each.value',
    '}',
  );
}

function renderInlinePolicy(kit: TenantSetupKit): string | false {
  if (kit.permissions.inlinePolicy === null) return false;
  return joinLines(
    '',
    'resource "aws_iam_role_policy" "vendor" {',
    `  name = ${quoteForHcl(INLINE_POLICY_NAME)}`,
    '  role = aws_iam_role.vendor.name',
    '',
    `  policy = ${formatJsonHeredoc(kit.permissions.inlinePolicy)}`,
    '}',
  );
}

/** Renders `terraform.tf`, a module file for Terraform 1.0 or OpenTofu, and version 4 or later of the AWS provider. */
export function renderTerraform(kit: TenantSetupKit): string {
  assertTenantSetupKit(kit);
  return joinLines(
    ...formatHeader(kit, kit.tenantId).map((line) => `# ${line}`),
    '',
    renderRoleVariables(kit),
    '',
    BOUNDARY_VARIABLE,
    '',
    renderRole(kit),
    renderManagedPolicies(kit),
    renderInlinePolicy(kit),
    '',
    'output "role_arn" {',
    '  description = "Give this ARN to the vendor."',
    '  value       = aws_iam_role.vendor.arn',
    '}',
    '',
  );
}
