import fc from 'fast-check';
import { load } from 'js-yaml';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Node, Parser } from 'web-tree-sitter';
import { attribute, decodeHeredoc, decodeQuoted, hclParser, quotedLiterals } from './hcl.fixture.ts';
import { CURRENT, kitInput, nastyKit, SUCCESSOR } from './kit-input.fixture.ts';
import { type KitInput, roleDescription } from './setup-kit.ts';
import { renderStackSet } from './stack-set.ts';
import { renderTerraformOrganization } from './terraform-organization.ts';

let parser: Parser;
beforeAll(async () => {
  parser = await hclParser();
});

function parse(input: KitInput): Node {
  const text = renderTerraformOrganization(input);
  const root = parser.parse(text)?.rootNode;
  if (!root || root.hasError) throw new Error(`not HCL:\n${text}`);
  return root;
}

const SET = ['resource', 'aws_cloudformation_stack_set', 'vendor'];
const INSTANCE = ['resource', 'aws_cloudformation_stack_set_instance', 'vendor'];

function template(root: Node): unknown {
  return JSON.parse(decodeHeredoc(attribute(root, SET, 'template_body') ?? ''));
}

describe('terraform-organization.tf', () => {
  test('makes one stack set with service-managed permissions, and deploys it for each organizational unit', () => {
    const root = parse(kitInput());
    expect(attribute(root, SET, 'permission_model')).toBe('"SERVICE_MANAGED"');
    expect(attribute(root, SET, 'capabilities')).toBe('["CAPABILITY_NAMED_IAM"]');
    expect(attribute(root, INSTANCE, 'for_each')).toBe('var.organizational_unit_ids');
    expect(attribute(root, INSTANCE, 'stack_set_name')).toBe('aws_cloudformation_stack_set.vendor.name');
    expect(attribute(root, ['variable', 'organizational_unit_ids'], 'type')).toBe('set(string)');
    expect(attribute(root, ['variable', 'organizational_unit_ids'], 'default')).toBeUndefined();
  });

  test('puts out the accounts to register, and each with the ARN of its role', () => {
    const root = parse(kitInput({ vendor: { partition: 'aws-cn' }, role: { path: '/a/' } }));
    expect(attribute(root, ['output', 'account_ids'], 'value')).toBe('local.account_ids');
    const arn = attribute(root, ['output', 'role_arns'], 'value') ?? '';
    expect(arn).toContain('for id in local.account_ids : id =>');
    expect(quotedLiterals(arn)).toEqual(['', 'arn:aws-cn:iam::', ':role/a/acme-access']);
  });

  test('creates the very role of stackset.yaml, both IDs while a rotation runs', () => {
    const input = kitInput({ externalIds: [CURRENT, SUCCESSOR] });
    expect(template(parse(input))).toEqual(load(renderStackSet(input)));
  });

  test('any text comes out of the parser as it went in', () => {
    fc.assert(
      fc.property(nastyKit, (input) => {
        const root = parse(input);
        expect(template(root)).toEqual(load(renderStackSet(input)));
        expect(decodeQuoted(attribute(root, SET, 'description') ?? '')).toBe(
          roleDescription(input, input.tenantId),
        );
        expect(quotedLiterals(attribute(root, ['output', 'role_arns'], 'value') ?? '').at(-1)).toBe(
          `:role${input.role.path ?? '/'}${input.role.name}`,
        );
      }),
    );
  });

  test('only its comments may hold more than ASCII, and a name cannot break out of them', () => {
    fc.assert(
      fc.property(nastyKit, (input) => {
        const lines = renderTerraformOrganization(input).split('\n');
        const begin = lines.indexOf('');
        for (const line of lines.slice(0, begin)) expect(line).toMatch(/^#( \P{C}+)?$/u);
        expect(lines.slice(begin).join('')).toMatch(/^[\x20-\x7e]*$/);
      }),
    );
  });
});
