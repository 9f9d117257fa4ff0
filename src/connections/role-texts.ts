import { Problem } from '../http/problem.ts';
import { createMessages, formatMessage, type Message } from '../lib/message.ts';

/** Why a role or an account ID is rejected, in English. The hosted page has the same texts in other languages. */
export const ROLE_TEXTS = {
  'role.empty': "Enter the role's ARN, or the 12-digit ID of its AWS account.",
  'role.quotes': 'There are quotes around this ARN. Send it without them.',
  'role.space': 'This ARN contains a space. Copy it again in one piece.',
  'role.isAccountId':
    'This is the ID of an account. Send the ARN of the role, like arn:aws:iam::{account}:role/Name.',
  'role.accountIdLength': 'An AWS account ID has 12 digits; this one has {length}.',
  'role.accountIdCharacters': 'An AWS account ID has 12 digits and no other characters.',
  'role.beginning': 'The beginning of an ARN is in lower case, up to the name of the role: arn:aws:iam::…',
  'role.isName':
    "This looks like the name of a role. Enter the role's ARN, like arn:aws:iam::111122223333:role/{name}, or the 12-digit ID of the account.",
  'role.notAnArn':
    'This is not an ARN. The ARN of a role looks like arn:aws:iam::111122223333:role/Name; the IAM console shows it on the page of the role.',
  'role.malformed':
    'This is not a valid role ARN. Copy it again from the page of the role in the IAM console.',
  'role.unknownPartition': '"arn:{partition}:" is not the beginning of an AWS ARN. Copy the whole ARN again.',
  'role.noService': 'This ARN names no service. Enter the ARN of an IAM role.',
  'role.otherService': 'This ARN belongs to the service "{service}". Enter the ARN of an IAM role.',
  'role.region': 'An IAM ARN has no Region: the account follows after two colons.',
  'role.noAccount': 'An AWS account ID has 12 digits; this ARN has no account ID. Copy the whole ARN again.',
  'role.accountLengthInArn':
    'An AWS account ID has 12 digits; the one in this ARN has {length}. Copy the whole ARN again.',
  'role.accountInArn':
    'An AWS account ID has 12 digits; "{account}" is not an account ID. Copy the whole ARN again.',
  'role.noName': "This ARN ends before the role's name. Copy the whole ARN again.",
  'role.isPolicy': 'This is the ARN of a policy. The ARN of the role has :role/ in it.',
  'role.path': 'The path in this ARN contains "//". Copy the ARN again.',
  'role.nameCharacter':
    'A role name cannot contain "{character}". Copy the ARN again from the page of the role in the IAM console.',
  'role.nameLength': 'A role name has at most 64 characters; this one has {length}. Copy the ARN again.',

  'role.ownAccount':
    'This role is in an AWS account of {vendor}. Enter the ARN of the role that was created in the account to connect.',
  'role.serviceLinked':
    'This is a service-linked role, which belongs to an AWS service. Create a separate role.',
  'role.sso': 'This role belongs to AWS IAM Identity Center (SSO). Create a separate role.',
  'role.partition':
    'This role is in the AWS partition {partition}, but {vendor} works in {partitions}. Roles cannot be assumed across AWS partitions.',
  'role.session':
    "This is the ARN of a session of a role, not the role's own ARN. Enter the ARN of a role, like arn:aws:iam::111122223333:role/Name.",
  'role.root':
    'This is the ARN of the root user of an account, not a role. Enter the ARN of a role, like arn:aws:iam::111122223333:role/Name.',
  'role.instanceProfile':
    'This is the ARN of an instance profile; its role has an ARN of its own. Enter the ARN of a role, like arn:aws:iam::111122223333:role/Name.',
  'role.otherKind':
    'This is the ARN of a {kind}, not a role. Enter the ARN of a role, like arn:aws:iam::111122223333:role/Name.',
  'role.duplicate': 'This account is in the list more than once. See the outcome of its first occurrence.',
  'role.notAnAccountId': 'This is not an AWS account ID, which has 12 digits.',
} as const;

export const roleMessage = createMessages(ROLE_TEXTS);

/** The error of a role that cannot be used, with the whole text in `detail`. */
export function roleProblem(
  code: 'validation_failed' | 'role_not_allowed' | 'conflict',
  message: Message,
): Problem {
  const detail = formatMessage(ROLE_TEXTS, message);
  const errors = code === 'validation_failed' ? [{ path: 'roleArn', message: detail }] : undefined;
  return new Problem(code, detail, { message, ...(errors && { errors }) });
}
