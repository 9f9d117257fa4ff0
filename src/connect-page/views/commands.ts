import { quoted } from '../../setup-kit/aws-cli.ts';

/** In which account a command is run, and where AWS is. */
export interface Where {
  accountId: string;
  /** Where the local AWS listens; null when AWS is AWS. */
  emulatorUrl: string | null;
}

/** The account of the sandbox that the page and `npm start` speak of. */
export const SANDBOX_ACCOUNT = '111111111111';

/**
 * A command of the AWS CLI, ready to paste. For the local AWS it says so itself: an AWS CLI from before July 2023 reads
 * no AWS_ENDPOINT_URL_…, and keys or a profile of the person's own must not be used by mistake.
 */
function aws({ accountId, emulatorUrl }: Where, command: string): string {
  if (emulatorUrl === null) return `aws ${command}`;
  const keys = `AWS_ACCESS_KEY_ID=SANDBOX${accountId} AWS_SECRET_ACCESS_KEY=sandbox`;
  return `env -u AWS_PROFILE -u AWS_SESSION_TOKEN ${keys} AWS_DEFAULT_REGION=us-east-1 AWS_PAGER= \\
aws --endpoint-url=${emulatorUrl} ${command}`;
}

const role = (name: string): string => `--role-name=${quoted(name)}`;

/** Gives a role that exists another trust policy. */
export const updateTrustPolicy = (where: Where, name: string, policy: string): string =>
  aws(where, `iam update-assume-role-policy ${role(name)} \\\n  --policy-document=${quoted(policy)}`);

/** Makes a role with this trust policy and nothing else. */
export const createRole = (where: Where, name: string, policy: string): string =>
  aws(
    where,
    `iam create-role ${role(name)} --query=Role.Arn --output=text \\\n  --assume-role-policy-document=${quoted(policy)}`,
  );

/** Shows the trust policy that a role has now. */
export const showTrustPolicy = (where: Where, name: string): string =>
  aws(where, `iam get-role ${role(name)} --query=Role.AssumeRolePolicyDocument --output=json`);
