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

const right = policyOf(allow(requiring()));
const open = policyOf(allow());
const service = policyOf(allow({ Principal: { Service: 'ec2.amazonaws.com' } }));

const check = (pasted: unknown) => checkPolicy(pasted, createContext());
const codesOf = (pasted: unknown) => check(pasted).findings.map(({ code }) => code);

describe('the policy in an event of CloudTrail is found', () => {
  const event = (roleName: string, policyDocument: unknown, others: JsonObject = {}) => ({
    eventTime: '2026-01-01T00:00:00Z',
    eventName: 'UpdateAssumeRolePolicy',
    requestParameters: { roleName, policyDocument: JSON.stringify(policyDocument) },
    ...others,
  });
  const created = {
    eventName: 'CreateRole',
    requestParameters: { roleName: 'A', assumeRolePolicyDocument: JSON.stringify(open) },
    responseElements: {
      role: { roleName: 'A', assumeRolePolicyDocument: encodeURIComponent(JSON.stringify(open)) },
    },
  };
  const permissions = { roleName: 'A', policyName: 'P', policyDocument: JSON.stringify(open) };
  const later = { eventTime: '2026-01-02T00:00:00Z' };

  test.each<[string, unknown]>([
    ['of UpdateAssumeRolePolicy', event('A', open)],
    ['of CreateRole, whose response repeats it', created],
    ['that EventBridge delivers', { source: 'aws.iam', detail: event('A', open) }],
    ['in the output of lookup-events', { Events: [{ CloudTrailEvent: JSON.stringify(event('A', open)) }] }],
    ['of another role beside that', { Records: [event('B', service), event('A', open)] }],
    ['before it was set again', { Records: [event('A', open, later), event('A', right)] }],
    [
      'beside a request that failed',
      { Records: [event('A', open), event('A', right, { ...later, errorCode: 'AccessDenied' })] },
    ],
    [
      'beside a permissions policy',
      { Records: [event('A', open), { eventName: 'PutRolePolicy', requestParameters: permissions }] },
    ],
  ])('%s', (_, pasted) => {
    for (const one of [pasted, JSON.stringify(pasted)]) {
      const checked = check(one);
      expect([checked.verdict, checked.suggestedChange]).toEqual(['unsafe', 'replace_policy']);
      expect(checked.findings.map(({ code }) => code)).toEqual(['external_id_not_demanded']);
    }
  });
});

const role = (statement: string) =>
  `resource "aws_iam_role" "r" {\n  assume_role_policy = jsonencode({\n    Version = "2012-10-17"\n    Statement = [${statement}]\n  })\n}\n`;
const statementFor = (principal: string, externalId: string) =>
  `{ Effect = "Allow", Principal = { AWS = ${principal} }, Action = "sts:AssumeRole", Condition = { StringEquals = { "sts:ExternalId" = ${externalId} } } }`;
const variables = (externalId: string) =>
  `variable "vendor" {\n  type = string\n  default = "${VENDOR}"\n}\nvariable "external_id" {\n  default = ${externalId}\n}\n`;
const arnOf = (name: string) => `"arn:aws:iam::${variable(name)}:root"`;

describe('the defaults of Terraform in the same text are used', () => {
  test.each([
    ['of variables', variables(`"${ID}"`), arnOf('var.vendor'), 'var.external_id'],
    ['lists', variables(`["${ID}"]`), arnOf('var.vendor'), 'var.external_id'],
    ['an element of a list', variables(`["${ID}", "x"]`), arnOf('var.vendor'), 'var.external_id[0]'],
    [
      'of locals that refer to variables',
      `${variables(`"${ID}"`)}locals {\n  arn = ${arnOf('var.vendor')}\n  id = var.external_id\n}\n`,
      'local.arn',
      'local.id',
    ],
    [
      'members of an object',
      `locals {\n  vendor = { account = "${VENDOR}", id = "${ID}" }\n}\n`,
      arnOf('local.vendor["account"]'),
      'local.vendor.id',
    ],
  ])('%s', (_, definitions, principal, externalId) => {
    const pasted = `${definitions}${role(statementFor(principal, externalId))}`;
    expect([check(pasted).verdict, codesOf(pasted)]).toEqual(['safe', []]);
  });

  test('and decide the verdict as in a policy without variables', () => {
    const pasted = `${variables('"another"')}${role(statementFor(arnOf('var.vendor'), 'var.external_id'))}`;
    expect([check(pasted).verdict, codesOf(pasted)]).toEqual(['not_assumable', ['wrong_external_id']]);
  });

  test.each(['""', 'null'])('but an empty one has to be replaced: %s', (empty) => {
    const pasted = `${variables(empty)}${role(statementFor(arnOf('var.vendor'), 'var.external_id'))}`;
    expect([check(pasted).verdict, codesOf(pasted)]).toEqual(['undetermined', ['unresolved_value']]);
  });

  test('but not those that refer to themselves, or that grow without a limit', () => {
    const circle = 'locals {\n  a = local.b\n  b = local.a\n}\n';
    expect(check(`${circle}${role(statementFor(`"${ROOT}"`, 'local.a'))}`).verdict).toBe('undetermined');
    const names = Array.from({ length: 30 }, (_, i) => `a${i}`);
    const growing = names.map((name, i) => `  ${name} = "${variable(`local.a${i + 1}`).repeat(8)}"\n`);
    const pasted = `locals {\n${growing.join('')}  a30 = "x"\n}\n${role(statementFor(`"${ROOT}"`, 'local.a0'))}`;
    expect(check(pasted).verdict).toBe('undetermined');
  });

  test('but not at the end of a chain that would exhaust the stack', () => {
    const chain = Array.from({ length: 4_000 }, (_, i) => `  a${i} = local.a${i + 1}\n`);
    const pasted = `locals {\n${chain.join('')}}\n${role(statementFor(`"${ROOT}"`, 'local.a0'))}`;
    const ended = pasted.replace('local.a4000', `"${ID}"`);
    expect(check(ended).verdict).toBe('undetermined');
  });

  test('a list of CloudFormation is a list', () => {
    const Parameters = { Ids: { Type: 'CommaDelimitedList', Default: `${ID}, ${ID}` } };
    const Role = { Properties: { AssumeRolePolicyDocument: policyOf(allow(requiring({ Ref: 'Ids' }))) } };
    expect(check({ Parameters, Resources: { Role } }).verdict).toBe('safe');
  });
});

