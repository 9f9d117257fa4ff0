import fc from 'fast-check';
import { CORE_SCHEMA, load, YAML11_SCHEMA } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { renderCloudFormation, renderSharedTemplate } from './cloudformation.ts';
import { CURRENT, expectedActions, kitInput, NASTY, nastyKit, SUCCESSOR } from './kit-input.fixture.ts';
import { EXTERNAL_ID_PATTERN, type KitInput, roleDescription, tagValue } from './setup-kit.ts';
import { policyLiteral } from './trust-policy-document.ts';

interface Template {
  Description: string;
  Parameters: Record<string, { Type: string; Default?: string; AllowedPattern: string; NoEcho?: boolean }>;
  Conditions: object;
  Resources: { Role: { Type: string; Properties: Record<string, unknown> } };
  Outputs: object;
}

/** CloudFormation reads YAML 1.1, most tools of the customer 1.2: both must see one and the same template. */
function parse(yaml: string): Template {
  const template = load(yaml, { schema: YAML11_SCHEMA }) as Template;
  expect(load(yaml, { schema: CORE_SCHEMA })).toEqual(template);
  return template;
}

const properties = (input: KitInput) => parse(renderCloudFormation(input)).Resources.Role.Properties;

function expectedProperties(input: KitInput) {
  const { brokerRoleArn } = input.vendor;
  const { managedPolicyArns, inlinePolicy } = input.permissions;
  return {
    RoleName: { Ref: 'RoleName' },
    Path: { Ref: 'RolePath' },
    Description: roleDescription(input, input.tenantId),
    MaxSessionDuration: 3600,
    PermissionsBoundary: {
      'Fn::If': ['HasPermissionsBoundary', { Ref: 'PermissionsBoundaryArn' }, { Ref: 'AWS::NoValue' }],
    },
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: { 'Fn::Sub': `arn:aws:iam::\${VendorAccountId}:root` } },
          Action: expectedActions(input),
          Condition: {
            StringEquals: {
              'sts:ExternalId': { Ref: 'ExternalId' },
              ...(brokerRoleArn !== null && { 'aws:PrincipalArn': policyLiteral(brokerRoleArn) }),
            },
          },
        },
      ],
    },
    ...(managedPolicyArns.length > 0 && { ManagedPolicyArns: [...new Set(managedPolicyArns)] }),
    ...(inlinePolicy && { Policies: [{ PolicyName: 'vendor-access', PolicyDocument: inlinePolicy }] }),
    Tags: [{ Key: 'countersign:tenant', Value: tagValue(input.tenantId) }],
  };
}

