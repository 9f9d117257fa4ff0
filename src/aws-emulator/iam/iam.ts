import { parseTrustPolicyText } from '../../trust-policy/parse/parse-text.ts';
import { validateForCreation } from '../../trust-policy/validate-for-creation.ts';
import type { Operation, OperationContext } from '../operation.ts';
import { AwsError } from '../protocol/aws-error.ts';
import { ParameterValidation } from '../protocol/parameter-validation.ts';
import { readTags } from '../protocol/read-tags.ts';
import type { XmlObject } from '../protocol/xml.ts';
import { DOCUMENT, findNamedRole, isAttachable, POLICY_ARN, ROLE_NAME } from './parameters.ts';
import { policyOperations } from './policy-operations.ts';
import { currentTrustPolicy, resolvePrincipals } from './principals.ts';
import { type PrincipalIds, type Role, type RoleOwner, type Roles, roleArn } from './roles.ts';
import { generateUniqueId } from './unique-id.ts';

const PATH = { min: 1, max: 512, pattern: /^(\/|\/[\x21-\x7e]+\/)$/ };
// IAM accepts only Latin-1 and white space here.
const DESCRIPTION = { max: 1000, pattern: /^[\t\n\r\x20-\x7e\xa1-\xff]*$/ };
const MAX_SESSION_DURATION = { min: 3600, max: 43_200 };
/** The default quota "Role trust policy length" (IAM and AWS STS quotas). White space does not count. */
const MAX_TRUST_POLICY_CHARACTERS = 2048;
const MAX_ITEMS = { min: 1, max: 1000 };
const DEFAULT_MAX_ITEMS = 100;

export const iamOperations: Readonly<Record<string, Operation>> = {
  CreateRole: createRole,
  GetRole: (context) => ({ Role: formatRole(findNamedRole(context), context.roles) }),
  UpdateAssumeRolePolicy: updateAssumeRolePolicy,
  DeleteRole: (context) => {
    context.roles.delete(findNamedRole(context));
    return null;
  },
  ListRoles: listRoles,
  UpdateRole: updateRole,
  PutRolePermissionsBoundary: putRolePermissionsBoundary,
  DeleteRolePermissionsBoundary: (context) => {
    const { permissionsBoundary: _, ...role } = findNamedRole(context);
    context.roles.save(role);
    return null;
  },
  ...policyOperations,
};

function createRole({ caller, parameters, roles, now }: OperationContext): XmlObject {
  const validation = new ParameterValidation();
  const name = validation.requireText('roleName', parameters.get('RoleName'), ROLE_NAME);
  const path = parameters.get('Path') ?? '/';
  validation.checkText('path', path, PATH);
  const trustPolicy = validation.requireText(
    'assumeRolePolicyDocument',
    parameters.get('AssumeRolePolicyDocument'),
    DOCUMENT,
  );
  const description = parameters.get('Description');
  validation.checkText('description', description, DESCRIPTION);
  const maxSessionSeconds = validation.parseInteger(
    'maxSessionDuration',
    parameters.get('MaxSessionDuration'),
    MAX_SESSION_DURATION,
  );
  const permissionsBoundary = parameters.get('PermissionsBoundary');
  validation.checkText('permissionsBoundary', permissionsBoundary, POLICY_ARN);
  const tags = readTags(parameters, validation);
  validation.assertValid();
  if (permissionsBoundary !== undefined) assertBoundary(permissionsBoundary, caller);
  const principalIds = validateTrustPolicy(trustPolicy, caller, roles);
  if (roles.isNameTaken(caller, name)) {
    throw new AwsError('EntityAlreadyExists', `Role with name ${name} already exists.`);
  }
  const role: Role = {
    partition: caller.partition,
    accountId: caller.accountId,
    path,
    name,
    id: generateUniqueId('AROA'),
    createdAt: now.toISOString().replace(/\.\d{3}/, ''),
    trustPolicy,
    principalIds,
    ...(description === undefined ? {} : { description }),
    maxSessionSeconds: maxSessionSeconds ?? MAX_SESSION_DURATION.min,
    ...(permissionsBoundary === undefined ? {} : { permissionsBoundary }),
    tags,
    inlinePolicies: {},
    attachedPolicies: [],
  };
  roles.save(role);
  return { Role: formatRole(role, roles) };
}

