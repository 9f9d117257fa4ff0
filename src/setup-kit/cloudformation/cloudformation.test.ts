import fc from 'fast-check';
import { CORE_SCHEMA, load, YAML11_SCHEMA } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { EXTERNAL_ID_PATTERN } from '../../external-ids/external-id.ts';
import { formatRoleDescription, formatTagValue } from '../kit-text.ts';
import {
  ADVERSARIAL_TEXTS,
  adversarialKit,
  CURRENT,
  createSetupKit,
  expectedActions,
} from '../setup-kit.fixture.ts';
import type { TenantSetupKit } from '../setup-kit.ts';
import { escapePolicyVariables } from '../trust-policy-document.ts';
import { renderCloudFormation, renderSharedTemplate } from './cloudformation.ts';

interface Template {
  Description: string;
  Metadata?: Record<'AWS::CloudFormation::Interface', { ParameterGroups: object[] }>;
  Parameters: Record<string, { Type: string; Default?: string; AllowedPattern: string; NoEcho?: boolean }>;
  Conditions: object;
  Resources: { Role: { Type: string; Properties: Record<string, unknown> } };
  Outputs: object;
}

/** CloudFormation reads YAML 1.1, but most other tools read YAML 1.2. Both must read the same template. */
function parse(yaml: string): Template {
  const template = load(yaml, { schema: YAML11_SCHEMA }) as Template;
  expect(load(yaml, { schema: CORE_SCHEMA })).toEqual(template);
  return template;
}

const properties = (kit: TenantSetupKit) => parse(renderCloudFormation(kit)).Resources.Role.Properties;

