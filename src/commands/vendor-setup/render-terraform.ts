import { formatJsonHeredoc, joinLines, quoteForHcl } from '../../setup-kit/terraform/hcl.ts';
import { BROKER_DESCRIPTION, BROKER_POLICY_NAME, CANARY_DESCRIPTION, formatVendorHeader } from './header.ts';
import { brokerTrustPolicy, canaryTrustPolicy, identityPolicy } from './policies.ts';
import { assertVendorRoles, type CanaryRole, type VendorRoles } from './vendor-roles.ts';

/** Renders a root module for Terraform 1.0 or OpenTofu, which refuses to run in any other account. */
export function renderTerraform(roles: VendorRoles): string {
  assertVendorRoles(roles);
  const { canary } = roles;
  return joinLines(
    ...formatVendorHeader(roles).map((line) => `# ${line}`),
    '',
    renderBrokerProvider(roles),
    '',
    renderBrokerRole(roles),
    renderInstanceProfile(roles),
    canary !== null && renderCanaryRole(roles, canary),
    '',
    renderOutput('broker_role_arn', 'COUNTERSIGN_BROKER_ROLE_ARN', 'broker'),
    canary !== null && renderOutput('canary_role_arn', 'COUNTERSIGN_CANARY_ROLE_ARN', 'canary'),
    '',
  );
}

const renderBrokerProvider = ({ accountId }: VendorRoles): string => `provider "aws" {
  allowed_account_ids = [${quoteForHcl(accountId)}]
}`;

const renderBrokerRole = (roles: VendorRoles): string => `resource "aws_iam_role" "broker" {
  name        = ${quoteForHcl(roles.broker.name)}
  path        = ${quoteForHcl(roles.broker.path)}
  description = ${quoteForHcl(BROKER_DESCRIPTION)}

  assume_role_policy = ${formatJsonHeredoc(brokerTrustPolicy(roles))}
}

resource "aws_iam_role_policy" "broker" {
  name = ${quoteForHcl(BROKER_POLICY_NAME)}
  role = aws_iam_role.broker.name

  policy = ${formatJsonHeredoc(identityPolicy(roles))}
}`;

function renderInstanceProfile({ broker: { name, principal } }: VendorRoles): string | false {
  if (principal.type !== 'service' || !principal.service.startsWith('ec2.')) return false;
  return `
resource "aws_iam_instance_profile" "broker" {
  name = ${quoteForHcl(name)}
  role = aws_iam_role.broker.name
}`;
}

const renderCanaryRole = (roles: VendorRoles, canary: CanaryRole): string => `
variable "canary_profile" {
  description = "The AWS CLI profile with credentials of the canary's account."
  type        = string
}

provider "aws" {
  alias               = "canary"
  profile             = var.canary_profile
  allowed_account_ids = [${quoteForHcl(canary.accountId)}]
}

resource "aws_iam_role" "canary" {
  provider    = aws.canary
  name        = ${quoteForHcl(canary.name)}
  path        = ${quoteForHcl(canary.path)}
  description = ${quoteForHcl(CANARY_DESCRIPTION)}

  assume_role_policy = ${formatJsonHeredoc(canaryTrustPolicy(roles, canary))}
}`;

const renderOutput = (name: string, variable: string, role: string): string => `output "${name}" {
  description = "The value of ${variable}."
  value       = aws_iam_role.${role}.arn
}`;