function updateAssumeRolePolicy(context: OperationContext): null {
  const validation = new ParameterValidation();
  const trustPolicy = validation.requireText(
    'policyDocument',
    context.parameters.get('PolicyDocument'),
    DOCUMENT,
  );
  const role = findNamedRole(context, validation);
  const principalIds = validateTrustPolicy(trustPolicy, role, context.roles);
  context.roles.save({ ...role, trustPolicy, principalIds });
  return null;
}

function updateRole(context: OperationContext): XmlObject {
  const { parameters, roles } = context;
  const validation = new ParameterValidation();
  const description = parameters.get('Description');
  validation.checkText('description', description, DESCRIPTION);
  const seconds = parameters.get('MaxSessionDuration');
  const maxSessionSeconds = validation.parseInteger('maxSessionDuration', seconds, MAX_SESSION_DURATION);
  const role = findNamedRole(context, validation);
  roles.save({
    ...role,
    ...(description === undefined ? {} : { description }),
    ...(maxSessionSeconds === undefined ? {} : { maxSessionSeconds }),
  });
  return {};
}

function putRolePermissionsBoundary(context: OperationContext): null {
  const validation = new ParameterValidation();
  const value = context.parameters.get('PermissionsBoundary');
  const permissionsBoundary = validation.requireText('permissionsBoundary', value, POLICY_ARN);
  const role = findNamedRole(context, validation);
  assertBoundary(permissionsBoundary, role);
  context.roles.save({ ...role, permissionsBoundary });
  return null;
}

function assertBoundary(permissionsBoundary: string, owner: RoleOwner): void {
  if (!isAttachable(permissionsBoundary, owner))
    throw new AwsError('NoSuchEntity', `Scope ${permissionsBoundary} does not exist or is not attachable.`);
}

function listRoles({ caller, parameters, roles }: OperationContext): XmlObject {
  const validation = new ParameterValidation();
  const prefix = parameters.get('PathPrefix') ?? '/';
  const maxItems =
    validation.parseInteger('maxItems', parameters.get('MaxItems'), MAX_ITEMS) ?? DEFAULT_MAX_ITEMS;
  validation.assertValid();
  const marker = parameters.get('Marker');
  // The marker contains the last name of the previous page, so it stays valid when roles are created or deleted.
  const lastName = marker === undefined ? '' : Buffer.from(marker, 'base64url').toString();
  const remaining = roles.list(caller).filter(({ name, path }) => name > lastName && path.startsWith(prefix));
  const page = remaining.slice(0, maxItems);
  const isTruncated = remaining.length > page.length;
  return {
    Roles: page.map((role) => formatRole({ ...role, tags: [], permissionsBoundary: undefined }, roles)),
    IsTruncated: isTruncated,
    Marker: isTruncated ? Buffer.from(page.at(-1)?.name ?? '').toString('base64url') : undefined,
  };
}

/** @throws AwsError MalformedPolicyDocument, LimitExceeded */
function validateTrustPolicy(text: string, owner: RoleOwner, roles: Roles): PrincipalIds {
  if (/^\s/.test(text))
    throw new AwsError('MalformedPolicyDocument', 'JSON strings must not have leading spaces');
  const parsed = parseTrustPolicyText(text);
  if (parsed.ok && parsed.policy.size > MAX_TRUST_POLICY_CHARACTERS) {
    throw new AwsError(
      'LimitExceeded',
      `Cannot exceed quota for ACLSizePerRole: ${MAX_TRUST_POLICY_CHARACTERS}`,
    );
  }
  const [problem] = parsed.ok ? validateForCreation(parsed.policy) : parsed.problems;
  if (problem !== undefined || !parsed.ok) {
    const location = !problem?.path ? 'The policy' : problem.path;
    throw new AwsError('MalformedPolicyDocument', `${location}: ${problem?.message ?? 'cannot be read'}`);
  }
  return resolvePrincipals(parsed.policy, owner, roles);
}

function formatRole(
  role: Omit<Role, 'permissionsBoundary'> & { permissionsBoundary?: string | undefined },
  roles: Roles,
): XmlObject {
  const { permissionsBoundary } = role;
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: roleArn(role),
    CreateDate: role.createdAt,
    AssumeRolePolicyDocument: encodeURIComponent(currentTrustPolicy(role, roles)),
    Description: role.description,
    MaxSessionDuration: role.maxSessionSeconds,
    ...(permissionsBoundary === undefined
      ? {}
      : {
          PermissionsBoundary: {
            PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
            PermissionsBoundaryArn: permissionsBoundary,
          },
        }),
    ...(role.tags.length === 0
      ? {}
      : { Tags: role.tags.map(({ key, value }) => ({ Key: key, Value: value })) }),
  };
}