describe('cloudformation.yaml', () => {
  test('is prefilled, and an account number keeps its leading zero', () => {
    const { Parameters } = parse(renderCloudFormation(kitInput()));
    expect(
      Object.fromEntries(Object.entries(Parameters).map(([name, { Default }]) => [name, Default])),
    ).toEqual({
      ExternalId: CURRENT,
      VendorAccountId: '012345670123',
      RoleName: 'acme-access',
      RolePath: '/',
      PermissionsBoundaryArn: '',
    });
  });

  test('every prefilled value passes its own pattern, and every parameter explains itself', () => {
    const input = kitInput({ externalIds: [CURRENT, SUCCESSOR], role: { path: `/a/\${b}'*/` } });
    for (const [name, parameter] of Object.entries(parse(renderCloudFormation(input)).Parameters)) {
      const values =
        parameter.Type === 'CommaDelimitedList' ? parameter.Default?.split(',') : [parameter.Default];
      for (const value of values ?? []) expect(value, name).toMatch(new RegExp(parameter.AllowedPattern));
      expect(parameter).toMatchObject({
        Description: expect.any(String),
        ConstraintDescription: expect.any(String),
      });
    }
  });

  test('the external ID is a list, for a rotation, and has no NoEcho, which quick-create links ignore', () => {
    const { ExternalId } = parse(
      renderCloudFormation(kitInput({ externalIds: [CURRENT, SUCCESSOR] })),
    ).Parameters;
    expect(ExternalId).toMatchObject({
      Type: 'CommaDelimitedList',
      Default: `${CURRENT},${SUCCESSOR}`,
      AllowedPattern: EXTERNAL_ID_PATTERN,
    });
    expect(ExternalId).not.toHaveProperty('NoEcho');
  });

  test('writes the partition out, so that in another one it names nobody', () => {
    const yaml = renderCloudFormation(kitInput({ vendor: { partition: 'aws-cn' } }));
    expect(yaml).toContain(`arn:aws-cn:iam::\${VendorAccountId}:root`);
    expect(yaml).not.toContain('AWS::Partition');
  });

  test('puts out the ARN of the role, and takes a boundary only when one is given', () => {
    const template = parse(renderCloudFormation(kitInput()));
    expect(template.Outputs).toMatchObject({ RoleArn: { Value: { 'Fn::GetAtt': ['Role', 'Arn'] } } });
    expect(template.Conditions).toEqual({
      HasPermissionsBoundary: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'PermissionsBoundaryArn' }, ''] }] },
    });
  });

  test('an inline policy is literal: variables of IAM, words that are false, numbers with leading zeros', () => {
    const inlinePolicy = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: NASTY, Resource: `arn:aws:s3:::\${aws:username}/*` }],
      no: { on: 'yes', '0755': '1_000', '1:20': '2010-09-09', '': '~', y: '=', '<<': 'null' },
    };
    const input = kitInput({ permissions: { inlinePolicy } });
    expect(properties(input)).toEqual(expectedProperties(input));
  });

  test('long texts stay on one line, and what is there twice is written twice: no alias, which CloudFormation refuses', () => {
    const statement = { Sid: 'words and\nlines '.repeat(20) };
    const yaml = renderCloudFormation(
      kitInput({ permissions: { inlinePolicy: { a: statement, b: statement } } }),
    );
    expect(yaml.split(`Sid: ${JSON.stringify(statement.Sid)}\n`)).toHaveLength(3);
  });

  test('any text comes out of the parser as it went in', () => {
    fc.assert(
      fc.property(nastyKit, (input) => {
        expect(properties(input)).toEqual(expectedProperties(input));
        const { RoleName, RolePath } = parse(renderCloudFormation(input)).Parameters;
        expect(RoleName?.Default).toBe(input.role.name);
        expect(RolePath?.Default).toBe(input.role.path ?? '/');
      }),
    );
  });

  test('only its comments may hold more than ASCII, and a name cannot break out of them', () => {
    fc.assert(
      fc.property(nastyKit, (input) => {
        const [first, second, third, fourth, ...rest] = renderCloudFormation(input).split('\n');
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
  ])('%s in an inline policy is refused and not run in the customer account', (_, inlinePolicy) => {
    expect(() => renderCloudFormation(kitInput({ permissions: { inlinePolicy } }))).toThrow(TypeError);
  });

  test('a dynamic reference in a name is defused', () => {
    const yaml = renderCloudFormation(kitInput({ vendor: { name: '{{{resolve:ssm:/key}}' } }));
    expect(yaml.replace(/^#.*$/gm, '')).not.toContain('{{');
  });
});

describe('the shared template', () => {
  test('belongs to no tenant: it has no external ID to fall back on, and asks for one', () => {
    const { tenantId: _, externalIds: __, ...vendorKit } = kitInput();
    const yaml = renderSharedTemplate(vendorKit);
    expect(yaml).not.toMatch(/tenant/i);
    const { Parameters, Resources } = parse(yaml);
    expect(Parameters.ExternalId).not.toHaveProperty('Default');
    const { Tags: ___, ...own } = expectedProperties(kitInput());
    expect(Resources.Role.Properties).toEqual({ ...own, Description: 'Lets Acme work in this account' });
  });
});
