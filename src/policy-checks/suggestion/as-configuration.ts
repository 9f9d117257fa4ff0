import { stringify } from 'yaml';
import { quoteForHcl } from '../../setup-kit/terraform/hcl.ts';
import { isObject, type JsonObject } from '../json-values.ts';

/** The policy as the argument of a Terraform resource `aws_iam_role`. */
export const asTerraform = (policy: JsonObject): string =>
  `assume_role_policy = jsonencode(${toHcl(policy, '')})\n`;

function toHcl(value: unknown, indent: string): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (!value.some(isObject)) return `[${value.map((one) => toHcl(one, inner)).join(', ')}]`;
    return `[\n${value.map((one) => `${inner}${toHcl(one, inner)},\n`).join('')}${indent}]`;
  }
  if (!isObject(value)) return typeof value === 'string' ? quoteForHcl(value) : String(value);
  const members = Object.entries(value).map(([key, member]) => {
    const name = /^[A-Za-z_]\w*$/.test(key) ? key : quoteForHcl(key);
    return `${inner}${name} = ${toHcl(member, inner)}\n`;
  });
  return `{\n${members.join('')}${indent}}`;
}

/** The policy as a property of a CloudFormation resource `AWS::IAM::Role`, in YAML. */
export const asCloudFormation = (policy: JsonObject): string =>
  stringify(
    { AssumeRolePolicyDocument: policy },
    // YAML 1.1, as CloudFormation reads it: a date, an account ID and a word such as "no" need quotation marks.
    {
      version: '1.1',
      defaultStringType: 'QUOTE_DOUBLE',
      defaultKeyType: 'PLAIN',
      lineWidth: 0,
      aliasDuplicateObjects: false,
    },
  );
