/** What a text that somebody looks for can be. It can always be a reference or the beginning of a name as well. */
export interface SearchTerm {
  text: string;
  externalId?: string;
  accountId?: string;
  roleArn?: string;
  /** The name of a role in the account, from the ARN of a session, which has no path. */
  roleName?: string;
  resource?: { type: string; id: string };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const RESOURCE_ID = /^([a-z]+)_[0-7][0-9a-hjkmnp-tv-z]{25}$/i;
const ARN = /^arn:[a-z-]+:(?:iam|sts)::(\d{12}):(\S+)$/i;

/**
 * Reads a text by its form. Support pastes it from a ticket or from CloudTrail: an account ID may have spaces or hyphens,
 * an ID any case. The ARN of a role's session stands for the role; that of anything else in an account for the account.
 */
export function parseSearchTerm(text: string): SearchTerm {
  if (UUID.test(text)) return { text, externalId: text.toLowerCase() };
  const [, type] = RESOURCE_ID.exec(text) ?? [];
  if (type !== undefined) return { text, resource: { type: type.toLowerCase(), id: text.toLowerCase() } };
  const digits = text.replace(/[\s-]/g, '');
  if (/^\d{12}$/.test(digits)) return { text, accountId: digits };
  const [, accountId, resource = ''] = ARN.exec(text) ?? [];
  return accountId === undefined ? { text } : { text, ...parseArn(text, accountId, resource) };
}

function parseArn(arn: string, accountId: string, resource: string): Omit<SearchTerm, 'text'> {
  if (/^role\/./i.test(resource)) return { roleArn: arn };
  const [, roleName] = /^assumed-role\/([^/]+)\//i.exec(resource) ?? [];
  return roleName === undefined ? { accountId } : { accountId, roleName };
}