function expectedProperties(kit: TenantSetupKit) {
  const { brokerRoleArn } = kit.vendor;
  const { managedPolicyArns, inlinePolicy } = kit.permissions;
  return {
    RoleName: { Ref: 'RoleName' },
    Path: { Ref: 'RolePath' },
    Description: formatRoleDescription(kit, kit.tenantId),
    MaxSessionDuration: 3600,
    PermissionsBoundary: {
      'Fn::If': ['HasPermissionsBoundary', { Ref: 'PermissionsBoundaryArn' }, { Ref: 'AWS::NoValue' }],
    },
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${kit.vendor.accountId}:root` },
          Action: expectedActions(kit),
          Condition: {
            StringEquals: {
              'sts:ExternalId': kit.externalIds.length === 1 ? kit.externalIds[0] : kit.externalIds,
              ...(brokerRoleArn !== null && { 'aws:PrincipalArn': escapePolicyVariables(brokerRoleArn) }),
            },
          },
        },
      ],
    },
    ...(managedPolicyArns.length > 0 && { ManagedPolicyArns: [...new Set(managedPolicyArns)] }),
    ...(inlinePolicy && { Policies: [{ PolicyName: 'vendor-access', PolicyDocument: inlinePolicy }] }),
    Tags: [{ Key: 'countersign:tenant', Value: formatTagValue(kit.tenantId) }],
  };
}

describe('cloudformation.yaml', () => {
  test('offers only the name, path and boundary of the role to edit', () => {
    const { Parameters } = parse(renderCloudFormation(createSetupKit()));
    expect(
      Object.fromEntries(Object.entries(Parameters).map(([name, { Default }]) => [name, Default])),
    ).toEqual({
      RoleName: 'acme-access',
      RolePath: '/',
      PermissionsBoundaryArn: '',
    });
  });

  test('every default matches the pattern of its parameter, and every parameter has descriptions', () => {
    const kit = createSetupKit({ role: { path: `/a/\${b}'*/` } });
    for (const [name, parameter] of Object.entries(parse(renderCloudFormation(kit)).Parameters)) {
      const values =
        parameter.Type === 'CommaDelimitedList' ? parameter.Default?.split(',') : [parameter.Default];
      for (const value of values ?? []) expect(value, name).toMatch(new RegExp(parameter.AllowedPattern));
      expect(parameter).toMatchObject({
        Description: expect.any(String),
        ConstraintDescription: expect.any(String),
      });
    }
  });

  test('contains a literal partition, so that it trusts nobody in another partition', () => {
    const yaml = renderCloudFormation(createSetupKit({ vendor: { partition: 'aws-cn' } }));
    expect(yaml).toContain('"arn:aws-cn:iam::012345670123:root"');
    expect(yaml).not.toContain('AWS::Partition');
  });

  test('outputs the ARN of the role, and sets a permissions boundary only if one is given', () => {
    const template = parse(renderCloudFormation(createSetupKit()));
    expect(template.Outputs).toMatchObject({ RoleArn: { Value: { 'Fn::GetAtt': ['Role', 'Arn'] } } });
    expect(template.Conditions).toEqual({
      HasPermissionsBoundary: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'PermissionsBoundaryArn' }, ''] }] },
    });
  });

  test('an inline policy is literal, including IAM variables, YAML keywords and numbers with leading zeros', () => {
    const inlinePolicy = {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: ADVERSARIAL_TEXTS, Resource: `arn:aws:s3:::\${aws:username}/*` },
      ],
      no: { on: 'yes', '0755': '1_000', '1:20': '2010-09-09', '': '~', y: '=', '<<': 'null' },
    };
    const kit = createSetupKit({ permissions: { inlinePolicy } });
    expect(properties(kit)).toEqual(expectedProperties(kit));
  });

  test('contains no folded text and no YAML alias, which CloudFormation rejects', () => {
    const statement = { Sid: 'words and\nlines '.repeat(20) };
    const yaml = renderCloudFormation(
      createSetupKit({ permissions: { inlinePolicy: { a: statement, b: statement } } }),
    );
    expect(yaml.split(`Sid: ${JSON.stringify(statement.Sid)}\n`)).toHaveLength(3);
  });

  test('a parser reads every adversarial text exactly as it was given', () => {
    fc.assert(
      fc.property(adversarialKit, (kit) => {
        expect(properties(kit)).toEqual(expectedProperties(kit));
        const { RoleName, RolePath } = parse(renderCloudFormation(kit)).Parameters;
        expect(RoleName?.Default).toBe(kit.role.name);
        expect(RolePath?.Default).toBe(kit.role.path ?? '/');
      }),
    );
  });

  test('contains non-ASCII characters only in comments, which a name cannot end', () => {
    fc.assert(
      fc.property(adversarialKit, (kit) => {
        const [first, second, third, fourth, ...rest] = renderCloudFormation(kit).split('\n');
        for (const line of [first, second, third]) expect(line).toMatch(/^# \P{C}+$/u);
        expect(fourth).toBe('AWSTemplateFormatVersion: "2010-09-09"');
        expect(rest.join('')).toMatch(/^[\x20-\x7e]*$/);
      }),
    );
  });

  test.each([
    ['a function', { Statement: [{ Resource: { 'Fn::GetAtt': ['Secret', 'Value'] } }] }],
    ['a reference', { Statement: [{ Resource: { Ref: 'AWS::AccountId' } }] }],
    ['a dynamic reference', { Statement: [{ Resource: '{{resolve:secretsmanager:prod}}' }] }],
  ])(
    '%s in an inline policy is rejected, so that it cannot run in the customer account',
    (_, inlinePolicy) => {
      expect(() => renderCloudFormation(createSetupKit({ permissions: { inlinePolicy } }))).toThrow(
        TypeError,
      );
    },
  );

  test('a dynamic reference in a name is split', () => {
    const yaml = renderCloudFormation(createSetupKit({ vendor: { name: '{{{resolve:ssm:/key}}' } }));
    expect(yaml.replace(/^#.*$/gm, '')).not.toContain('{{');
  });
});

describe('the shared template', () => {
  test('contains no tenant and no default external ID', () => {
    const { tenantId: _, externalIds: __, ...vendorKit } = createSetupKit();
    const yaml = renderSharedTemplate(vendorKit);
    expect(yaml).not.toMatch(/tenant/i);
    const { Parameters, Resources } = parse(yaml);
    expect(Parameters.ExternalId).not.toHaveProperty('Default');
    const { Tags: ___, AssumeRolePolicyDocument, ...own } = expectedProperties(createSetupKit());
    const trust = JSON.parse(
      JSON.stringify(AssumeRolePolicyDocument).replace(`"${CURRENT}"`, '{"Ref":"ExternalId"}'),
    );
    expect(Resources.Role.Properties).toEqual({
      ...own,
      AssumeRolePolicyDocument: trust,
      Description: 'Allows Acme to access this account',
    });
  });

  test('has the external ID as a list for rotations, without NoEcho, which quick-create links do not support', () => {
    const { ExternalId } = parse(renderSharedTemplate(createSetupKit())).Parameters;
    expect(ExternalId).toMatchObject({ Type: 'CommaDelimitedList', AllowedPattern: EXTERNAL_ID_PATTERN });
    expect(ExternalId).not.toHaveProperty('NoEcho');
  });

  test('shows the external ID apart from what a customer may change', () => {
    const { Metadata } = parse(renderSharedTemplate(createSetupKit()));
    expect(Metadata?.['AWS::CloudFormation::Interface'].ParameterGroups).toEqual([
      { Label: { default: 'Issued by the vendor: do not change' }, Parameters: ['ExternalId'] },
      {
        Label: { default: expect.any(String) },
        Parameters: ['RoleName', 'RolePath', 'PermissionsBoundaryArn'],
      },
    ]);
  });
});
