import { describe, expect, test } from 'vitest';
import { checkPolicy } from '../check-trust-policy.ts';
import type { JsonObject } from '../json-values.ts';
import {
  allow,
  createContext,
  ID,
  policyOf,
  ROOT,
  requiring,
  VENDOR,
  variable,
} from '../policies.fixture.ts';

const service = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
/** The vendor's statement lacks the external ID; the customer has another one. */
const policy = policyOf(allow(), service);
const text = JSON.stringify(policy, null, 2);
const roles = (...policies: unknown[]) =>
  policies.map((AssumeRolePolicyDocument, i) => ({ RoleName: `Role${i}`, AssumeRolePolicyDocument }));

const check = (pasted: unknown) => checkPolicy(pasted, createContext());
const codesOf = (checked: ReturnType<typeof check>) => checked.findings.map(({ code }) => code);
const terraform = (statements: string) =>
  `resource "aws_iam_role" "r" {\n  name = "r" # ours\n  assume_role_policy = jsonencode({\n    Version = "2012-10-17"\n    Statement = [${statements}]\n  })\n  tags = merge(local.tags, { a = "b" })\n}`;
const HCL_VENDOR = `{ Effect = "Allow", Principal = { AWS = "${ROOT}" }, Action = "sts:AssumeRole" }`;
const HCL_SERVICE =
  '{ Effect: "Allow", Principal: { "Service" = "ec2.amazonaws.com" }, Action = ["sts:AssumeRole",] }';
