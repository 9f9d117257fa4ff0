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
  const { inlinePolicy } = kit.permissions;
  return `# You may edit these values.
ROLE_NAME=${quoteForShell(kit.role.name)}
ROLE_PATH=${quoteForShell(resolveRolePath(kit))}
MAX_SESSION_DURATION_SECONDS=${kit.role.maxSessionDurationSeconds}
# The ARN of a permissions boundary for the role. Empty: a new role gets none, and an existing role keeps its own.
PERMISSIONS_BOUNDARY_ARN=''
# An existing role that differs from this script in more than the external ID is only changed if this is 'yes'.
OVERWRITE_ROLE=\${OVERWRITE_ROLE:-no}

DESCRIPTION=${quoteForShell(formatRoleDescription(kit, kit.tenantId))}
TRUST_POLICY=${quoteForShell(formatAsciiJson(buildTrustPolicy(kit)))}${inlinePolicy === null ? '' : `\nINLINE_POLICY=${quoteForShell(formatAsciiJson(inlinePolicy))}`}`;
}

/**
 * Creates the role. The script calls create-role first instead of checking whether the role exists, so there is no race.
 * With `is_new=no` the role existed before.
 */
const CREATE = `set -- --role-name="$ROLE_NAME" --path="$ROLE_PATH" --description="$DESCRIPTION" \\
  --max-session-duration="$MAX_SESSION_DURATION_SECONDS" --assume-role-policy-document="$TRUST_POLICY"
if [ -n "$PERMISSIONS_BOUNDARY_ARN" ]; then
  set -- "$@" --permissions-boundary="$PERMISSIONS_BOUNDARY_ARN"
fi

is_new=yes
if error=$(aws iam create-role "$@" 2>&1 >/dev/null); then
  log "Created the role $ROLE_NAME."
else
  case $error in
    *'An error occurred (EntityAlreadyExists) '*) is_new=no ;;
    *)
      log "$error"
      exit 1
      ;;
  esac
fi`;

const UUID = '[0-9a-f]\\{8\\}-[0-9a-f]\\{4\\}-[0-9a-f]\\{4\\}-[0-9a-f]\\{4\\}-[0-9a-f]\\{12\\}';

/**
 * Functions that compare an existing role with this script. They only read, and collect the differences, so that what the
 * customer tightened is never undone without being shown.
 *
 * `normalize` removes white space and reads one external ID or a list of them as the same: that is the only difference that a
 * rotation makes. A trust policy without this tenant's external ID belongs to an unrelated role with the same name: its users
 * would lose access, and the vendor would gain its permissions.
 */
function renderComparison(externalIds: readonly string[]): string {
  const patterns = externalIds.map((id) => `*${quoteForShell(id)}*`).join(' | ');
  return `differences=
differ() {
  differences="$differences
- $1"
}
normalize() {
  printf '%s' "$1" | tr -d ' \\n\\r\\t' | sed 's/"${UUID}"/ID/g; s/\\[ID,ID\\]/ID/g; s/\\[ID\\]/ID/g'
}
get_role() { aws iam get-role --role-name="$ROLE_NAME" --query="$1" --output="$2"; }

compare_trust_policy() {
  current=$(get_role Role.AssumeRolePolicyDocument json)
  case $current in
    ${patterns}) ;;
    *) differ "The trust policy does not contain this external ID. The role may have another purpose." ;;
  esac
  if [ "$(normalize "$current")" != "$(normalize "$TRUST_POLICY")" ]; then
    differ "The trust policy is another one:
$current"
  fi
}

compare_settings() {
  path=$(get_role Role.Path text)
  if [ "$path" != "$ROLE_PATH" ]; then
    log "The role $ROLE_NAME exists with the path $path, and IAM cannot change it. Set ROLE_PATH to $path, or choose another ROLE_NAME."
    exit 1
  fi
  duration=$(get_role Role.MaxSessionDuration text)
  if [ "$duration" != "$MAX_SESSION_DURATION_SECONDS" ]; then
    differ "The maximum session duration is $duration seconds. The script sets $MAX_SESSION_DURATION_SECONDS."
  fi
  boundary=$(get_role Role.PermissionsBoundary.PermissionsBoundaryArn text)
  if [ -n "$PERMISSIONS_BOUNDARY_ARN" ] && [ "$boundary" != "$PERMISSIONS_BOUNDARY_ARN" ]; then
    differ "The permissions boundary is $boundary. The script sets $PERMISSIONS_BOUNDARY_ARN."
  fi
}`;
}

