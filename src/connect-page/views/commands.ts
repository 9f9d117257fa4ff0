import { quoteForShell } from '../../setup-kit/artifacts/aws-cli.ts';

/** The account in which a command of the AWS CLI runs, and the endpoint that it calls. */
export interface CommandTarget {
  accountId: string;
  /** Selects the partition in the AWS emulator. */
  region: string;
  /** The AWS emulator of sandbox mode; null for AWS itself. */
  emulatorUrl: string | null;
}

/** The account that the page and `npm start` use in their examples for sandbox mode. */
export const SANDBOX_ACCOUNT = '111111111111';

/**
 * A command of the AWS CLI to paste into a shell. For the AWS emulator the command itself sets endpoint and credentials:
 * an AWS CLI from before July 2023 ignores AWS_ENDPOINT_URL_…, and the customer's own credentials must not be used.
 */
function awsCommand({ accountId, region, emulatorUrl }: CommandTarget, command: string): string {
  if (emulatorUrl === null) return `aws ${command}`;
  const keys = `AWS_ACCESS_KEY_ID=SANDBOX${accountId} AWS_SECRET_ACCESS_KEY=sandbox`;
  return `env -u AWS_PROFILE -u AWS_SESSION_TOKEN ${keys} AWS_REGION=${region} AWS_DEFAULT_REGION=${region} AWS_PAGER= \\
aws --endpoint-url=${emulatorUrl} ${command}`;
}

const roleNameOption = (name: string): string => `--role-name=${quoteForShell(name)}`;

export const updateTrustPolicyCommand = (target: CommandTarget, name: string, policy: string): string =>
  awsCommand(
    target,
    `iam update-assume-role-policy ${roleNameOption(name)} \\\n  --policy-document=${quoteForShell(policy)}`,
  );

export const createRoleCommand = (target: CommandTarget, name: string, policy: string): string =>
  awsCommand(
    target,
    `iam create-role ${roleNameOption(name)} --query=Role.Arn --output=text \\\n  --assume-role-policy-document=${quoteForShell(policy)}`,
  );

export const showTrustPolicyCommand = (target: CommandTarget, name: string): string =>
  awsCommand(
    target,
    `iam get-role ${roleNameOption(name)} --query=Role.AssumeRolePolicyDocument --output=json`,
  );

/** A script of several lines as one command to paste. It runs in a shell of its own, which its `exit` ends. */
export function toPasteableCommand(script: string): string {
  return `sh <<'END_OF_SCRIPT'\n${script.trimEnd()}\nEND_OF_SCRIPT`;
}

/**
 * The setup kit's script for the AWS emulator. An AWS CLI from before July 2023 ignores AWS_ENDPOINT_URL_…, so a shell
 * function adds the endpoint. Credentials that are not the sandbox's are replaced, so that they are not used by mistake.
 */
export function toSandboxScript(script: string, emulatorUrl: string): string {
  const [shebang = '', ...lines] = script.split('\n');
  return [
    shebang,
    '# The AWS emulator of sandbox mode, in account 111111111111 unless the environment has keys of another one.',
    `case \${AWS_ACCESS_KEY_ID-} in SANDBOX*) ;; *) AWS_ACCESS_KEY_ID=SANDBOX111111111111 ;; esac`,
    'AWS_SECRET_ACCESS_KEY=sandbox',
    'unset AWS_SESSION_TOKEN AWS_PROFILE',
    'export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY',
    `aws() { command aws --endpoint-url='${emulatorUrl}' "$@"; }`,
    ...lines,
  ].join('\n');
}
