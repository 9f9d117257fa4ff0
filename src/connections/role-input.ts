import { PARTITIONS, parseRoleArn, type RoleArn } from '../aws/arn.ts';
import { Problem } from '../http/problem.ts';
import { assertRoleAllowed, type VendorAccounts } from './connection.ts';

export interface RoleInputContext {
  vendor: VendorAccounts;
  /** The partition of an account that is given by its ID alone. */
  partition: string;
  /** The role of the setup kit, which an account ID alone stands for. */
  role: { name: string; path?: string };
}

/**
 * Returns the ARN of the role that a person typed or pasted: an ARN, or only the ID of the account in which the setup
 * kit's role was created. Spaces and quotes around it are removed. Each likely mistake has its own message.
 * @throws Problem `validation_failed` or `role_not_allowed`, with the whole message in `detail`
 */
export function parseRoleInput(text: string, context: RoleInputContext): string {
  const typed = text.replace(/^[\s"'`\u200b\ufeff]+|[\s"'`,;\u200b\ufeff]+$/g, '');
  if (typed === '') throw invalidInput("Enter the role's ARN, or the 12-digit ID of its AWS account.");
  const roleArn = /^[\d\s-]+$/.test(typed) ? buildKitRoleArn(typed.replace(/\D/g, ''), context) : typed;
  validateRoleArn(roleArn, context.vendor);
  return roleArn;
}

/**
 * Returns the parts of a role ARN that may be registered. Programs send the ARN alone: quotes are not removed, and an
 * account ID stands for no role.
 * @throws Problem `validation_failed` or `role_not_allowed`, with the whole message in `detail`
 */
export function validateRoleArn(roleArn: string, vendor: VendorAccounts): RoleArn {
  if (/^["'`]|["'`]$/.test(roleArn))
    throw invalidInput('There are quotes around this ARN. Send it without them.');
  if (/^\d{4}[\s-]?\d{4}[\s-]?\d{4}$/.test(roleArn)) throw invalidInput(explainAccountId(roleArn));
  if (/\s/.test(roleArn)) throw invalidInput('This ARN contains a space. Copy it again in one piece.');
  if (!roleArn.startsWith('arn:')) throw invalidInput(explainNotAnArn(roleArn));
  assertArnComponents(roleArn);
  if (parseRoleArn(roleArn) === null && /:role\//.test(roleArn)) {
    throw invalidInput(
      'This is not a valid role ARN. Copy it again from the page of the role in the IAM console.',
    );
  }
  return assertRoleAllowed(roleArn, vendor);
}

function explainAccountId(text: string): string {
  const accountId = text.replace(/\D/g, '');
  return `This is the ID of an account. Send the ARN of the role, like arn:aws:iam::${accountId}:role/Name.`;
}

function buildKitRoleArn(accountId: string, { partition, role }: RoleInputContext): string {
  if (accountId.length !== 12)
    throw invalidInput(`An AWS account ID has 12 digits; this one has ${accountId.length}.`);
  return `arn:${partition}:iam::${accountId}:role${role.path ?? '/'}${role.name}`;
}

function explainNotAnArn(text: string): string {
  if (/^\d[\d\s-]{8,}\S{1,3}$/.test(text)) return 'An AWS account ID has 12 digits and no other characters.';
  if (/^arn:/i.test(text))
    return 'The beginning of an ARN is in lower case, up to the name of the role: arn:aws:iam::…';
  if (/^[\w+=.@-]{1,64}$/.test(text)) {
    return `This looks like the name of a role. Enter the role's ARN, like arn:aws:iam::111122223333:role/${text}, or the 12-digit ID of the account.`;
  }
  return 'This is not an ARN. The ARN of a role looks like arn:aws:iam::111122223333:role/Name; the IAM console shows it on the page of the role.';
}

/** Finds mistakes in the components of an ARN (IAM User Guide, "IAM identifiers"). */
function assertArnComponents(arn: string): void {
  const [, partition = '', service = '', region, accountId = '', ...rest] = arn.split(':');
  if (!(PARTITIONS as readonly string[]).includes(partition)) {
    throw invalidInput(
      `"arn:${partition.slice(0, 40)}:" is not the beginning of an AWS ARN. Copy the whole ARN again.`,
    );
  }
  if (service !== 'iam' && service !== 'sts') {
    const found = service === '' ? 'names no service' : `belongs to the service "${service.slice(0, 40)}"`;
    throw invalidInput(`This ARN ${found}. Enter the ARN of an IAM role.`);
  }
  if (region !== '') throw invalidInput('An IAM ARN has no Region: the account follows after two colons.');
  assertAccountId(accountId);
  if (service === 'iam') assertRoleResource(rest.join(':'));
}

function assertAccountId(accountId: string): void {
  if (/^\d{12}$/.test(accountId)) return;
  const found = accountId.slice(0, 40);
  const mistake = /^\d+$/.test(accountId)
    ? `the one in this ARN has ${accountId.length}`
    : `"${found}" is not an account ID`;
  throw invalidInput(
    `An AWS account ID has 12 digits; ${accountId === '' ? 'this ARN has no account ID' : mistake}. Copy the whole ARN again.`,
  );
}

function assertRoleResource(resource: string): void {
  if (/^role\/?$/.test(resource)) {
    throw invalidInput("This ARN ends before the role's name. Copy the whole ARN again.");
  }
  if (resource.startsWith('policy/')) {
    throw invalidInput('This is the ARN of a policy. The ARN of the role has :role/ in it.');
  }
  if (resource.includes('//')) throw invalidInput('The path in this ARN contains "//". Copy the ARN again.');
  if (resource.startsWith('role/')) assertRoleName(resource.slice(resource.lastIndexOf('/') + 1));
}

function assertRoleName(name: string): void {
  const [invalid] = /[^\w+=,.@-]/u.exec(name) ?? [];
  if (invalid !== undefined) {
    throw invalidInput(
      `A role name cannot contain "${invalid}". Copy the ARN again from the page of the role in the IAM console.`,
    );
  }
  if (name.length > 64) {
    throw invalidInput(
      `A role name has at most 64 characters; this one has ${name.length}. Copy the ARN again.`,
    );
  }
}

function invalidInput(detail: string): Problem {
  return new Problem('validation_failed', detail, { errors: [{ path: 'roleArn', message: detail }] });
}
