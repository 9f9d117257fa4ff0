import { formatAsciiJson, formatHeader, formatRoleDescription } from '../kit-text.ts';
import {
  assertTenantSetupKit,
  INLINE_POLICY_NAME,
  resolveRolePath,
  type TenantSetupKit,
  uniqueManagedPolicyArns,
} from '../setup-kit.ts';
import { buildTrustPolicy } from '../trust-policy-document.ts';

/** Quotes a value for a POSIX shell. Between single quotes, only the single quote itself has a meaning. */
export const quoteForShell = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function renderVariables(kit: TenantSetupKit): string {
  return `# You may edit these values.
ROLE_NAME=${quoteForShell(kit.role.name)}
ROLE_PATH=${quoteForShell(resolveRolePath(kit))}
MAX_SESSION_DURATION_SECONDS=${kit.role.maxSessionDurationSeconds}
# The ARN of a permissions boundary for the role. Empty: the role gets none.
PERMISSIONS_BOUNDARY_ARN=''
# An existing role without this external ID may have another purpose. It is only changed if this is 'yes'.
REPLACE_TRUST_POLICY='no'

DESCRIPTION=${quoteForShell(formatRoleDescription(kit, kit.tenantId))}
TRUST_POLICY=${quoteForShell(formatAsciiJson(buildTrustPolicy(kit)))}`;
}

/**
 * Creates the role, or updates the trust policy of an existing one.
 *
 * The script calls create-role first instead of checking whether the role exists. So there is no race, and a run that was
 * interrupted is completed by the next one. It updates an existing role only if its trust policy contains the external
 * ID, which is never issued twice. Otherwise it could replace the trust policy of an unrelated role with the same name:
 * the users of that role would lose access, and the vendor would gain its permissions.
 */
function renderCreateOrUpdate(externalIds: readonly string[]): string {
  const patterns = externalIds.map((id) => `*${quoteForShell(id)}*`).join(' | ');
  return `set -- --role-name="$ROLE_NAME" --path="$ROLE_PATH" --description="$DESCRIPTION" \\
  --max-session-duration="$MAX_SESSION_DURATION_SECONDS" --assume-role-policy-document="$TRUST_POLICY"
if [ -n "$PERMISSIONS_BOUNDARY_ARN" ]; then
  set -- "$@" --permissions-boundary="$PERMISSIONS_BOUNDARY_ARN"
fi

if error=$(aws iam create-role "$@" 2>&1 >/dev/null); then
  log "Created the role $ROLE_NAME."
else
  case $error in
    *'An error occurred (EntityAlreadyExists) '*) ;;
    *)
      log "$error"
      exit 1
      ;;
  esac
  current=$(aws iam get-role --role-name="$ROLE_NAME" --query=Role.AssumeRolePolicyDocument --output=json)
  case $REPLACE_TRUST_POLICY:$current in
    yes:* | ${patterns}) ;;
    *)
      log "The role $ROLE_NAME already exists, and its trust policy does not contain this external ID. Nothing was changed."
      log "Choose another ROLE_NAME at the top of this script. If this is the intended role, set REPLACE_TRUST_POLICY to yes instead."
      exit 1
      ;;
  esac
  aws iam update-assume-role-policy --role-name="$ROLE_NAME" --policy-document="$TRUST_POLICY"
  log "The role $ROLE_NAME already exists. Updated its trust policy."
fi`;
}

function renderPermissions(kit: TenantSetupKit): string[] {
  const { inlinePolicy } = kit.permissions;
  const attach = uniqueManagedPolicyArns(kit).map(
    (arn) => `aws iam attach-role-policy --role-name="$ROLE_NAME" --policy-arn=${quoteForShell(arn)}`,
  );
  if (inlinePolicy === null) return attach;
  const name = `--role-name="$ROLE_NAME" --policy-name=${quoteForShell(INLINE_POLICY_NAME)}`;
  return [
    `aws iam put-role-policy ${name} --policy-document=${quoteForShell(formatAsciiJson(inlinePolicy))}`,
    ...attach,
  ];
}

/**
 * Renders `aws-cli.sh` for any POSIX shell and version 1 or 2 of the AWS CLI (AWS CLI Command Reference, "iam"). Options are
 * written as `--option=value` because the name of a role may begin with a hyphen. Only the ARN of the role goes to standard
 * output.
 */
export function renderAwsCli(kit: TenantSetupKit): string {
  assertTenantSetupKit(kit);
  return [
    '#!/bin/sh',
    ...formatHeader(kit, kit.tenantId).map((line) => `# ${line}`),
    '# Run it again to update the trust policy and the permissions of the role.',
    'set -eu',
    '# A pager or a prompt would wait for input.',
    "AWS_PAGER='' AWS_CLI_AUTO_PROMPT=off",
    'export AWS_PAGER AWS_CLI_AUTO_PROMPT',
    '# IAM is global within a partition. The Region only selects the partition.',
    `REGION=${quoteForShell(kit.region)}`,
    `AWS_DEFAULT_REGION=\${AWS_DEFAULT_REGION:-\${AWS_REGION:-$REGION}}`,
    'export AWS_DEFAULT_REGION',
    '',
    renderVariables(kit),
    '',
    'log() { printf \'%s\\n\' "$1" >&2; }',
    '',
    renderCreateOrUpdate(kit.externalIds),
    '',
    ...renderPermissions(kit),
    '',
    'log "Done. Give this ARN to the vendor:"',
    'aws iam get-role --role-name="$ROLE_NAME" --query=Role.Arn --output=text',
    '',
  ].join('\n');
}
