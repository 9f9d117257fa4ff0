import { PARTITIONS, parseRoleArn } from '../aws/arn.ts';
import { Problem } from '../http/problem.ts';
import { assertRoleAllowed } from './connection.ts';

export interface RoleInputRules {
  vendor: { partition: string; ownAccountIds: readonly string[] };
  /** The role of the setup kit, for those who give an account alone. */
  role: { name: string; path?: string };
}

/**
 * The role that a person means who types or pastes an ARN, or only the account in which the kit's role was created.
 * Spaces and quotes around it are dropped. Each likely mistake has its own sentence.
 * @throws Problem `validation_failed` or `role_not_allowed`, the whole sentence in `detail`
 */
export function readRole(text: string, rules: RoleInputRules): string {
  const typed = text.replace(/^[\s"'`\u200b\ufeff]+|[\s"'`,;\u200b\ufeff]+$/g, '');
  if (typed === '') throw wrong("Give the role's ARN, or the 12-digit ID of the AWS account it lies in.");
  const roleArn = /^[\d\s-]+$/.test(typed) ? roleOfKit(typed.replace(/\D/g, ''), rules) : typed;
  if (/\s/.test(roleArn)) throw wrong('There is a space in this ARN. Copy it again, in one piece.');
  if (!roleArn.startsWith('arn:')) throw wrong(notAnArn(roleArn));
  assertParts(roleArn);
  if (parseRoleArn(roleArn) === null && /:role\//.test(roleArn)) {
    throw wrong("This is not the ARN of a role as IAM writes it. Copy it again from the role's page.");
  }
  assertRoleAllowed(roleArn, rules.vendor);
  return roleArn;
}

function roleOfKit(accountId: string, { vendor, role }: RoleInputRules): string {
  if (accountId.length !== 12) throw wrong(`An AWS account ID has 12 digits; this has ${accountId.length}.`);
  return `arn:${vendor.partition}:iam::${accountId}:role${role.path ?? '/'}${role.name}`;
}

function notAnArn(text: string): string {
  if (/^\d[\d\s-]{8,}\S{1,3}$/.test(text)) return 'An AWS account ID has 12 digits, and nothing else in it.';
  if (/^arn:/i.test(text))
    return 'An ARN is written in small letters up to the name of the role: arn:aws:iam::…';
  if (/^[\w+=.@-]{1,64}$/.test(text)) {
    return `This looks like a role's name alone. Give the role's ARN, like arn:aws:iam::111122223333:role/${text}, or the 12-digit ID of the account.`;
  }
  return 'This is not an ARN. The ARN of a role looks like arn:aws:iam::111122223333:role/Name; the IAM console shows it on the page of the role.';
}

/** What the shape of an ARN tells before anybody asks what it names (IAM User Guide, "IAM identifiers"). */
function assertParts(arn: string): void {
  const [, partition = '', service = '', region, accountId = '', ...rest] = arn.split(':');
  if (!(PARTITIONS as readonly string[]).includes(partition)) {
    throw wrong(
      `"arn:${partition.slice(0, 40)}:" is not how an ARN of AWS begins. Copy the whole ARN again.`,
    );
  }
  if (service !== 'iam' && service !== 'sts') {
    throw wrong(
      `This ARN is not of IAM but of ${service === '' ? 'nothing' : `"${service.slice(0, 40)}"`}. Give the ARN of an IAM role.`,
    );
  }
  if (region !== '')
    throw wrong('An ARN of IAM has no Region in it: there are two colons before the account.');
  if (!/^\d{12}$/.test(accountId)) {
    const found = accountId.slice(0, 40);
    const digits = /^\d+$/.test(accountId) ? `this ARN has one of ${accountId.length}` : `"${found}" is none`;
    throw wrong(
      `An AWS account ID has 12 digits; ${accountId === '' ? 'this ARN has none' : digits}. Copy the whole ARN again.`,
    );
  }
  const name = rest.join(':');
  if (service === 'iam' && /^role\/?$/.test(name)) {
    throw wrong("This ARN ends before the role's name. Copy the whole ARN again.");
  }
  if (service === 'iam' && name.startsWith('role/')) assertName(name.slice(name.lastIndexOf('/') + 1));
  if (service === 'iam' && /^policy\//.test(name)) {
    throw wrong('This ARN names a policy, not a role. The role has an ARN of its own, with :role/ in it.');
  }
}

function assertName(name: string): void {
  const [strange] = /[^\w+=,.@-]/u.exec(name) ?? [];
  if (strange !== undefined) {
    throw wrong(`"${strange}" cannot stand in the name of a role. Copy the ARN again from the role's page.`);
  }
  if (name.length > 64) {
    throw wrong(
      `The name of a role has 64 characters at the most; this has ${name.length}. Copy the ARN again.`,
    );
  }
}

function wrong(detail: string): Problem {
  return new Problem('validation_failed', detail);
}