const PLAN = `Terraform will perform the following actions:

  # aws_iam_role.r will be updated in-place
  ~ resource "aws_iam_role" "r" {
        id                 = "r"
      + unique_id          = (known after apply)
      ~ assume_role_policy = jsonencode(
          ~ {
              ~ Statement = [
                  - {
                      - Action    = "sts:AssumeRole"
                      - Effect    = "Allow"
                      - Principal = "*"
                    },
                  ~ {
                      ~ Action    = "sts:TagSession" -> "sts:AssumeRole"
                        Effect    = "Allow"
                        Principal = {
                            AWS = "${ROOT}"
                        }
                    },
                  + {
                      + Action    = "sts:AssumeRole"
                      + Effect    = "Allow"
                      + Principal = {
                          + Service = "ec2.amazonaws.com"
                        }
                    },
                ]
                Version   = "2012-10-17"
            }
        )
    }

Plan: 0 to add, 1 to change, 0 to destroy.`;
const YAML = `AWSTemplateFormatVersion: 2010-09-09
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Principal: {AWS: !Sub 'arn:\${AWS::Partition}:iam::${VENDOR}:root'}
            Action: sts:AssumeRole
          - Effect: Allow
            Principal: {Service: ec2.amazonaws.com}
            Action: sts:AssumeRole
`;
const CDK = {
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: policyOf(
          allow({
            Principal: {
              AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::${VENDOR}:root`]] },
            },
          }),
          service,
        ),
      },
    },
  },
};

const textInYaml = (style: string) => {
  const properties = `AssumeRolePolicyDocument: ${style}\n  ${text.replaceAll('\n', '\n  ')}`;
  return `Properties:\n  ${properties.replaceAll('\n', '\n  ')}\n`;
};

describe('a text in any form that customers paste is read as a whole, and keeps their other statements', () => {
  const lossless: [string, unknown, 'unsafe' | 'invalid'][] = [
    ['percent-encoded, as the IAM API returns it', encodeURIComponent(text), 'unsafe'],
    ['quoted as a JSON string', JSON.stringify(text), 'unsafe'],
    ['the output of aws iam get-role', { Role: roles(policy)[0] }, 'unsafe'],
    ['the output of aws iam list-roles', { Roles: roles(policyOf(service), policy) }, 'unsafe'],
    [
      'the output of aws iam get-account-authorization-details',
      { RoleDetailList: roles(encodeURIComponent(text)) },
      'unsafe',
    ],
    ['a CloudFormation template in YAML', YAML, 'unsafe'],
    ['as text in a template in YAML', textInYaml('|'), 'unsafe'],
    ['as text of the function Sub in a template', textInYaml('!Sub |'), 'unsafe'],
    ['a template of the CDK', CDK, 'unsafe'],
    ['a list of policies, of which one is for the vendor', [policyOf(service), policy], 'unsafe'],
    [
      'a resource of a template without the braces around it',
      `${JSON.stringify(CDK.Resources).slice(1, -1)},`,
      'unsafe',
    ],
    ['Terraform with jsonencode', terraform(`${HCL_VENDOR}, ${HCL_SERVICE}`), 'unsafe'],
    ['Terraform with a here-document', `assume_role_policy = <<-EOF\n${text}\nEOF\n`, 'unsafe'],
    [
      'an object of HCL',
      `{\n  Version = "2012-10-17"\n  Statement = [${HCL_VENDOR}, ${HCL_SERVICE}]\n}`,
      'unsafe',
    ],
    ['the output of terraform plan', PLAN, 'unsafe'],
    ['between the backticks of a chat program', `\`\`\`json\n${text}\n\`\`\`\n`, 'unsafe'],
    ['with curly quotation marks', text.replace(/"([^"]*)"/g, '\u201c$1\u201d'), 'invalid'],
    ['with single quotation marks', text.replaceAll('"', "'"), 'invalid'],
    ['with non-breaking spaces', text.replaceAll('  ', '\u00a0 '), 'invalid'],
    ['with zero-width spaces', text.replaceAll('\n', '\n\u200b'), 'invalid'],
    ['with a comment', text.replace('{', '{ // vendor'), 'invalid'],
    ['with a missing comma', text.replace('"Allow",', '"Allow"'), 'invalid'],
    ['with a comma too many', text.replace('"sts:AssumeRole"', '"sts:AssumeRole",'), 'invalid'],
    ['without quotation marks around a value', text.replace(`"${ROOT}"`, ROOT), 'invalid'],
    ['without its braces', text.slice(1, -1), 'invalid'],
    ['with a bracket too many', `${text}\n}`, 'invalid'],
  ];

  test.each(lossless)('%s', (_, pasted, verdict) => {
    const checked = check(pasted);
    expect([checked.verdict, checked.suggestedChange]).toEqual([verdict, 'replace_policy']);
    const expected =
      verdict === 'invalid' ? ['syntax_error', 'external_id_not_demanded'] : ['external_id_not_demanded'];
    expect(codesOf(checked)).toEqual(expected);
    expect(checked.suggestedPolicy.Statement).toHaveLength(2);
    expect(JSON.stringify(checked.suggestedPolicy.Statement)).toContain('ec2.amazonaws.com');
  });
});

describe('a text that was not read as a whole gets only the statement to add, and findings about nothing else', () => {
  const hidden = PLAN.replace(
    '                  + {',
    '                    # (1 unchanged element hidden)\n                  + {',
  );
  test.each([
    ['cut off', text.slice(0, -40), 'syntax_error'],
    ['prose around it', `Please use this:\n${text}\nThanks`, 'syntax_error'],
    ['two policies', `${text}\n${text}`, 'syntax_error'],
    ['a colon missing', text.replace('"Effect":', '"Effect"'), 'syntax_error'],
    ['YAML that is cut off', YAML.replace('ec2.amazonaws.com}', 'ec2'), 'syntax_error'],
    ['Terraform that is cut off', terraform(`${HCL_VENDOR}, ${HCL_SERVICE}`).slice(0, -60), 'syntax_error'],
    ['a plan that hides elements', hidden, 'syntax_error'],
    [
      'a data source that merges others',
      'data "aws_iam_policy_document" "t" {\n  source_policy_documents = [var.x]\n}',
      'syntax_error',
    ],
    [
      'roles of which none is for the vendor',
      JSON.stringify({ Roles: roles(policyOf(service), policyOf({ ...service, Sid: 'A' })) }),
      'several_policies',
    ],
    ['two documents of YAML', `${YAML}\n---\n${YAML}`, 'several_policies'],
  ])('%s', (_, pasted, code) => {
    const checked = check(pasted);
    expect([checked.verdict, checked.suggestedChange, codesOf(checked)]).toEqual([
      'invalid',
      'add_statement',
      [code],
    ]);
    expect(checked.suggestedPolicy).toEqual(policyOf(allow(requiring())));
  });
});

describe('a value that another tool fills in', () => {
  const template = (parameters: JsonObject) => ({
    Parameters: parameters,
    Resources: {
      Role: {
        Properties: {
          AssumeRolePolicyDocument: policyOf(
            allow({
              Principal: { AWS: { 'Fn::Sub': `arn:aws:iam::${variable('VendorAccountId')}:root` } },
              ...requiring({ Ref: 'ExternalId' }),
            }),
          ),
        },
      },
    },
  });

  test('is resolved by the default of its parameter', () => {
    const checked = check(template({ VendorAccountId: { Default: VENDOR }, ExternalId: { Default: ID } }));
    expect([checked.verdict, codesOf(checked)]).toEqual(['safe', []]);
    const other = check(template({ VendorAccountId: { Default: VENDOR }, ExternalId: { Default: 'other' } }));
    expect(other.verdict).toBe('not_assumable');
  });

  test('is named with the value that would be right, and never makes a policy safe or invalid', () => {
    const checked = check(template({}));
    expect([checked.verdict, checked.suggestedChange]).toEqual(['undetermined', 'none']);
    expect(
      checked.findings.map(({ code, message }) => [code, message.includes(VENDOR) || message.includes(ID)]),
    ).toEqual([
      ['unresolved_value', true],
      ['unresolved_value', true],
    ]);
    expect(checked.findings[0]?.fix).toContain('aws iam get-role');
  });

  test.each([
    ['var.external_id', 'Terraform'],
    ['local.external_id', 'Terraform'],
    ['ExternalId', 'CloudFormation'],
  ])('is recognized in a string: %s', (expression, tool) => {
    const checked = check(policyOf(allow(requiring(variable(expression)))));
    expect([checked.verdict, codesOf(checked)]).toEqual(['undetermined', ['unresolved_value']]);
    expect(checked.findings[0]?.message).toContain(tool);
  });

  test('is recognized without quotation marks, as the value of a template', () => {
    const written = JSON.stringify(policyOf(allow(requiring('ID'))));
    const checked = check(written.replace('"ID"', variable('jsonencode(external_ids)')));
    expect([checked.verdict, codesOf(checked)]).toEqual(['undetermined', ['unresolved_value']]);
  });

  test('of CloudFormation is not taken for one of Terraform, whatever the name of the exported value', () => {
    const checked = check(policyOf(allow(requiring({ 'Fn::ImportValue': 'shared-id' }))));
    expect(checked.findings[0]?.message).toMatch(
      /Fn::ImportValue shared-id.*is an expression of CloudFormation/,
    );
  });

  test('in the name of a role or user is not taken for an account', () => {
    const AWS = `arn:aws:iam::${variable('account')}:user/${variable('name')}`;
    const checked = check(policyOf(allow({ Principal: { AWS }, ...requiring() })));
    expect([checked.verdict, codesOf(checked)]).toEqual([
      'not_assumable',
      ['other_principal', 'unresolved_value'],
    ]);
    expect(checked.findings[0]?.message).toContain(`:user/${variable('name')}`);
  });

  test('does not hide that the policy is unsafe in any case', () => {
    const condition = { StringEqualsIfExists: { 'sts:ExternalId': { Ref: 'ExternalId' } } };
    const checked = check(policyOf(allow({ Condition: condition })));
    expect([checked.verdict, codesOf(checked)]).toEqual(['unsafe', ['if_exists', 'unresolved_value']]);
  });

  test("in a statement for others is never replaced, so there is only the vendor's statement to add", () => {
    const others = allow({ Principal: { AWS: { 'Fn::GetAtt': ['Other', 'Arn'] } } });
    const open = allow({ Principal: { AWS: { Ref: 'OtherRole' } } });
    expect(check(policyOf(allow(), open)).suggestedChange).toBe('add_statement');
    expect(check(policyOf(allow(requiring()), others)).verdict).toBe('safe');
  });
});

test('fixes and suggestion are written in the language of the customer', () => {
  const fixOf = (pasted: string) => check(pasted).findings[0]?.fix;
  expect(fixOf(terraform(HCL_VENDOR))).toContain(
    `Condition = { "StringEquals" = { "sts:ExternalId" = "${ID}" } }`,
  );
  expect(fixOf(YAML)).toContain(`Condition: {"StringEquals": {"sts:ExternalId": "${ID}"}}`);
  const data = `data "aws_iam_policy_document" "t" {\n  statement {\n    actions = ["sts:AssumeRole"]\n    principals {\n      type        = "AWS"\n      identifiers = ["${ROOT}"]\n    }\n  }\n}`;
  expect(fixOf(data)).toContain(`variable = "sts:ExternalId"\n  values = ["${ID}"]`);
  const { suggestedSources } = check(text);
  expect(check(suggestedSources.terraform)).toMatchObject({ verdict: 'safe', findings: [] });
  expect(check(suggestedSources.cloudFormation)).toMatchObject({ verdict: 'safe', findings: [] });
});
