import { PARTITIONS, parseRoleArn, type RoleArn } from '../aws/arn.ts';
import type { Problem } from '../http/problem.ts';
import type { Message } from '../lib/message.ts';
import { assertRoleAllowed, type VendorAccounts } from './connection.ts';
import { roleMessage, roleProblem } from './role-texts.ts';

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
  if (typed === '') throw invalidInput(roleMessage('role.empty'));
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
  if (/^["'`]|["'`]$/.test(roleArn)) throw invalidInput(roleMessage('role.quotes'));
  if (/^\d{4}[\s-]?\d{4}[\s-]?\d{4}$/.test(roleArn))
    throw invalidInput(roleMessage('role.isAccountId', { account: roleArn.replace(/\D/g, '') }));
  if (/\s/.test(roleArn)) throw invalidInput(roleMessage('role.space'));
  if (!roleArn.startsWith('arn:')) throw invalidInput(explainNotAnArn(roleArn));
  assertArnComponents(roleArn);
  if (parseRoleArn(roleArn) === null && /:role\//.test(roleArn))
    throw invalidInput(roleMessage('role.malformed'));
  return assertRoleAllowed(roleArn, vendor);
}

function buildKitRoleArn(accountId: string, { partition, role }: RoleInputContext): string {
  if (accountId.length !== 12)
    throw invalidInput(roleMessage('role.accountIdLength', { length: accountId.length }));
  return `arn:${partition}:iam::${accountId}:role${role.path ?? '/'}${role.name}`;
}

function explainNotAnArn(text: string): Message {
  if (/^\d[\d\s-]{8,}\S{1,3}$/.test(text)) return roleMessage('role.accountIdCharacters');
  if (/^arn:/i.test(text)) return roleMessage('role.beginning');
  if (/^[\w+=.@-]{1,64}$/.test(text)) return roleMessage('role.isName', { name: text });
  return roleMessage('role.notAnArn');
}

/** Finds mistakes in the components of an ARN (IAM User Guide, "IAM identifiers"). */
function assertArnComponents(arn: string): void {
  const [, partition = '', service = '', region, accountId = '', ...rest] = arn.split(':');
  if (!(PARTITIONS as readonly string[]).includes(partition))
    throw invalidInput(roleMessage('role.unknownPartition', { partition: partition.slice(0, 40) }));
  if (service === '') throw invalidInput(roleMessage('role.noService'));
  if (service !== 'iam' && service !== 'sts')
    throw invalidInput(roleMessage('role.otherService', { service: service.slice(0, 40) }));
  if (region !== '') throw invalidInput(roleMessage('role.region'));
  assertAccountId(accountId);
  if (service === 'iam') assertRoleResource(rest.join(':'));
}

function assertAccountId(accountId: string): void {
  if (/^\d{12}$/.test(accountId)) return;
  if (accountId === '') throw invalidInput(roleMessage('role.noAccount'));
  throw invalidInput(
    /^\d+$/.test(accountId)
      ? roleMessage('role.accountLengthInArn', { length: accountId.length })
      : roleMessage('role.accountInArn', { account: accountId.slice(0, 40) }),
  );
}

function assertRoleResource(resource: string): void {
  if (/^role\/?$/.test(resource)) throw invalidInput(roleMessage('role.noName'));
  if (resource.startsWith('policy/')) throw invalidInput(roleMessage('role.isPolicy'));
  if (resource.includes('//')) throw invalidInput(roleMessage('role.path'));
  if (resource.startsWith('role/')) assertRoleName(resource.slice(resource.lastIndexOf('/') + 1));
}

function assertRoleName(name: string): void {
  const [character] = /[^\w+=,.@-]/u.exec(name) ?? [];
  if (character !== undefined) throw invalidInput(roleMessage('role.nameCharacter', { character }));
  if (name.length > 64) throw invalidInput(roleMessage('role.nameLength', { length: name.length }));
}

const invalidInput = (message: Message): Problem => roleProblem('validation_failed', message);
