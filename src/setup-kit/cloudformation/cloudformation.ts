import { Document, isScalar, Scalar, visit } from 'yaml';
import { EXTERNAL_ID_PATTERN } from '../../external-ids/external-id.ts';
import { formatHeader, formatRoleDescription, formatTagValue } from '../kit-text.ts';
import {
  assertSharedSetupKit,
  assertTenantSetupKit,
  INLINE_POLICY_NAME,
  ROLE_PATH_PATTERN,
  resolveRolePath,
  type SharedSetupKit,
  TENANT_TAG,
  type TenantSetupKit,
  uniqueManagedPolicyArns,
} from '../setup-kit.ts';
import { createTrustPolicyDocument, toSingleOrList } from '../trust-policy-document.ts';

type Tenant = Pick<TenantSetupKit, 'tenantId' | 'externalIds'>;

const ref = (name: string) => ({ Ref: name });

/** What a customer may change about the role. The vendor's account is a literal, because no other one is right. */
export function createRoleParameters(kit: SharedSetupKit) {
  return {
    RoleName: {
      Type: 'String',
      Default: kit.role.name,
      Description: 'The name of the role to create.',
      AllowedPattern: '^[A-Za-z0-9_+=,.@-]{1,64}$',
      ConstraintDescription: 'must be 1 to 64 letters, digits or characters of _+=,.@-',
    },
    RolePath: {
      Type: 'String',
      Default: resolveRolePath(kit),
      Description: 'The path of the role.',
      AllowedPattern: ROLE_PATH_PATTERN,
      ConstraintDescription: 'must begin and end with a slash, without two slashes in a row.',
    },
  };
}

const BOUNDARY_PARAMETER = {
  Type: 'String',
  Default: '',
  Description: 'The ARN of a permissions boundary for the role. Empty: the role gets none.',
  AllowedPattern: '^(arn:aws[a-z-]*:iam::[^:]*:policy/.+)?$',
  ConstraintDescription: 'must be the ARN of an IAM policy, or empty.',
};

/**
 * The only value of the shared template that belongs to one tenant.
 * - Without NoEcho, because quick-create links ignore parameters that have it, and the external ID is not a secret.
 * - A list, because a rotation needs two external IDs. AllowedPattern applies to each of its values.
 */
const EXTERNAL_ID_PARAMETER = {
  Type: 'CommaDelimitedList',
  Description:
    'Issued to you by the vendor. Do not change it: the role works with no other. During a rotation, both external IDs, separated by a comma.',
  AllowedPattern: EXTERNAL_ID_PATTERN,
  ConstraintDescription: 'must be the external ID exactly as it was issued: a lowercase UUID version 4.',
};

/** Groups the parameters in the console, so that the external ID is apart from what may be changed. */
const SHARED_TEMPLATE_INTERFACE = {
  'AWS::CloudFormation::Interface': {
    ParameterGroups: [
      { Label: { default: 'Issued by the vendor: do not change' }, Parameters: ['ExternalId'] },
      {
        Label: { default: 'Optional: rules of your organization' },
        Parameters: ['RoleName', 'RolePath', 'PermissionsBoundaryArn'],
      },
    ],
  },
};

/** The values of the role that differ between the templates. */
interface RoleValues {
  externalId: unknown;
  /** A reference to the boundary; the role has none if the condition HasPermissionsBoundary is false. */
  boundary: unknown;
}

/** The condition that `createRoleProperties` needs. */
export const boundaryCondition = (parameter: string) => ({
  HasPermissionsBoundary: { 'Fn::Not': [{ 'Fn::Equals': [ref(parameter), ''] }] },
});

