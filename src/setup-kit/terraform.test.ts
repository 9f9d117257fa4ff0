import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Node, Parser } from 'web-tree-sitter';
import { attribute, decodeHeredoc, decodeQuoted, hclParser, quotedLiterals } from './hcl.fixture.ts';
import { CURRENT, expectedActions, kitInput, NASTY, nastyKit, SUCCESSOR } from './kit-input.fixture.ts';
import { type KitInput, roleDescription, tagValue } from './setup-kit.ts';
import { renderTerraform } from './terraform.ts';
import { policyLiteral } from './trust-policy-document.ts';

let parser: Parser;
beforeAll(async () => {
  parser = await hclParser();
});

function parse(input: KitInput): Node {
  const root = parser.parse(renderTerraform(input))?.rootNode;
  if (!root || root.hasError) throw new Error(`not HCL:\n${renderTerraform(input)}`);
  return root;
}

const ROLE = ['resource', 'aws_iam_role', 'vendor'];

/** Everything the file says about one tenant, decoded; what is the same for all stands in the tests below. */
function values(input: KitInput) {
  const root = parse(input);
  const text = (header: string[], name: string) => attribute(root, header, name) ?? '';
  const trust = text(ROLE, 'assume_role_policy');
  const broker = /"aws:PrincipalArn" = (".*")$/m.exec(trust)?.[1];
  const actions = quotedLiterals(/^ *Action +=(.*)$/m.exec(trust)?.[1] ?? '');
  const attached = attribute(root, ['resource', 'aws_iam_role_policy_attachment', 'vendor'], 'for_each');
  const policy = attribute(root, ['resource', 'aws_iam_role_policy', 'vendor'], 'policy');
  return {
    externalIds: quotedLiterals(text(['variable', 'external_ids'], 'default')),
    accountId: decodeQuoted(text(['variable', 'vendor_account_id'], 'default')),
    roleName: decodeQuoted(text(['variable', 'role_name'], 'default')),
    rolePath: decodeQuoted(text(['variable', 'role_path'], 'default')),
    description: decodeQuoted(text(ROLE, 'description')),
    maxSessionDuration: text(ROLE, 'max_session_duration'),
    tags: quotedLiterals(text(ROLE, 'tags')),
    broker: broker === undefined ? null : decodeQuoted(broker),
    actions,
    managedPolicyArns: attached === undefined ? [] : quotedLiterals(attached),
    inlinePolicy: policy === undefined ? null : (JSON.parse(decodeHeredoc(policy)) as object),
  };
}

function expected(input: KitInput): ReturnType<typeof values> {
  const { brokerRoleArn, accountId } = input.vendor;
  return {
    externalIds: input.externalIds,
    accountId,
    roleName: input.role.name,
    rolePath: input.role.path ?? '/',
    description: roleDescription(input, input.tenantId),
    maxSessionDuration: '3600',
    tags: ['countersign:tenant', tagValue(input.tenantId)],
    broker: brokerRoleArn === null ? null : policyLiteral(brokerRoleArn),
    actions: [expectedActions(input)].flat(),
    managedPolicyArns: [...new Set(input.permissions.managedPolicyArns)],
    inlinePolicy: input.permissions.inlinePolicy,
  };
}

describe('terraform.tf', () => {
  test('has the trust policy of the kit, with the account and the IDs as variables', () => {
    const root = parse(
      kitInput({ vendor: { brokerRoleArn: 'arn:aws-cn:iam::1:role/b', partition: 'aws-cn' } }),
    );
    expect(attribute(root, ROLE, 'assume_role_policy')?.replace(/\s+/g, ' ')).toBe(
      'jsonencode({ Version = "2012-10-17" Statement = [{ Effect = "Allow" ' +
        `Principal = { AWS = "arn:aws-cn:iam::\${var.vendor_account_id}:root" } Action = "sts:AssumeRole" ` +
        'Condition = { StringEquals = { "sts:ExternalId" = var.external_ids ' +
        '"aws:PrincipalArn" = "arn:aws-cn:iam::1:role/b" } } }] })',
    );
  });

  test('without a broker role the external ID is the whole condition', () => {
    expect(attribute(parse(kitInput()), ROLE, 'assume_role_policy')?.replace(/\s+/g, ' ')).toContain(
      'Condition = { StringEquals = { "sts:ExternalId" = var.external_ids } } }] })',
    );
  });

  test('the role takes its name, path and boundary from variables, and its ARN is put out', () => {
    const root = parse(kitInput());
    expect(attribute(root, ROLE, 'name')).toBe('var.role_name');
    expect(attribute(root, ROLE, 'path')).toBe('var.role_path');
    expect(attribute(root, ROLE, 'permissions_boundary')).toBe('var.permissions_boundary_arn');
    expect(attribute(root, ['variable', 'permissions_boundary_arn'], 'default')).toBe('null');
    expect(attribute(root, ['output', 'role_arn'], 'value')).toBe('aws_iam_role.vendor.arn');
  });

  test('every variable is validated', () => {
    const source = renderTerraform(kitInput());
    expect(source.match(/^variable /gm)).toHaveLength(5);
    expect(source.match(/^ {2}validation \{\n {4}condition .*\n {4}error_message/gm)).toHaveLength(5);
  });

  test('lists both IDs while a rotation runs', () => {
    expect(values(kitInput({ externalIds: [CURRENT, SUCCESSOR] })).externalIds).toEqual([CURRENT, SUCCESSOR]);
  });

  test('has no resource for permissions that are not declared', () => {
    expect(renderTerraform(kitInput())).not.toMatch(/aws_iam_role_policy/);
  });

  test('an inline policy is literal: templates of HCL, end sessionAttributes, decomposed letters', () => {
    const input = kitInput({
      permissions: { inlinePolicy: { Statement: NASTY, EOT: { EOT: ['EOT', ''] } } },
    });
    expect(values(input)).toEqual(expected(input));
  });

  test('any text comes out of the parser as it went in', () => {
    fc.assert(
      fc.property(nastyKit, (input) => {
        expect(values(input)).toEqual(expected(input));
      }),
    );
  });

  test('only its comments may hold more than ASCII, and a name cannot break out of them', () => {
    fc.assert(
      fc.property(nastyKit, (input) => {
        const [first, second, third, ...rest] = renderTerraform(input).split('\n');
        for (const line of [first, second, third]) expect(line).toMatch(/^# \P{C}+$/u);
        expect(rest.join('')).toMatch(/^[\x20-\x7e]*$/);
      }),
    );
  });
});
