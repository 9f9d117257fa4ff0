import { jsonHeredoc, lines, quoted } from './hcl.ts';
import {
  assertKitInput,
  EXTERNAL_ID_PATTERN,
  headerLines,
  INLINE_POLICY_NAME,
  type KitInput,
  managedPolicyArns,
  roleDescription,
  rolePath,
  TENANT_TAG,
  tagValue,
} from './setup-kit.ts';
import { policyLiteral, trustActions } from './trust-policy-document.ts';

function variables(input: KitInput): string {
  return `variable "external_ids" {
  description = "The external ID issued to you; while it is being changed, both IDs."
  type        = list(string)
  default     = [${input.externalIds.map(quoted).join(', ')}]

  validation {
    condition     = contains([1, 2], length(var.external_ids)) && alltrue([for id in var.external_ids : can(regex(${quoted(EXTERNAL_ID_PATTERN)}, id))])
    error_message = "Must be the external ID exactly as it was issued (a lower-case UUID version 4), or two of them."
  }
}

variable "vendor_account_id" {
  description = "The AWS account of the vendor."
  type        = string
  default     = ${quoted(input.vendor.accountId)}

  validation {
    condition     = can(regex("^[0-9]{12}$", var.vendor_account_id))
    error_message = "Must be an AWS account ID: 12 digits."
  }
}

variable "role_name" {
  description = "The name of the role to create."
  type        = string
  default     = ${quoted(input.role.name)}

  validation {
    condition     = can(regex("^[A-Za-z0-9_+=,.@-]{1,64}$", var.role_name))
    error_message = "Must be 1 to 64 letters, digits or characters of _+=,.@-."
  }
}

variable "role_path" {
  description = "The path of the role."
  type        = string
  default     = ${quoted(rolePath(input))}

  validation {
    condition     = can(regex("^/([!-~]*/)?$", var.role_path))
    error_message = "Must begin and end with a slash."
  }
}

variable "permissions_boundary_arn" {
  description = "The ARN of a permissions boundary for the role; null for none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:aws[a-z-]*:iam::[^:]*:policy/.+$", var.permissions_boundary_arn))
    error_message = "Must be the ARN of an IAM policy, or null."
  }
}`;
}

function actions(input: KitInput): string {
  const named = trustActions(input);
  return typeof named === 'string' ? quoted(named) : `[${named.map(quoted).join(', ')}]`;
}

function role(input: KitInput): string {
  const { partition, brokerRoleArn } = input.vendor;
  return lines(
    'resource "aws_iam_role" "vendor" {',
    '  name                 = var.role_name',
    '  path                 = var.role_path',
    `  description          = ${quoted(roleDescription(input, input.tenantId))}`,
    `  max_session_duration = ${input.role.maxSessionDurationSeconds}`,
    '  permissions_boundary = var.permissions_boundary_arn',
    '',
    '  assume_role_policy = jsonencode({',
    '    Version = "2012-10-17"',
    '    Statement = [{',
    '      Effect    = "Allow"',
    `      Principal = { AWS = "arn:${partition}:iam::\${var.vendor_account_id}:root" }`,
    `      Action    = ${actions(input)}`,
    '      Condition = {',
    '        StringEquals = {',
    `          "sts:ExternalId"${brokerRoleArn === null ? '' : '  '} = var.external_ids`,
    brokerRoleArn !== null && `          "aws:PrincipalArn" = ${quoted(policyLiteral(brokerRoleArn))}`,
    '        }',
    '      }',
    '    }]',
    '  })',
    '',
    '  tags = {',
    `    ${quoted(TENANT_TAG)} = ${quoted(tagValue(input.tenantId))}`,
    '  }',
    '}',
  );
}

function managedPolicies(input: KitInput): string | false {
  const arns = managedPolicyArns(input);
  if (arns.length === 0) return false;
  return lines(
    '',
    'resource "aws_iam_role_policy_attachment" "vendor" {',
    '  for_each = toset([',
    ...arns.map((arn) => `    ${quoted(arn)},`),
    '  ])',
    '',
    '  role       = aws_iam_role.vendor.name',
    '  policy_arn = each.value',
    '}',
  );
}

function inlinePolicy(input: KitInput): string | false {
  if (input.permissions.inlinePolicy === null) return false;
  return lines(
    '',
    'resource "aws_iam_role_policy" "vendor" {',
    `  name = ${quoted(INLINE_POLICY_NAME)}`,
    '  role = aws_iam_role.vendor.name',
    '',
    `  policy = ${jsonHeredoc(input.permissions.inlinePolicy)}`,
    '}',
  );
}

/** `terraform.tf`, for Terraform 1.0 or OpenTofu and the AWS provider from 4 on; a file to stand in a module of one's own. */
export function renderTerraform(input: KitInput): string {
  assertKitInput(input);
  return lines(
    ...headerLines(input, input.tenantId).map((line) => `# ${line}`),
    '',
    variables(input),
    '',
    role(input),
    managedPolicies(input),
    inlinePolicy(input),
    '',
    'output "role_arn" {',
    '  description = "Give this ARN to the vendor."',
    '  value       = aws_iam_role.vendor.arn',
    '}',
    '',
  );
}
