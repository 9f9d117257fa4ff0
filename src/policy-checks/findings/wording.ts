import { quoteForHcl } from '../../setup-kit/terraform/hcl.ts';
import { type CheckContext, externalIdsValue, vendorRootArn } from '../context.ts';
import { isObject } from '../json-values.ts';

/** The language in which the customer wrote the policy, and in which a fix is written. */
export type Syntax = 'json' | 'cloudformation' | 'terraform' | 'terraform-document';

/** What the texts of findings need to name the values that this customer has to write. */
export interface Wording {
  context: CheckContext;
  syntax: Syntax;
}

/** The vendor, as customers know it. */
export const vendorName = ({ context }: Wording): string => context.vendor.name;

/** One member of a statement, as one line of the customer's language. */
export function member(key: string, value: unknown, { syntax }: Pick<Wording, 'syntax'>): string {
  if (syntax === 'terraform-document') return documentMember(key, value);
  if (syntax === 'terraform') return `${key} = ${inlineHcl(value)}`;
  return syntax === 'json' ? `"${key}": ${inlineJson(value)}` : `${key}: ${inlineJson(value)}`;
}

export const inlineJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(inlineJson).join(', ')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}: ${inlineJson(inner)}`);
  return `{${members.join(', ')}}`;
};

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

export const principalMember = (wording: Wording): string =>
  member('Principal', { AWS: vendorRootArn(wording.context) }, wording);

/** The condition on the external ID that the customer has to write. */
export const externalIdMember = (wording: Wording): string =>
  member('StringEquals', { 'sts:ExternalId': externalIdsValue(wording.context) }, wording);

export const actionMember = (wording: Wording): string =>
  member('Action', listOfOne(['sts:AssumeRole', ...wording.context.sessionActions]), wording);

const listOfOne = (values: string[]): string | string[] => (values.length === 1 ? String(values[0]) : values);
