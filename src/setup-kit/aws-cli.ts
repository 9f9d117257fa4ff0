import {
  asciiJson,
  assertKitInput,
  headerLines,
  INLINE_POLICY_NAME,
  type KitInput,
  managedPolicyArns,
  roleDescription,
  rolePath,
} from './setup-kit.ts';
import { buildTrustPolicy } from './trust-policy-document.ts';

/** Between single quotes a POSIX shell leaves everything alone but the quote itself. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function constants(input: KitInput): string {
  return `# These may be edited.
ROLE_NAME=${quoted(input.role.name)}
ROLE_PATH=${quoted(rolePath(input))}
MAX_SESSION_DURATION_SECONDS=${input.role.maxSessionDurationSeconds}
# The ARN of a permissions boundary for the role; empty for none.
PERMISSIONS_BOUNDARY_ARN=''
# A role that exists and does not name this external ID may be somebody else's: only 'yes' lets it be changed.
REPLACE_TRUST_POLICY='no'

DESCRIPTION=${quoted(roleDescription(input, input.tenantId))}
TRUST_POLICY=${quoted(asciiJson(buildTrustPolicy(input)))}`;
}

/**
 * To create is to ask whether the role is there: no look that could be out of date, and a run that ended half-way is
 * completed by the next one. Whether an existing role is this tenant's is read off its trust policy, since an
 * external ID is never issued twice: without that, a name in use elsewhere would have its trust replaced, cutting
 * off whoever used it and giving the vendor what that role may do.
 */
function createOrUpdate(externalIds: readonly string[]): string {
  const mentions = externalIds.map((id) => `*${quoted(id)}*`).join(' | ');
  return `set -- --role-name="$ROLE_NAME" --path="$ROLE_PATH" --description="$DESCRIPTION" \\
  --max-session-duration="$MAX_SESSION_DURATION_SECONDS" --assume-role-policy-document="$TRUST_POLICY"
if [ -n "$PERMISSIONS_BOUNDARY_ARN" ]; then
  set -- "$@" --permissions-boundary="$PERMISSIONS_BOUNDARY_ARN"
fi

if error=$(aws iam create-role "$@" 2>&1 >/dev/null); then
  say "Created the role $ROLE_NAME."
else
  case $error in
    *'An error occurred (EntityAlreadyExists) '*) ;;
    *)
      say "$error"
      exit 1
      ;;
  esac
  current=$(aws iam get-role --role-name="$ROLE_NAME" --query=Role.AssumeRolePolicyDocument --output=json)
  case $REPLACE_TRUST_POLICY:$current in
    yes:* | ${mentions}) ;;
    *)
      say "The role $ROLE_NAME exists already, and its trust policy does not name this external ID. Nothing was changed."
      say "Choose another ROLE_NAME at the top of this script or, if the role is meant for this, set REPLACE_TRUST_POLICY there to yes."
      exit 1
      ;;
  esac
  aws iam update-assume-role-policy --role-name="$ROLE_NAME" --policy-document="$TRUST_POLICY"
  say "The role $ROLE_NAME exists already: updated its trust policy."
fi`;
}

function permissions(input: KitInput): string[] {
  const { inlinePolicy } = input.permissions;
  const attach = managedPolicyArns(input).map(
    (arn) => `aws iam attach-role-policy --role-name="$ROLE_NAME" --policy-arn=${quoted(arn)}`,
  );
  if (inlinePolicy === null) return attach;
  const name = `--role-name="$ROLE_NAME" --policy-name=${quoted(INLINE_POLICY_NAME)}`;
  return [`aws iam put-role-policy ${name} --policy-document=${quoted(asciiJson(inlinePolicy))}`, ...attach];
}

/**
 * `aws-cli.sh`, for any POSIX shell and `aws-cli` from 1.x or 2.x on (AWS CLI Command Reference, "iam"). Values are
 * given as `--option=value`, for a role's name may begin with a hyphen. The ARN is all that goes to standard output.
 */
export function renderAwsCli(input: KitInput): string {
  assertKitInput(input);
  return [
    '#!/bin/sh',
    ...headerLines(input, input.tenantId).map((line) => `# ${line}`),
    '# Run again, it brings the trust policy and the permissions of the same role up to date.',
    'set -eu',
    '# A pager or a prompt would wait for a key.',
    "AWS_PAGER='' AWS_CLI_AUTO_PROMPT=off",
    'export AWS_PAGER AWS_CLI_AUTO_PROMPT',
    '# IAM is one for all Regions; some Region aws must know, to find the partition.',
    `REGION=${quoted(input.region)}`,
    `AWS_DEFAULT_REGION=\${AWS_DEFAULT_REGION:-\${AWS_REGION:-$REGION}}`,
    'export AWS_DEFAULT_REGION',
    '',
    constants(input),
    '',
    'say() { printf \'%s\\n\' "$1" >&2; }',
    '',
    createOrUpdate(input.externalIds),
    '',
    ...permissions(input),
    '',
    'say "Done. Give this ARN to the vendor:"',
    'aws iam get-role --role-name="$ROLE_NAME" --query=Role.Arn --output=text',
    '',
  ].join('\n');
}
