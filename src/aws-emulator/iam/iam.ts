import { parseTrustPolicyText } from '../../trust-policy/policy-text.ts';
import { LONGEST_TRUST_POLICY, validateForCreation } from '../../trust-policy/validate-for-creation.ts';
import { AwsError } from '../aws-error.ts';
import type { Operation, OperationContext } from '../operation.ts';
import { isPolicy } from '../sts/assume-role-input.ts';
import { newUniqueId } from '../sts/sessions.ts';
import { readTags } from '../sts/tags.ts';
import type { XmlObject } from '../xml.ts';
import { type Role, roleArn } from './roles.ts';
import { Validation } from './validate.ts';

const ROLE_NAME = { min: 1, max: 64, pattern: /^[\w+=,.@-]+$/ };
const POLICY_NAME = { min: 1, max: 128, pattern: /^[\w+=,.@-]+$/ };
const PATH = { min: 1, max: 512, pattern: /^(\/|\/[\x21-\x7e]+\/)$/ };
const DOCUMENT = { min: 1, max: 131_072 };
const DESCRIPTION = { max: 1000 };
const ARN = { min: 20, max: 2048, pattern: /^arn:[a-z-]+:iam::(aws|\d{12}):policy\/[\x21-\x7e]+$/ };
const SESSION_SECONDS = { min: 3600, max: 43_200 };
const PAGE = { min: 1, max: 1000 };
const DEFAULT_PAGE = 100;
/** All inline policies of a role together (IAM and AWS STS quotas). */
const LONGEST_INLINE_POLICIES = 10_240;

export const iamOperations: Readonly<Record<string, Operation>> = {
  CreateRole: createRole,
  GetRole: (context) => ({ Role: roleXml(namedRole(context)) }),
  UpdateAssumeRolePolicy: updateAssumeRolePolicy,
  DeleteRole: (context) => {
    context.roles.delete(namedRole(context));
    return null;
  },
  ListRoles: listRoles,
  PutRolePolicy: putRolePolicy,
  AttachRolePolicy: attachRolePolicy,
};

function createRole({ caller, query, roles, now }: OperationContext): XmlObject {
  const check = new Validation();
  const name = check.required('roleName', query.get('RoleName'), ROLE_NAME);
  const path = query.get('Path') ?? '/';
  check.text('path', path, PATH);
  const trustPolicy = check.required(
    'assumeRolePolicyDocument',
    query.get('AssumeRolePolicyDocument'),
    DOCUMENT,
  );
  const description = query.get('Description');
  check.text('description', description, DESCRIPTION);
  const maxSessionSeconds = check.integer(
    'maxSessionDuration',
    query.get('MaxSessionDuration'),
    SESSION_SECONDS,
  );
  const permissionsBoundary = query.get('PermissionsBoundary');
  check.text('permissionsBoundary', permissionsBoundary, ARN);
  const tags = readTags(query, 'Tags', check);
  check.done();
  checkTrustPolicy(trustPolicy);
  if (roles.isTaken(caller, name)) {
    throw new AwsError('EntityAlreadyExists', `Role with name ${name} already exists.`);
  }
  const role: Role = {
    partition: caller.partition,
    accountId: caller.accountId,
    path,
    name,
    id: newUniqueId('AROA'),
    createdAt: now.toISOString().replace(/\.\d{3}/, ''),
    trustPolicy,
    ...(description === undefined ? {} : { description }),
    maxSessionSeconds: maxSessionSeconds ?? SESSION_SECONDS.min,
    ...(permissionsBoundary === undefined ? {} : { permissionsBoundary }),
    tags,
    inlinePolicies: {},
    attachedPolicies: [],
  };
  roles.put(role);
  return { Role: roleXml(role) };
}

function updateAssumeRolePolicy(context: OperationContext): null {
  const check = new Validation();
  const trustPolicy = check.required('policyDocument', context.query.get('PolicyDocument'), DOCUMENT);
  const role = namedRole(context, check);
  checkTrustPolicy(trustPolicy);
  context.roles.put({ ...role, trustPolicy });
  return null;
}

function listRoles({ caller, query, roles }: OperationContext): XmlObject {
  const check = new Validation();
  const prefix = query.get('PathPrefix') ?? '/';
  const size = check.integer('maxItems', query.get('MaxItems'), PAGE) ?? DEFAULT_PAGE;
  check.done();
  const marker = query.get('Marker');
  // The marker is the last name of the page before, so that it holds while roles come and go.
  const after = marker === undefined ? '' : Buffer.from(marker, 'base64url').toString();
  const rest = roles.list(caller).filter(({ name, path }) => name > after && path.startsWith(prefix));
  const page = rest.slice(0, size);
  const truncated = rest.length > page.length;
  return {
    Roles: page.map((role) => roleXml({ ...role, tags: [], permissionsBoundary: undefined })),
    IsTruncated: truncated,
    Marker: truncated ? Buffer.from(page.at(-1)?.name ?? '').toString('base64url') : undefined,
  };
}

function putRolePolicy(context: OperationContext): null {
  const { query, roles } = context;
  const check = new Validation();
  const name = check.required('policyName', query.get('PolicyName'), POLICY_NAME);
  const document = check.required('policyDocument', query.get('PolicyDocument'), DOCUMENT);
  const role = namedRole(context, check);
  if (!isPolicy(document)) throw new AwsError('MalformedPolicyDocument', 'Syntax errors in policy.');
  const inlinePolicies = { ...role.inlinePolicies, [name]: document };
  const size = Object.values(inlinePolicies).reduce((sum, text) => sum + text.replace(/\s/g, '').length, 0);
  if (size > LONGEST_INLINE_POLICIES) {
    throw new AwsError(
      'LimitExceeded',
      `Maximum policy size of ${LONGEST_INLINE_POLICIES} bytes exceeded for role ${role.name}`,
    );
  }
  roles.put({ ...role, inlinePolicies });
  return null;
}

function attachRolePolicy(context: OperationContext): null {
  const check = new Validation();
  const arn = check.required('policyArn', context.query.get('PolicyArn'), ARN);
  const role = namedRole(context, check);
  context.roles.put({ ...role, attachedPolicies: [...new Set([...role.attachedPolicies, arn])] });
  return null;
}

/** The role that `RoleName` names in the caller's account, once all parameters are found good. */
function namedRole({ caller, query, roles }: OperationContext, check = new Validation()): Role {
  const name = check.required('roleName', query.get('RoleName'), ROLE_NAME);
  check.done();
  const role = roles.find(caller, name);
  if (role === undefined) throw new AwsError('NoSuchEntity', `The role with name ${name} cannot be found.`);
  return role;
}

function checkTrustPolicy(text: string): void {
  const parsed = parseTrustPolicyText(text);
  if (parsed.ok && parsed.policy.size > LONGEST_TRUST_POLICY) {
    throw new AwsError('LimitExceeded', `Cannot exceed quota for ACLSizePerRole: ${LONGEST_TRUST_POLICY}`);
  }
  const [problem] = parsed.ok ? validateForCreation(parsed.policy) : parsed.problems;
  if (problem === undefined) return;
  const where = problem.path === '' ? 'The policy' : problem.path;
  throw new AwsError('MalformedPolicyDocument', `${where}: ${problem.message}`);
}

function roleXml(
  role: Omit<Role, 'permissionsBoundary'> & { permissionsBoundary?: string | undefined },
): XmlObject {
  const { permissionsBoundary } = role;
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: roleArn(role),
    CreateDate: role.createdAt,
    AssumeRolePolicyDocument: encodeURIComponent(role.trustPolicy),
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