describe('of what a plan hides, only elements of the policy matter', () => {
  const plan = (inside: string, outside: string) =>
    `  ~ resource "aws_iam_role" "r" {
      ~ assume_role_policy = jsonencode(
          ~ {
              ~ Statement = [
                  ~ {
                      ~ Action    = "sts:TagSession" -> "sts:AssumeRole"
                        Effect    = "Allow"
                        Principal = {
                            AWS = "${ROOT}"
                        }
                        ${inside}
                    },
                ]
                Version   = "2012-10-17"
            }
        )
        id                 = "r"
        ${outside}
    }
`;
  const attributes = '# (9 unchanged attributes hidden)';

  test('a plan that hides other attributes and blocks is read', () => {
    const block = '+ inline_policy (known after apply)';
    const pasted = plan('', `${block}\n        ${attributes}\n\n        # (1 unchanged block hidden)`);
    expect([check(pasted).suggestedChange, codesOf(pasted)]).toEqual([
      'replace_policy',
      ['external_id_not_demanded'],
    ]);
  });

  test('also beside a policy on one line', () => {
    const policy = JSON.stringify(JSON.stringify(open));
    const pasted = `  ~ resource "aws_iam_role" "r" {\n      + assume_role_policy = ${policy}\n        ${attributes}\n    }\n`;
    expect(codesOf(pasted)).toEqual(['external_id_not_demanded']);
  });

  test.each([
    ['an element of the policy', plan('# (1 unchanged element hidden)', attributes)],
    [
      'an attribute of a data source',
      ` <= data "aws_iam_policy_document" "d" {\n      + statement {\n            # (1 unchanged attribute hidden)\n        }\n    }\n`,
    ],
    [
      'the whole policy',
      `  ~ resource "aws_iam_role" "r" {\n      ~ name = "a" -> "b"\n        ${attributes}\n    }\n`,
    ],
  ])('one that hides %s is not', (_, pasted) => {
    const [found, ...others] = check(pasted).findings;
    expect([found?.code, others]).toEqual(['syntax_error', []]);
    expect(found?.message).toContain('The plan hides elements');
  });
});

describe('what Terraform puts together', () => {
  const document = (condition: string) =>
    `data "aws_iam_policy_document" "d" {\n  statement {\n    actions = ["sts:AssumeRole"]\n    principals {\n      type        = "AWS"\n      identifiers = ["${ROOT}"]\n    }\n    ${condition}\n  }\n}\n`;
  const content = `test     = "StringEquals"\n        variable = "sts:ExternalId"\n        values   = ["${ID}"]`;

  test('is checked with and without a dynamic condition', () => {
    const pasted = document(
      `dynamic "condition" {\n      for_each = compact([var.id])\n      content {\n        ${content}\n      }\n    }`,
    );
    expect([check(pasted).verdict, codesOf(pasted)]).toEqual([
      'unsafe',
      ['template_condition', 'external_id_not_demanded'],
    ]);
    expect(check(pasted).findings[0]?.message).toContain('If "length(compact([var.id])) > 0" is false');
    expect(check(`${pasted}`.replace('dynamic "condition"', 'dynamic "principals"')).verdict).toBe('invalid');
    expect(check(document(`condition {\n        ${content}\n      }`)).verdict).toBe('safe');
  });

  test('is checked if a local has the whole policy', () => {
    const [, policy] =
      /assume_role_policy = (jsonencode[\s\S]*)\n}/.exec(role(statementFor('"*"', '"x"'))) ?? [];
    const pasted = `locals {\n  trust = ${policy}\n}\nresource "aws_iam_role" "r" {\n  assume_role_policy = local.trust\n}\n`;
    expect(codesOf(pasted)).toContain('wildcard_principal');
  });

  test.each([
    role('').replace('[]', 'concat(local.a, local.b)'),
    role(`merge(local.a, { Effect = "Allow" })`),
    role(statementFor(`"${ROOT}"`, `"${ID}"`)).replace(/Condition = .*/, 'Condition = merge(local.a) }]'),
  ])('of parts that are not known is called so, and not invalid JSON: %#', (pasted) => {
    const [found, ...others] = check(pasted).findings;
    expect([found?.code, others]).toEqual(['syntax_error', []]);
    expect(found?.message).toContain('put together by expressions');
  });

  test("is not taken for another account if the vendor's is in the expression", () => {
    const principal = `coalesce(var.principal, "${ROOT}")`;
    const pasted = role(statementFor(principal, `"${ID}"`));
    expect([check(pasted).verdict, codesOf(pasted)]).toEqual(['undetermined', ['unresolved_value']]);
  });
});
