import { Document, isScalar, Scalar, visit } from 'yaml';
import {
  assertKitInput,
  assertVendorKit,
  EXTERNAL_ID_PATTERN,
  headerLines,
  INLINE_POLICY_NAME,
  type KitInput,
  managedPolicyArns,
  roleDescription,
  rolePath,
  TENANT_TAG,
  tagValue,
  type VendorKit,
} from './setup-kit.ts';
import { trustPolicyDocument } from './trust-policy-document.ts';

type Tenant = Pick<KitInput, 'tenantId' | 'externalIds'>;

const ref = (name: string) => ({ Ref: name });

/** Prefilled for one tenant; without one, the stack cannot be created before somebody gives an external ID. */
function parameters(kit: VendorKit, tenant: Tenant | null) {
  return {
    // NoEcho stays away: quick-create links ignore such parameters, and the ID is no secret. A list, since a
    // rotation needs two; AllowedPattern is held against each of its values.
    ExternalId: {
      Type: 'CommaDelimitedList',
      ...(tenant && { Default: tenant.externalIds.join(',') }),
      Description:
        'The external ID issued to you; while it is being changed, both IDs with a comma between them.',
      AllowedPattern: EXTERNAL_ID_PATTERN,
      ConstraintDescription: 'must be the external ID exactly as it was issued: a lower-case UUID version 4.',
    },
    VendorAccountId: {
      Type: 'String',
      Default: kit.vendor.accountId,
      Description: 'The AWS account of the vendor.',
      AllowedPattern: '^[0-9]{12}$',
      ConstraintDescription: 'must be an AWS account ID: 12 digits.',
    },
    RoleName: {
      Type: 'String',
      Default: kit.role.name,
      Description: 'The name of the role to create.',
      AllowedPattern: '^[A-Za-z0-9_+=,.@-]{1,64}$',
      ConstraintDescription: 'must be 1 to 64 letters, digits or characters of _+=,.@-',
    },
    RolePath: {
      Type: 'String',
      Default: rolePath(kit),
      Description: 'The path of the role.',
      AllowedPattern: '^/([!-~]*/)?$',
      ConstraintDescription: 'must begin and end with a slash.',
    },
    PermissionsBoundaryArn: {
      Type: 'String',
      Default: '',
      Description: 'The ARN of a permissions boundary for the role; empty for none.',
      AllowedPattern: '^(arn:aws[a-z-]*:iam::[^:]*:policy/.+)?$',
      ConstraintDescription: 'must be the ARN of an IAM policy, or empty.',
    },
  };
}

/** What a template takes from its parameters, or says outright when it has none. */
interface RoleValues {
  name: unknown;
  path: unknown;
  /** The one principal that the trust policy names. */
  principal: unknown;
  externalId: unknown;
  /** Left out: the role gets no boundary. */
  boundary?: unknown;
}

const fromParameters = (kit: VendorKit): RoleValues => ({
  name: ref('RoleName'),
  path: ref('RolePath'),
  // The partition is written out: AWS::Partition would, in a stack of another one, name a stranger's account there.
  principal: { 'Fn::Sub': `arn:${kit.vendor.partition}:iam::\${VendorAccountId}:root` },
  externalId: ref('ExternalId'),
  boundary: { 'Fn::If': ['HasPermissionsBoundary', ref('PermissionsBoundaryArn'), ref('AWS::NoValue')] },
});

/** The role, in every template the same but for where its values come from. */
export function roleProperties(kit: VendorKit, tenant: Tenant | null, values: RoleValues) {
  const arns = managedPolicyArns(kit);
  const { inlinePolicy } = kit.permissions;
  return {
    RoleName: values.name,
    Path: values.path,
    Description: roleDescription(kit, tenant?.tenantId ?? null),
    MaxSessionDuration: kit.role.maxSessionDurationSeconds,
    ...(values.boundary !== undefined && { PermissionsBoundary: values.boundary }),
    AssumeRolePolicyDocument: trustPolicyDocument(values.principal, values.externalId, kit),
    ...(arns.length > 0 && { ManagedPolicyArns: arns }),
    ...(inlinePolicy && {
      Policies: [{ PolicyName: INLINE_POLICY_NAME, PolicyDocument: literalDocument(inlinePolicy) }],
    }),
    ...(tenant && { Tags: [{ Key: TENANT_TAG, Value: tagValue(tenant.tenantId) }] }),
  };
}