/** Creates the properties of the role, which differ between the templates only by `values`. */
export function createRoleProperties(kit: SharedSetupKit, tenant: Tenant | null, values: RoleValues) {
  const arns = uniqueManagedPolicyArns(kit);
  const { inlinePolicy } = kit.permissions;
  return {
    RoleName: ref('RoleName'),
    Path: ref('RolePath'),
    Description: formatRoleDescription(kit, tenant?.tenantId ?? null),
    MaxSessionDuration: kit.role.maxSessionDurationSeconds,
    PermissionsBoundary: { 'Fn::If': ['HasPermissionsBoundary', values.boundary, ref('AWS::NoValue')] },
    AssumeRolePolicyDocument: createTrustPolicyDocument(
      // A literal partition: in another one, AWS::Partition would trust the account of a stranger with the same number.
      `arn:${kit.vendor.partition}:iam::${kit.vendor.accountId}:root`,
      values.externalId,
      kit,
    ),
    ...(arns.length > 0 && { ManagedPolicyArns: arns }),
    ...(inlinePolicy && {
      Policies: [{ PolicyName: INLINE_POLICY_NAME, PolicyDocument: toLiteralDocument(inlinePolicy) }],
    }),
    ...(tenant && { Tags: [{ Key: TENANT_TAG, Value: formatTagValue(tenant.tenantId) }] }),
  };
}

/**
 * Rejects a policy that contains the key Ref or Fn::…, which CloudFormation would run as a function and cannot escape. No
 * IAM policy needs such a key. Strings, including `${…}`, are literal outside of Fn::Sub.
 */
function toLiteralDocument(policy: object): unknown {
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
 * Formats YAML with every string in double quotes and in ASCII. CloudFormation reads YAML 1.1, in which an unquoted `no` is
 * false, 012345670123 is an octal number, 2010-09-09 is a date, and U+0085 is a line break even inside quotes.
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

/** CloudFormation would replace a dynamic reference in any string of a resource by a secret of the customer. */
export function assertNoDynamicReference(template: string): void {
  if (template.includes('{{resolve:')) {
    throw new TypeError('setup kit: CloudFormation would resolve a {{resolve:…}} in the role');
  }
}

export const ROLE_ARN_OUTPUT = {
  RoleArn: { Description: 'Give this ARN to the vendor.', Value: { 'Fn::GetAtt': ['Role', 'Arn'] } },
};

function renderTemplate(kit: SharedSetupKit, tenant: Tenant | null): string {
  const tenantId = tenant?.tenantId ?? null;
  const yaml = toYaml({
    AWSTemplateFormatVersion: '2010-09-09',
    Description: formatRoleDescription(kit, tenantId),
    ...(tenant === null && { Metadata: SHARED_TEMPLATE_INTERFACE }),
    Parameters: {
      ...(tenant === null && { ExternalId: EXTERNAL_ID_PARAMETER }),
      ...createRoleParameters(kit),
      PermissionsBoundaryArn: BOUNDARY_PARAMETER,
    },
    Conditions: boundaryCondition('PermissionsBoundaryArn'),
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: createRoleProperties(kit, tenant, {
          externalId: tenant === null ? ref('ExternalId') : toSingleOrList(tenant.externalIds),
          boundary: ref('PermissionsBoundaryArn'),
        }),
      },
    },
    Outputs: ROLE_ARN_OUTPUT,
  });
  assertNoDynamicReference(yaml);
  return `${formatHeader(kit, tenantId)
    .map((line) => `# ${line}\n`)
    .join('')}${yaml}`;
}

/** Renders `cloudformation.yaml` (CloudFormation User Guide, "AWS::IAM::Role"; needs CAPABILITY_NAMED_IAM). */
export function renderCloudFormation(kit: TenantSetupKit): string {
  assertTenantSetupKit(kit);
  return renderTemplate(kit, kit);
}

/**
 * Renders the template for `templateUrl`, which all tenants share. The launch-stack link supplies its values. It contains
 * no tenant and no external ID: if one tenant created a stack from another tenant's template, its role would trust the
 * external ID of the other tenant.
 */
export function renderSharedTemplate(kit: SharedSetupKit): string {
  assertSharedSetupKit(kit);
  return renderTemplate(kit, null);
}
