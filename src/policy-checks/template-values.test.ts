import { describe, expect, test } from 'vitest';
import { checkPolicy } from './check-trust-policy.ts';
import type { JsonObject } from './json-values.ts';
import { allow, createContext, ID, policyOf, ROOT, requiring, VENDOR } from './policies.fixture.ts';

const check = (pasted: unknown) => checkPolicy(pasted, createContext());
const resultOf = (pasted: unknown) => {
  const { verdict, suggestedChange } = check(pasted);
  return [verdict, suggestedChange];
};
const messagesOf = (pasted: unknown) => check(pasted).findings.map(({ message }) => message);

const right = allow(requiring());
const others = (principal: unknown) => allow({ Principal: { AWS: principal } });
const wrong = allow({ Condition: { StringEquals: { 'sts:ExternalId': 'wrong' } } });

const terraform = (elements: JsonObject) => {
  const written = {
    Effect: '"Allow"',
    Principal: `{ AWS = "${ROOT}" }`,
    Action: '"sts:AssumeRole"',
    Condition: `{ StringEquals = { "sts:ExternalId" = "${ID}" } }`,
    ...elements,
  };
  const lines = Object.entries(written).map(([name, value]) => `${name} = ${value}`);
  return `resource "aws_iam_role" "vendor" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      ${lines.join('\n      ')}
    }]
  })
}`;
};

describe('a statement of others whose values only the template has is in no suggested policy', () => {
  test.each<[string, unknown]>([
    ['the account of the stack', { 'Fn::Sub': `arn:aws:iam::\${AWS::AccountId}:root` }],
    ['a role of the stack', { 'Fn::GetAtt': ['Other', 'Arn'] }],
    ['a parameter', { Ref: 'Other' }],
  ])('%s', (_, principal) => {
    const { suggestedChange, suggestedPolicy } = check(policyOf(wrong, others(principal)));
    expect(suggestedChange).toBe('add_statement');
    expect(JSON.stringify(suggestedPolicy)).not.toContain('000000000000');
  });

  test.each<[string, unknown]>([
    [
      'the account of the stack in a condition',
      policyOf(
        allow({
          Principal: '*',
          Condition: { StringEquals: { 'aws:PrincipalAccount': [VENDOR, { Ref: 'AWS::AccountId' }] } },
        }),
      ),
    ],
    [
      'the Region of the stack for the vendor',
      policyOf(
        allow({
          Condition: {
            StringEquals: { 'sts:ExternalId': 'wrong', 'aws:RequestedRegion': { Ref: 'AWS::Region' } },
          },
        }),
      ),
    ],
  ])('%s', (_, policy) => {
    const { suggestedChange, suggestedPolicy } = check(policy);
    expect(suggestedChange).toBe('add_statement');
    expect(JSON.stringify(suggestedPolicy)).not.toMatch('000000000000|us-east-1');
  });

  test('the Region of the stack', () => {
    const inRegion = { StringEquals: { 'aws:RequestedRegion': { Ref: 'AWS::Region' } } };
    const { suggestedChange } = check(policyOf(wrong, { ...others('111111111111'), Condition: inRegion }));
    expect(suggestedChange).toBe('add_statement');
  });

  test('but the domain of a service is known', () => {
    const service = allow({ Principal: { Service: { 'Fn::Sub': `ec2.\${AWS::URLSuffix}` } } });
    expect(JSON.stringify(check(policyOf(wrong, service)).suggestedPolicy)).toContain('ec2.amazonaws.com');
  });
});

describe('a part of a policy that an expression makes is not called wrong, and there is only a statement to add', () => {
  test.each<[string, unknown]>([
    ['a Condition', policyOf(allow({ Condition: { Ref: 'Condition' } }))],
    ['the keys of an operator', policyOf(allow({ Condition: { StringEquals: { Ref: 'Keys' } } }))],
    ['a Principal', policyOf(allow({ Principal: { 'Fn::FindInMap': ['A', 'B', 'C'] } }))],
    ['a NotPrincipal', policyOf(right, { Effect: 'Deny', NotPrincipal: { Ref: 'P' }, Action: 'sts:*' })],
    ['an Effect', policyOf(allow({ ...requiring(), Effect: { Ref: 'Effect' } }))],
    ['the Version', { ...policyOf(right), Version: { Ref: 'Version' } }],
    ['a statement', policyOf({ Ref: 'Statement' }, right)],
    ['the statements', { Version: '2012-10-17', Statement: { 'Fn::Split': [',', 'a'] } }],
    ['a Condition of Terraform', terraform({ Condition: 'merge(local.condition, { Bool = {} })' })],
    ['a Principal of Terraform', terraform({ Principal: 'var.principal' })],
  ])('%s', (_, policy) => {
    expect(resultOf(policy)).toEqual(['invalid', 'add_statement']);
    expect(messagesOf(policy)).toEqual([expect.stringMatching('A policy is put together by expressions.')]);
  });
});