/** Compares the permissions of an existing role. */
function renderPermissionComparison(kit: TenantSetupKit): string {
  const { inlinePolicy } = kit.permissions;
  const arns = uniqueManagedPolicyArns(kit);
  const inline =
    inlinePolicy !== null &&
    `  current=$(aws iam get-role-policy --role-name="$ROLE_NAME" --policy-name=${quoteForShell(INLINE_POLICY_NAME)} --query=PolicyDocument --output=json) || current='none that can be read'
  if [ "$(normalize "$current")" != "$(normalize "$INLINE_POLICY")" ]; then
    differ "The inline policy ${INLINE_POLICY_NAME} is another one:
$current"
  fi`;
  const managed =
    arns.length > 0 &&
    [
      `  attached=" $(aws iam list-attached-role-policies --role-name="$ROLE_NAME" --query='AttachedPolicies[].PolicyArn' --output=text | tr '\\n\\t' '  ') "`,
      ...arns.map((arn) => `  compare_attached ${quoteForShell(arn)}`),
    ].join('\n');
  const body = [inline, managed].filter((part) => part !== false).join('\n');
  return `${managed === false ? '' : COMPARE_ATTACHED}compare_permissions() {
${body === '' ? '  :' : body}
}`;
}

const COMPARE_ATTACHED = `compare_attached() {
  case $attached in
    *" $1 "*) ;;
    *) differ "The policy $1 is not attached." ;;
  esac
}
`;

const CHECK_EXISTING = `if [ $is_new = no ]; then
  compare_settings
  compare_trust_policy
  compare_permissions
  if [ -n "$differences" ] && [ "$OVERWRITE_ROLE" != yes ]; then
    log "The role $ROLE_NAME exists and differs from this script. Nothing was changed.$differences"
    log "To overwrite it, run the script again with OVERWRITE_ROLE=yes. To keep your changes, add the statement of this script's TRUST_POLICY to the trust policy of the role. If this is not the intended role, choose another ROLE_NAME."
    exit 1
  fi
  aws iam update-assume-role-policy --role-name="$ROLE_NAME" --policy-document="$TRUST_POLICY"
  if [ "$duration" != "$MAX_SESSION_DURATION_SECONDS" ]; then
    aws iam update-role --role-name="$ROLE_NAME" --max-session-duration="$MAX_SESSION_DURATION_SECONDS"
  fi
  if [ -n "$PERMISSIONS_BOUNDARY_ARN" ] && [ "$boundary" != "$PERMISSIONS_BOUNDARY_ARN" ]; then
    aws iam put-role-permissions-boundary --role-name="$ROLE_NAME" --permissions-boundary="$PERMISSIONS_BOUNDARY_ARN"
  fi
  log "The role $ROLE_NAME already exists. Updated it to this script."
fi`;

function renderPermissions(kit: TenantSetupKit): string[] {
  const attach = uniqueManagedPolicyArns(kit).map(
    (arn) => `aws iam attach-role-policy --role-name="$ROLE_NAME" --policy-arn=${quoteForShell(arn)}`,
  );
  if (kit.permissions.inlinePolicy === null) return attach;
  const name = `--role-name="$ROLE_NAME" --policy-name=${quoteForShell(INLINE_POLICY_NAME)}`;
  return [`aws iam put-role-policy ${name} --policy-document="$INLINE_POLICY"`, ...attach];
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
    '# Run it again to update the external ID. It shows any other difference before it changes an existing role.',
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
    CREATE,
    '',
    renderComparison(kit.externalIds),
    '',
    renderPermissionComparison(kit),
    '',
    CHECK_EXISTING,
    '',
    ...renderPermissions(kit),
    '',
    'log "Done. Give this ARN to the vendor:"',
    'aws iam get-role --role-name="$ROLE_NAME" --query=Role.Arn --output=text',
    '',
  ].join('\n');
}
