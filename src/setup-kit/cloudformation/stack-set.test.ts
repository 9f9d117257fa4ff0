import fc from 'fast-check';
import { CORE_SCHEMA, load, YAML11_SCHEMA } from 'js-yaml';
import { describe, expect, test } from 'vitest';
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
import { renderStackSet } from './stack-set.ts';

/** CloudFormation reads YAML 1.1, but most other tools read YAML 1.2. Both must read the same template. */
function parse(kit: TenantSetupKit): object {
  const yaml = renderStackSet(kit);
  const template = load(yaml, { schema: YAML11_SCHEMA }) as object;
  expect(load(yaml, { schema: CORE_SCHEMA })).toEqual(template);
  return template;
}

function expected(kit: TenantSetupKit) {
  const { brokerRoleArn, partition, accountId } = kit.vendor;
  const { managedPolicyArns, inlinePolicy } = kit.permissions;
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: formatRoleDescription(kit, kit.tenantId),
    Parameters: {
      RoleName: expect.objectContaining({ Default: kit.role.name }),
      RolePath: expect.objectContaining({ Default: kit.role.path ?? '/' }),
      PermissionsBoundaryName: expect.objectContaining({ Default: '' }),
    },
    Conditions: {
      HasPermissionsBoundary: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'PermissionsBoundaryName' }, ''] }] },
    },
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: { Ref: 'RoleName' },
          Path: { Ref: 'RolePath' },
          Description: formatRoleDescription(kit, kit.tenantId),
          MaxSessionDuration: 3600,
          PermissionsBoundary: {
            'Fn::If': [
              'HasPermissionsBoundary',
              { 'Fn::Sub': `arn:${partition}:iam::\${AWS::AccountId}:policy/\${PermissionsBoundaryName}` },
              { Ref: 'AWS::NoValue' },
            ],
          },
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
                Action: expectedActions(kit),
                Condition: {
                  StringEquals: {
                    'sts:ExternalId': kit.externalIds.length === 1 ? kit.externalIds[0] : kit.externalIds,
                    ...(brokerRoleArn !== null && {
                      'aws:PrincipalArn': escapePolicyVariables(brokerRoleArn),
                    }),
                  },
                },
              },
            ],
          },
          ...(managedPolicyArns.length > 0 && { ManagedPolicyArns: [...new Set(managedPolicyArns)] }),
          ...(inlinePolicy && { Policies: [{ PolicyName: 'vendor-access', PolicyDocument: inlinePolicy }] }),
          Tags: [{ Key: 'countersign:tenant', Value: formatTagValue(kit.tenantId) }],
        },
      },
    },
    Outputs: {
      RoleArn: { Description: expect.any(String), Value: { 'Fn::GetAtt': ['Role', 'Arn'] } },
    },
  };
}

describe('stackset.yaml', () => {
  test('gives every account the same role, with a boundary that has the same name in each, and outputs the ARN', () => {
    expect(parse(createSetupKit())).toEqual(expected(createSetupKit()));
  });

  test('lists both external IDs during a rotation', () => {
    const kit = createSetupKit({ externalIds: [CURRENT, SUCCESSOR] });
    expect(parse(kit)).toEqual(expected(kit));
  });

  test('a parser reads every adversarial text exactly as it was given', () => {
    fc.assert(
      fc.property(adversarialKit, (kit) => {
        expect(parse(kit)).toEqual(expected(kit));
      }),
    );
  });

  test('explains its use in comments, and that the management account is excluded', () => {
    const kit = createSetupKit({ role: { name: '1_acme+access' } });
    const comments = renderStackSet(kit).match(/^#.*$/gm)?.join('\n') ?? '';
    expect(comments).toContain('create-stack-set --stack-set-name acme-access --template-body file://FILE');
    expect(comments).toMatch(/--permission-model SERVICE_MANAGED --auto-deployment Enabled=true/);
    expect(comments).toContain('--capabilities CAPABILITY_NAMED_IAM');
    expect(comments).toMatch(/create-stack-instances .*--deployment-targets OrganizationalUnitIds=/);
    expect(comments).toContain('does not deploy such a stack set to the management account');
  });

  test('a name cannot end a comment, and is not part of the commands to copy', () => {
    fc.assert(
      fc.property(adversarialKit, (kit) => {
        const lines = renderStackSet(kit).split('\n');
        const templateStart = lines.indexOf('AWSTemplateFormatVersion: "2010-09-09"');
        for (const line of lines.slice(0, templateStart)) expect(line).toMatch(/^#( \P{C}+)?$/u);
        expect(lines.slice(templateStart).join('')).toMatch(/^[\x20-\x7e]*$/);
        for (const line of lines.filter((line) => line.startsWith('# aws ')))
          expect(line).toMatch(/^# aws cloudformation [a-z-]+ [\w ./:=,#-]*$/);
      }),
    );
  });

  test('a function or a dynamic reference in an inline policy is rejected, so that it cannot run in the accounts', () => {
    for (const inlinePolicy of [
      { Statement: [{ Resource: { Ref: 'AWS::AccountId' } }] },
      { Statement: [{ Resource: '{{resolve:secretsmanager:prod}}' }] },
    ])
      expect(() => renderStackSet(createSetupKit({ permissions: { inlinePolicy } }))).toThrow(TypeError);
    const literal = createSetupKit({ permissions: { inlinePolicy: { Statement: ADVERSARIAL_TEXTS } } });
    expect(parse(literal)).toEqual(expected(literal));
  });
});
