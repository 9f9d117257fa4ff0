import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Node, Parser } from 'web-tree-sitter';
import { formatRoleDescription, formatTagValue } from '../kit-text.ts';
import {
  ADVERSARIAL_TEXTS,
  adversarialKit,
  CURRENT,
  createSetupKit,
  expectedActions,
  SUCCESSOR,
} from '../setup-kit.fixture.ts';
import type { TenantSetupKit } from '../setup-kit.ts';
import { escapePolicyVariables } from '../trust-policy-document.ts';
import {
  createHclParser,
  decodeHeredoc,
  decodeQuoted,
  decodeQuotedLiterals,
  findAttribute,
} from './hcl.fixture.ts';
import { renderTerraform } from './terraform.ts';

let parser: Parser;
beforeAll(async () => {
  parser = await createHclParser();
});

function parse(kit: TenantSetupKit): Node {
  const root = parser.parse(renderTerraform(kit))?.rootNode;
  if (!root || root.hasError) throw new Error(`not HCL:\n${renderTerraform(kit)}`);
  return root;
}

const ROLE = ['resource', 'aws_iam_role', 'vendor'];

/** Decodes all values of the file that depend on the kit. */
function values(kit: TenantSetupKit) {
  const root = parse(kit);
  const text = (header: string[], name: string) => findAttribute(root, header, name) ?? '';
  const trust = text(ROLE, 'assume_role_policy');
  const broker = /"aws:PrincipalArn" = (".*")$/m.exec(trust)?.[1];
  const actions = decodeQuotedLiterals(/^ *Action +=(.*)$/m.exec(trust)?.[1] ?? '');
  const attached = findAttribute(root, ['resource', 'aws_iam_role_policy_attachment', 'vendor'], 'for_each');
  const policy = findAttribute(root, ['resource', 'aws_iam_role_policy', 'vendor'], 'policy');
  return {
    externalIds: decodeQuotedLiterals(/"sts:ExternalId" += (.*)$/m.exec(trust)?.[1] ?? ''),
    principal: decodeQuotedLiterals(/AWS = (".*") \}/.exec(trust)?.[1] ?? ''),
    roleName: decodeQuoted(text(['variable', 'role_name'], 'default')),
    rolePath: decodeQuoted(text(['variable', 'role_path'], 'default')),
    description: decodeQuoted(text(ROLE, 'description')),
    maxSessionDuration: text(ROLE, 'max_session_duration'),
    tags: decodeQuotedLiterals(text(ROLE, 'tags')),
    broker: broker === undefined ? null : decodeQuoted(broker),
    actions,
    managedPolicyArns: attached === undefined ? [] : decodeQuotedLiterals(attached),
    inlinePolicy: policy === undefined ? null : (JSON.parse(decodeHeredoc(policy)) as object),
  };
}

function expected(kit: TenantSetupKit): ReturnType<typeof values> {
  const { brokerRoleArn, accountId, partition } = kit.vendor;
  return {
    externalIds: kit.externalIds,
    principal: [`arn:${partition}:iam::${accountId}:root`],
    roleName: kit.role.name,
    rolePath: kit.role.path ?? '/',
    description: formatRoleDescription(kit, kit.tenantId),
    maxSessionDuration: '3600',
    tags: ['countersign:tenant', formatTagValue(kit.tenantId)],
    broker: brokerRoleArn === null ? null : escapePolicyVariables(brokerRoleArn),
    actions: [expectedActions(kit)].flat(),
    managedPolicyArns: [...new Set(kit.permissions.managedPolicyArns)],
    inlinePolicy: kit.permissions.inlinePolicy,
  };
}

describe('terraform.tf', () => {
  test('has the trust policy of the kit, in which the account and the IDs are not variables', () => {
    const root = parse(
      createSetupKit({ vendor: { brokerRoleArn: 'arn:aws-cn:iam::1:role/b', partition: 'aws-cn' } }),
    );
    expect(findAttribute(root, ROLE, 'assume_role_policy')?.replace(/\s+/g, ' ')).toBe(
      'jsonencode({ Version = "2012-10-17" Statement = [{ Effect = "Allow" ' +
        'Principal = { AWS = "arn:aws-cn:iam::012345670123:root" } Action = "sts:AssumeRole" ' +
        `Condition = { StringEquals = { "sts:ExternalId" = "${CURRENT}" ` +
        '"aws:PrincipalArn" = "arn:aws-cn:iam::1:role/b" } } }] })',
    );
  });

  test('without a broker role, the condition contains only the external ID', () => {
    expect(
      findAttribute(parse(createSetupKit()), ROLE, 'assume_role_policy')?.replace(/\s+/g, ' '),
    ).toContain(`Condition = { StringEquals = { "sts:ExternalId" = "${CURRENT}" } } }] })`);
  });

  test('the role has its name, path and boundary from variables, and its ARN is an output', () => {
    const root = parse(createSetupKit());
    expect(findAttribute(root, ROLE, 'name')).toBe('var.role_name');
    expect(findAttribute(root, ROLE, 'path')).toBe('var.role_path');
    expect(findAttribute(root, ROLE, 'permissions_boundary')).toBe('var.permissions_boundary_arn');
    expect(findAttribute(root, ['variable', 'permissions_boundary_arn'], 'default')).toBe('null');
    expect(findAttribute(root, ['output', 'role_arn'], 'value')).toBe('aws_iam_role.vendor.arn');
  });

  test('every variable is validated', () => {
    const source = renderTerraform(createSetupKit());
    expect(source.match(/^variable /gm)).toHaveLength(3);
    expect(source.match(/^ {2}validation \{\n {4}condition .*\n {4}error_message/gm)).toHaveLength(3);
  });

  test('lists both external IDs during a rotation', () => {
    expect(values(createSetupKit({ externalIds: [CURRENT, SUCCESSOR] })).externalIds).toEqual([
      CURRENT,
      SUCCESSOR,
    ]);
  });

  test('has no resources for permissions that are not declared', () => {
    expect(renderTerraform(createSetupKit())).not.toMatch(/aws_iam_role_policy/);
  });

  test('an inline policy is literal, including HCL templates, here-document end markers and decomposed letters', () => {
    const kit = createSetupKit({
      permissions: { inlinePolicy: { Statement: ADVERSARIAL_TEXTS, EOT: { EOT: ['EOT', ''] } } },
    });
    expect(values(kit)).toEqual(expected(kit));
  });

  test('a parser reads every adversarial text exactly as it was given', () => {
    fc.assert(
      fc.property(adversarialKit, (kit) => {
        expect(values(kit)).toEqual(expected(kit));
      }),
    );
  });

  test('contains non-ASCII characters only in comments, which a name cannot end', () => {
    fc.assert(
      fc.property(adversarialKit, (kit) => {
        const [first, second, third, ...rest] = renderTerraform(kit).split('\n');
        for (const line of [first, second, third]) expect(line).toMatch(/^# \P{C}+$/u);
        expect(rest.join('')).toMatch(/^[\x20-\x7e]*$/);
      }),
    );
  });
});
