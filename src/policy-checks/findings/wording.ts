import type { Message } from '../../lib/message.ts';
import { quoteForHcl } from '../../setup-kit/terraform/hcl.ts';
import { explanation } from '../../verification/explanation-texts.ts';
import { type CheckContext, externalIdsValue, vendorRootArn } from '../context.ts';
import { fromList, isObject } from '../json-values.ts';

/** The language in which the customer wrote the policy, and in which a fix is written. */
export type Syntax = 'json' | 'cloudformation' | 'terraform' | 'terraform-document';

/** The words of findings for one customer: names, and the members that this customer has to write. */
export interface Wording {
  context: CheckContext;
  /** The vendor, as customers know it. */
  vendor: string;
  /** The external IDs that the vendor sends. */
  ids: Message;
  principal: string;
  action: string;
  /** The operator that requires the external ID, and the whole Condition with it. */
  externalId: string;
  condition: string;
  member(key: string, value: unknown): string;
}

export function wordingFor(context: CheckContext, syntax: Syntax): Wording {
  const member = (key: string, value: unknown) => formatMember(key, value, syntax);
  const StringEquals = { 'sts:ExternalId': externalIdsValue(context) };
  const externalId = member('StringEquals', StringEquals);
  return {
    context,
    vendor: context.vendor.name,
    ids: nameIds(context.externalIds),
    principal: member('Principal', { AWS: vendorRootArn(context) }),
    action: member('Action', fromList(['sts:AssumeRole', ...context.sessionActions])),
    externalId,
    // The data source of Terraform has a block for each operator and key.
    condition: syntax === 'terraform-document' ? externalId : member('Condition', { StringEquals }),
    member,
  };
}

function nameIds([first, second]: readonly [string, ...string[]]): Message {
  return second === undefined
    ? explanation('term.oneId', { first })
    : explanation('term.twoIds', { first, second });
}

/** One member of a statement, as one line of the customer's language. */
function formatMember(key: string, value: unknown, syntax: Syntax): string {
  if (syntax === 'terraform-document') return documentMember(key, value);
  if (syntax === 'terraform') return `${key} = ${inlineHcl(value)}`;
  return syntax === 'json' ? `"${key}": ${inlineJson(value)}` : `${key}: ${inlineJson(value)}`;
}

/** JSON on one line, with a space after each comma and colon. */
const inlineJson = (value: unknown): string =>
  JSON.stringify(value, null, 1)
    .replace(/([{[])\n\s*|\n\s*(?=[}\]])/g, '$1')
    .replace(/\n\s*/g, ' ');

function inlineHcl(value: unknown): string {
  if (typeof value === 'string') return quoteForHcl(value);
  if (Array.isArray(value)) return `[${value.map(inlineHcl).join(', ')}]`;
  if (!isObject(value)) return String(value);
  const members = Object.entries(value).map(([key, inner]) => `${quoteForHcl(key)} = ${inlineHcl(inner)}`);
  return `{ ${members.join(', ')} }`;
}

/** A member in the language of the data source aws_iam_policy_document. */
function documentMember(key: string, value: unknown): string {
  const list = (values: unknown) => inlineHcl(Array.isArray(values) ? values : [values]);
  if (key === 'Action') return `actions = ${list(value)}`;
  if (!isObject(value)) return `${key.toLowerCase()} = ${inlineHcl(value)}`;
  const blocks = Object.entries(value).map(([name, inner]) =>
    key === 'Principal'
      ? `principals {\n  type = "${name}"\n  identifiers = ${list(inner)}\n}`
      : `condition {\n  test = "${key}"\n  variable = "${name}"\n  values = ${list(inner)}\n}`,
  );
  return blocks.join('\n');
}
