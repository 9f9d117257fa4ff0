import fc from 'fast-check';
import { load } from 'js-yaml';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Node, Parser } from 'web-tree-sitter';
import { renderStackSet } from '../cloudformation/stack-set.ts';
import { formatRoleDescription } from '../kit-text.ts';
import { adversarialKit, CURRENT, createSetupKit, SUCCESSOR } from '../setup-kit.fixture.ts';
import type { TenantSetupKit } from '../setup-kit.ts';
import { createHclParser, decodeHeredoc, decodeQuoted, findAttribute } from './hcl.fixture.ts';
import { renderTerraformOrganization } from './terraform-organization.ts';

let parser: Parser;
beforeAll(async () => {
  parser = await createHclParser();
});

function parse(kit: TenantSetupKit): Node {
  const text = renderTerraformOrganization(kit);
  const root = parser.parse(text)?.rootNode;
  if (!root || root.hasError) throw new Error(`not HCL:\n${text}`);
  return root;
}

const SET = ['resource', 'aws_cloudformation_stack_set', 'vendor'];
const INSTANCE = ['resource', 'aws_cloudformation_stack_set_instance', 'vendor'];

function template(root: Node): unknown {
  return JSON.parse(decodeHeredoc(findAttribute(root, SET, 'template_body') ?? ''));
}

describe('terraform-organization.tf', () => {
  test('creates one stack set with service-managed permissions, and deploys it to each organizational unit', () => {
    const root = parse(createSetupKit());
    expect(findAttribute(root, SET, 'permission_model')).toBe('"SERVICE_MANAGED"');
    expect(findAttribute(root, SET, 'capabilities')).toBe('["CAPABILITY_NAMED_IAM"]');
    expect(findAttribute(root, INSTANCE, 'for_each')).toBe('var.organizational_unit_ids');
    expect(findAttribute(root, INSTANCE, 'stack_set_name')).toBe('aws_cloudformation_stack_set.vendor.name');
    expect(findAttribute(root, ['variable', 'organizational_unit_ids'], 'type')).toBe('set(string)');
    expect(findAttribute(root, ['variable', 'organizational_unit_ids'], 'default')).toBeUndefined();
  });

  test('outputs the accounts to register and the ARN of the role in each', () => {
    const root = parse(createSetupKit({ vendor: { partition: 'aws-cn' } }));
    expect(findAttribute(root, ['output', 'account_ids'], 'value')).toBe('local.account_ids');
    const arn = findAttribute(root, ['output', 'role_arns'], 'value') ?? '';
    expect(arn).toContain('for id in local.account_ids : id =>');
    expect(arn).toContain('join("", ["arn:aws-cn:iam::", id, ":role", var.role_path, var.role_name])');
  });

  test('sets the name, the path and the boundary of the role from variables', () => {
    const root = parse(createSetupKit());
    expect(findAttribute(root, SET, 'parameters')?.replace(/\s+/g, ' ')).toBe(
      '{ RoleName = var.role_name RolePath = var.role_path PermissionsBoundaryName = var.permissions_boundary_name }',
    );
    expect(renderTerraformOrganization(createSetupKit()).match(/^ {2}validation \{/gm)).toHaveLength(5);
  });

  test('creates the same role as stackset.yaml, with both external IDs during a rotation', () => {
    const kit = createSetupKit({ externalIds: [CURRENT, SUCCESSOR] });
    expect(template(parse(kit))).toEqual(load(renderStackSet(kit)));
  });

  test('a parser reads every adversarial text exactly as it was given', () => {
    fc.assert(
      fc.property(adversarialKit, (kit) => {
        const root = parse(kit);
        expect(template(root)).toEqual(load(renderStackSet(kit)));
        expect(decodeQuoted(findAttribute(root, SET, 'description') ?? '')).toBe(
          formatRoleDescription(kit, kit.tenantId),
        );
        for (const [name, value] of [
          ['role_name', kit.role.name],
          ['role_path', kit.role.path ?? '/'],
        ] as const)
          expect(decodeQuoted(findAttribute(root, ['variable', name], 'default') ?? '')).toBe(value);
      }),
    );
  });

  test('contains non-ASCII characters only in comments, which a name cannot end', () => {
    fc.assert(
      fc.property(adversarialKit, (kit) => {
        const lines = renderTerraformOrganization(kit).split('\n');
        const firstEmptyLine = lines.indexOf('');
        for (const line of lines.slice(0, firstEmptyLine)) expect(line).toMatch(/^#( \P{C}+)?$/u);
        expect(lines.slice(firstEmptyLine).join('')).toMatch(/^[\x20-\x7e]*$/);
      }),
    );
  });
});