/**
 * Strings of a template are literal, `${…}` too, unless they stand in Fn::Sub; so a policy is put in as it is. But an
 * object with a key Ref or Fn::… is a function call, and CloudFormation has no way to say that it is not. No IAM
 * policy needs such a key.
 */
function literalDocument(policy: object): unknown {
  return JSON.parse(JSON.stringify(policy), (key, value: unknown) => {
    if (key === 'Ref' || key.startsWith('Fn::')) {
      throw new TypeError(
        `setup kit: CloudFormation would run the key ${key} of the inline policy as a function`,
      );
    }
    return value;
  });
}

const PLAIN_KEY = /^(?!(?:y|n|yes|no|on|off|true|false|null)$)[a-z]+$/i;

/**
 * Every string in double quotes and in ASCII: CloudFormation reads YAML 1.1, in which a bare `no` is false, a bare
 * 012345670123 an octal number, 2010-09-09 a date, and U+0085 a line break even between quotes.
 */
export function toYaml(template: object): string {
  const document = new Document(template, { aliasDuplicateObjects: false });
  visit(document, {
    Pair(_, { key }) {
      if (isScalar<string>(key)) key.type = PLAIN_KEY.test(key.value) ? Scalar.PLAIN : Scalar.QUOTE_DOUBLE;
    },
  });
  return document
    .toString({ defaultStringType: 'QUOTE_DOUBLE', doubleQuotedAsJSON: true, lineWidth: 0 })
    .replace(/[^\x20-\x7e\n]/gu, (character) => {
      const code = (character.codePointAt(0) ?? 0).toString(16);
      return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
    });
}

/** A dynamic reference is replaced by a value out of the customer's own secrets, in any string of a resource. */
export function assertNothingResolved(template: string): void {
  if (template.includes('{{resolve:')) {
    throw new TypeError('setup kit: CloudFormation would resolve a {{resolve:…}} in the role');
  }
}

export const ROLE_ARN = {
  RoleArn: { Description: 'Give this ARN to the vendor.', Value: { 'Fn::GetAtt': ['Role', 'Arn'] } },
};

function renderTemplate(kit: VendorKit, tenant: Tenant | null): string {
  const tenantId = tenant?.tenantId ?? null;
  const yaml = toYaml({
    AWSTemplateFormatVersion: '2010-09-09',
    Description: roleDescription(kit, tenantId),
    Parameters: parameters(kit, tenant),
    Conditions: {
      HasPermissionsBoundary: { 'Fn::Not': [{ 'Fn::Equals': [ref('PermissionsBoundaryArn'), ''] }] },
    },
    Resources: {
      Role: { Type: 'AWS::IAM::Role', Properties: roleProperties(kit, tenant, fromParameters(kit)) },
    },
    Outputs: ROLE_ARN,
  });
  assertNothingResolved(yaml);
  return `${headerLines(kit, tenantId)
    .map((line) => `# ${line}\n`)
    .join('')}${yaml}`;
}

/** `cloudformation.yaml` (CloudFormation User Guide, "AWS::IAM::Role"; needs CAPABILITY_NAMED_IAM). */
export function renderCloudFormation(input: KitInput): string {
  assertKitInput(input);
  return renderTemplate(input, input);
}

/**
 * The template for `templateUrl`, which all tenants share and whose values come with the launch-stack link. It
 * names no tenant and has no external ID of its own: a stack created from one tenant's file by another would trust
 * the first one's ID, and so open the second one's role to the first.
 */
export function renderSharedTemplate(kit: VendorKit): string {
  assertVendorKit(kit);
  return renderTemplate(kit, null);
}
