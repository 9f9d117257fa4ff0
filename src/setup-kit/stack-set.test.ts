import fc from 'fast-check';
import { CORE_SCHEMA, load, YAML11_SCHEMA } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { CURRENT, expectedActions, kitInput, NASTY, nastyKit, SUCCESSOR } from './kit-input.fixture.ts';
import { type KitInput, roleDescription, tagValue } from './setup-kit.ts';
import { renderStackSet } from './stack-set.ts';
import { policyLiteral } from './trust-policy-document.ts';

/** CloudFormation reads YAML 1.1, most tools of the customer 1.2: both must see one and the same template. */
function parse(input: KitInput): object {
  const yaml = renderStackSet(input);
  const template = load(yaml, { schema: YAML11_SCHEMA }) as object;
  expect(load(yaml, { schema: CORE_SCHEMA })).toEqual(template);
  return template;
}

function expected(input: KitInput) {
  const { brokerRoleArn, partition, accountId } = input.vendor;
  const { managedPolicyArns, inlinePolicy } = input.permissions;
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: roleDescription(input, input.tenantId),
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: input.role.name,
          Path: input.role.path ?? '/',
          Description: roleDescription(input, input.tenantId),
          MaxSessionDuration: 3600,
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
                Action: expectedActions(input),
                Condition: {
                  StringEquals: {
                    'sts:ExternalId':
                      input.externalIds.length === 1 ? input.externalIds[0] : input.externalIds,
                    ...(brokerRoleArn !== null && { 'aws:PrincipalArn': policyLiteral(brokerRoleArn) }),
                  },
                },
              },
            ],
          },
          ...(managedPolicyArns.length > 0 && { ManagedPolicyArns: [...new Set(managedPolicyArns)] }),
          ...(inlinePolicy && { Policies: [{ PolicyName: 'vendor-access', PolicyDocument: inlinePolicy }] }),
          Tags: [{ Key: 'countersign:tenant', Value: tagValue(input.tenantId) }],
        },
      },
    },
    Outputs: {
      RoleArn: { Description: expect.any(String), Value: { 'Fn::GetAtt': ['Role', 'Arn'] } },
    },
  };
}

describe('stackset.yaml', () => {
  test('has no parameter, so that nothing can differ from one account to the next, and puts out the ARN', () => {
    const template = parse(kitInput());
    expect(template).not.toHaveProperty('Parameters');
    expect(template).toEqual(expected(kitInput()));
  });

  test('lists both IDs while a rotation runs', () => {
    const input = kitInput({ externalIds: [CURRENT, SUCCESSOR] });
    expect(parse(input)).toEqual(expected(input));
  });

  test('any text comes out of the parser as it went in', () => {
    fc.assert(
      fc.property(nastyKit, (input) => {
        expect(parse(input)).toEqual(expected(input));
      }),
    );
  });

  test('says in its comments how it is used, and that the management account is left out', () => {
    const name = kitInput({ role: { name: '1_acme+access' } });
    const comments = renderStackSet(name).match(/^#.*$/gm)?.join('\n') ?? '';
    expect(comments).toContain('create-stack-set --stack-set-name acme-access --template-body file://FILE');
    expect(comments).toMatch(/--permission-model SERVICE_MANAGED --auto-deployment Enabled=true/);
    expect(comments).toContain('--capabilities CAPABILITY_NAMED_IAM');
    expect(comments).toMatch(/create-stack-instances .*--deployment-targets OrganizationalUnitIds=/);
    expect(comments).toContain('does not deploy such a stack set to the management account');
  });

  test('a name cannot break out of its comments, and a line to be copied has nothing of a name in it', () => {
    fc.assert(
      fc.property(nastyKit, (input) => {
        const lines = renderStackSet(input).split('\n');
        const begin = lines.indexOf('AWSTemplateFormatVersion: "2010-09-09"');
        for (const line of lines.slice(0, begin)) expect(line).toMatch(/^#( \P{C}+)?$/u);
        expect(lines.slice(begin).join('')).toMatch(/^[\x20-\x7e]*$/);
        for (const line of lines.filter((line) => line.startsWith('# aws ')))
          expect(line).toMatch(/^# aws cloudformation [a-z-]+ [\w ./:=,#-]*$/);
      }),
    );
  });

  test('a function or a dynamic reference in an inline policy is refused and not run in the accounts', () => {
    for (const inlinePolicy of [
      { Statement: [{ Resource: { Ref: 'AWS::AccountId' } }] },
      { Statement: [{ Resource: '{{resolve:secretsmanager:prod}}' }] },
    ])
      expect(() => renderStackSet(kitInput({ permissions: { inlinePolicy } }))).toThrow(TypeError);
    const literal = kitInput({ permissions: { inlinePolicy: { Statement: NASTY } } });
    expect(parse(literal)).toEqual(expected(literal));
  });
});