describe('what decides nothing for the vendor leaves a policy safe', () => {
  const named = { Sid: { 'Fn::Sub': `Allow\${Environment}` } };
  const service = { Principal: { Service: { Ref: 'Service' } } };
  const federated = {
    Principal: { Federated: { Ref: 'Provider' } },
    Action: 'sts:AssumeRoleWithWebIdentity',
  };
  test.each<[string, unknown]>([
    ['the Sid of the vendor', policyOf({ ...named, ...right })],
    ['the Sid of others', policyOf(right, { ...named, ...others('111111111111') })],
    ['the Id', { Id: { Ref: 'AWS::StackName' }, ...policyOf(right) }],
    ['a service', policyOf(right, allow(service))],
    ['an identity provider', policyOf(right, allow(federated))],
  ])('%s', (_, policy) => {
    expect(resultOf(policy)).toEqual(['safe', 'none']);
  });

  test('and a Sid is in no suggested policy, whose statements are the same without it', () => {
    const { suggestedChange, suggestedPolicy } = check(
      policyOf({ ...named, ...wrong }, others('111111111111')),
    );
    expect([suggestedChange, suggestedPolicy]).toEqual([
      'replace_policy',
      policyOf(right, others('111111111111')),
    ]);
  });
});

describe('a value that may become the right one is assumed, and no error', () => {
  test.each<[string, unknown, string]>([
    ['an external ID', policyOf(allow(requiring({ Ref: 'Id' }))), ID],
    ['a part of an external ID', policyOf(allow(requiring({ 'Fn::Sub': `\${A}-\${B}` }))), ID],
    ['an action', policyOf(allow({ ...requiring(), Action: { Ref: 'Action' } })), 'sts:AssumeRole'],
    ['a list with the vendor', terraform({ Principal: `{ AWS = concat(["${ROOT}"], var.more) }` }), ROOT],
  ])('%s', (_, policy, value) => {
    expect(resultOf(policy)).toEqual(['undetermined', 'none']);
    expect(messagesOf(policy)).toEqual([
      expect.stringMatching(`The policy is right only if the value is "${value}"`),
    ]);
  });

  test.each([
    'self:custom.id',
    "opt:id, 'none'",
    'env:ID',
    'ssm:/id',
    'cf(us-east-1):stack.id',
    'file(a.yml):id',
  ])('an external ID of the Serverless Framework: %s', (expression) => {
    const policy = policyOf(allow(requiring(`\${${expression}}`)));
    expect(resultOf(policy)).toEqual(['undetermined', 'none']);
    expect(messagesOf(policy).join()).toContain('is an expression of Serverless Framework');
  });

  test.each(['aws:username', 'saml:sub', 's3:prefix', 'accounts.google.com:sub'])(
    'but a variable of the policy language is no expression: %s',
    (variable) => {
      const { findings } = check(policyOf(allow(requiring(`\${${variable}}`))));
      expect(findings.map(({ code }) => code)).not.toContain('unresolved_value');
    },
  );

  test('an ARN of the vendor that has to be equal', () => {
    const arn = { StringEquals: { 'sts:ExternalId': ID, 'aws:PrincipalArn': { Ref: 'Arn' } } };
    const { verdict, findings } = check(policyOf(allow({ Condition: arn })));
    expect([verdict, findings.map(({ code }) => code)]).toEqual([
      'undetermined',
      ['unresolved_value', 'condition_unknown'],
    ]);
  });
});

test.each<[string, unknown, string]>([
  ['Ref', { Ref: 'AWS::AccountId' }, `"\${AWS::AccountId}" is not the external ID`],
  ['Sub', { 'Fn::Sub': `x-\${AWS::AccountId}` }, `"x-\${AWS::AccountId}" is not the external ID`],
  ['a part that no external ID has', { 'Fn::Sub': `x-\${Id}` }, `"x-\${Id}" is not the external ID`],
])('a finding quotes the expression that was pasted: %s', (_, value, quoted) => {
  expect(messagesOf(policyOf(allow(requiring(value)))).join()).toContain(quoted);
});

describe('a conditional expression of Terraform is checked in both cases', () => {
  const condition = `{ StringEquals = { "sts:ExternalId" = "${ID}" } }`;
  test.each<[string, string, string]>([
    ['an empty object', `var.id != "" ? ${condition} : {}`, 'If "var.id != \\"\\"" is false'],
    ['null', `var.on ? ${condition} : null`, 'If "var.on" is false'],
    ['in parentheses', `(var.on ? ${condition} : {})`, 'If "var.on" is false'],
    ['a condition in parentheses', `(var.on) ? ${condition} : {}`, 'If "var.on" is false'],
    ['over several lines', `var.on ? {} : {\n StringEquals = { "sts:ExternalId" = "${ID}" }\n}`, 'is true'],
    [
      'nested',
      `var.a ? ${condition} : var.b ? ${condition} : {}`,
      'If "var.a" is false and "var.b" is false',
    ],
  ])('%s', (_, expression, message) => {
    const policy = terraform({ Condition: expression });
    expect(resultOf(policy)).toEqual(['unsafe', 'replace_policy']);
    expect(messagesOf(policy)[0]).toContain(message);
  });

  test('a value', () => {
    const value = `{ StringEquals = { "sts:ExternalId" = var.production ? "${ID}" : "other" } }`;
    expect(messagesOf(terraform({ Condition: value }))).toEqual([
      'If "var.production" is false, Vendor cannot assume the role.',
    ]);
  });

  test('but the colon of a list that is made by "for" is none', () => {
    const list = `{ AWS = [for account in var.accounts : "arn:aws:iam::\${account}:root"] }`;
    expect(resultOf(terraform({ Principal: list }))).toEqual(['undetermined', 'none']);
  });
});
