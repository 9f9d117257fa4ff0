import fc from 'fast-check';
import { CORE_SCHEMA, load, YAML11_SCHEMA } from 'js-yaml';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Parser } from 'web-tree-sitter';
import {
  createHclParser,
  decodeHeredoc,
  decodeQuoted,
  findAttribute,
} from '../../setup-kit/terraform/hcl.fixture.ts';
import { brokerTrustPolicy, canaryTrustPolicy, environmentOf, identityPolicy } from './policies.ts';
import { renderCloudFormation } from './render-cloudformation.ts';
import { renderJson } from './render-json.ts';
import { renderTerraform } from './render-terraform.ts';
import { anyVendorRoles, CANARY_ACCOUNT, createVendorRoles } from './vendor-roles.fixture.ts';
import type { VendorRoles } from './vendor-roles.ts';

/** Names and policies of both roles, computed without a renderer. */
function expected(roles: VendorRoles) {
  const { broker, canary } = roles;
  return {
    broker: {
      name: broker.name,
      path: broker.path,
      trust: brokerTrustPolicy(roles),
      identity: identityPolicy(roles),
    },
    canary: canary && { name: canary.name, path: canary.path, trust: canaryTrustPolicy(roles, canary) },
  };
}

interface Resource {
  Type: string;
  Condition: string;
  Properties: Record<string, unknown> & { Policies?: { PolicyDocument: object }[] };
}

/** CloudFormation reads YAML 1.1, but most other tools read YAML 1.2. Both must read the same template. */
function parseTemplate(yaml: string) {
  const template = load(yaml, { schema: YAML11_SCHEMA }) as {
    Conditions: Record<string, object>;
    Resources: Record<string, Resource>;
  };
  expect(load(yaml, { schema: CORE_SCHEMA })).toEqual(template);
  return template;
}

describe('cloudformation', () => {
  test('a parser reads names and policies exactly as they are', () => {
    fc.assert(
      fc.property(anyVendorRoles, (roles) => {
        const { BrokerRole: broker, CanaryRole: canary } = parseTemplate(
          renderCloudFormation(roles),
        ).Resources;
        expect({
          broker: {
            name: broker?.Properties.RoleName,
            path: broker?.Properties.Path,
            trust: broker?.Properties.AssumeRolePolicyDocument,
            identity: broker?.Properties.Policies?.[0]?.PolicyDocument,
          },
          canary: canary
            ? {
                name: canary.Properties.RoleName,
                path: canary.Properties.Path,
                trust: canary.Properties.AssumeRolePolicyDocument,
              }
            : null,
        }).toEqual(expected(roles));
      }),
    );
  });

  test('creates each role only in its account, and the canary role has no permissions', () => {
    const { Conditions, Resources } = parseTemplate(renderCloudFormation(createVendorRoles()));
    expect(Conditions).toEqual({
      IsBrokerAccount: { 'Fn::Equals': [{ Ref: 'AWS::AccountId' }, '012345670123'] },
      IsCanaryAccount: { 'Fn::Equals': [{ Ref: 'AWS::AccountId' }, CANARY_ACCOUNT] },
    });
    expect(Object.entries(Resources).map(([name, { Condition }]) => [name, Condition])).toEqual([
      ['BrokerRole', 'IsBrokerAccount'],
      ['BrokerInstanceProfile', 'IsBrokerAccount'],
      ['CanaryRole', 'IsCanaryAccount'],
    ]);
    expect(Object.keys(Resources.CanaryRole?.Properties ?? {}).sort()).toEqual([
      'AssumeRolePolicyDocument',
      'Description',
      'Path',
      'RoleName',
    ]);
  });
});

describe('terraform', () => {
  let parser: Parser;
  beforeAll(async () => {
    parser = await createHclParser();
  });

  function parse(roles: VendorRoles) {
    const root = parser.parse(renderTerraform(roles))?.rootNode;
    if (!root || root.hasError) throw new Error(`not HCL:\n${renderTerraform(roles)}`);
    return (header: string[], name: string): string => findAttribute(root, header, name) ?? '';
  }

  test('a parser reads names and policies exactly as they are', () => {
    fc.assert(
      fc.property(anyVendorRoles, (roles) => {
        const attribute = parse(roles);
        const role = (name: string) => ({
          name: decodeQuoted(attribute(['resource', 'aws_iam_role', name], 'name')),
          path: decodeQuoted(attribute(['resource', 'aws_iam_role', name], 'path')),
          trust: JSON.parse(
            decodeHeredoc(attribute(['resource', 'aws_iam_role', name], 'assume_role_policy')),
          ),
        });
        const identity = JSON.parse(
          decodeHeredoc(attribute(['resource', 'aws_iam_role_policy', 'broker'], 'policy')),
        );
        expect({
          broker: { ...role('broker'), identity },
          canary: roles.canary && role('canary'),
        }).toEqual(expected(roles));
      }),
    );
  });

  test('creates the canary role by the provider of its account', () => {
    const roles = createVendorRoles();
    const attribute = parse(roles);
    expect(attribute(['resource', 'aws_iam_role', 'canary'], 'provider')).toBe('aws.canary');
    expect(renderTerraform(roles)).toContain(`allowed_account_ids = ["${CANARY_ACCOUNT}"]`);
    expect(renderTerraform(createVendorRoles({ canary: null }))).not.toContain('canary"');
  });
});

test('json has the policies by themselves, and the variables to set', () => {
  fc.assert(
    fc.property(anyVendorRoles, (roles) => {
      const { brokerRole, canaryRole, environment } = JSON.parse(renderJson(roles));
      const { broker, canary } = expected(roles);
      expect([brokerRole.name, brokerRole.trustPolicy, brokerRole.identityPolicy]).toEqual([
        broker.name,
        broker.trust,
        broker.identity,
      ]);
      expect(canaryRole?.trustPolicy ?? null).toEqual(canary?.trust ?? null);
      expect(canaryRole?.externalId ?? null).toBe(roles.canary?.externalId ?? null);
      expect(environment).toEqual(environmentOf(roles));
    }),
  );
});

test.each([renderCloudFormation, renderTerraform])(
  'no line of a header can be ended by a value: %o',
  (render) => {
    fc.assert(
      fc.property(anyVendorRoles, (roles) => {
        expect(render(roles)).toMatch(/^[\x20-\x7e\n]*$/);
      }),
    );
  },
);
