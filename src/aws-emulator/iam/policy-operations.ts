import type { Operation, OperationContext } from '../operation.ts';
import { AwsError } from '../protocol/aws-error.ts';
import { ParameterValidation } from '../protocol/parameter-validation.ts';
import type { XmlObject } from '../protocol/xml.ts';
import { DOCUMENT, findNamedRole, isAttachable, POLICY_ARN } from './parameters.ts';
import { assertPermissionsPolicy } from './policy-document.ts';
import type { Role } from './roles.ts';

const POLICY_NAME = { min: 1, max: 128, pattern: /^[\w+=,.@-]+$/ };
/** The quota for all inline policies of a role together (IAM and AWS STS quotas). */
const MAX_INLINE_POLICY_CHARACTERS = 10_240;

/** The operations on the permissions policies of a role. Pages are never needed: a role has few policies. */
export const policyOperations: Readonly<Record<string, Operation>> = {
  PutRolePolicy: putRolePolicy,
  GetRolePolicy: getRolePolicy,
  DeleteRolePolicy: deleteRolePolicy,
  AttachRolePolicy: attachRolePolicy,
  DetachRolePolicy: detachRolePolicy,
  ListAttachedRolePolicies: listAttachedRolePolicies,
};

function putRolePolicy(context: OperationContext): null {
  const { parameters, roles } = context;
  const validation = new ParameterValidation();
  const name = validation.requireText('policyName', parameters.get('PolicyName'), POLICY_NAME);
  const document = validation.requireText('policyDocument', parameters.get('PolicyDocument'), DOCUMENT);
  const role = findNamedRole(context, validation);
  assertPermissionsPolicy(document);
  const inlinePolicies = { ...role.inlinePolicies, [name]: document };
  const size = Object.values(inlinePolicies).reduce((sum, text) => sum + text.replace(/\s/g, '').length, 0);
  if (size > MAX_INLINE_POLICY_CHARACTERS) {
    throw new AwsError(
      'LimitExceeded',
      `Maximum policy size of ${MAX_INLINE_POLICY_CHARACTERS} bytes exceeded for role ${role.name}`,
    );
  }
  roles.save({ ...role, inlinePolicies });
  return null;
}

function getRolePolicy(context: OperationContext): XmlObject {
  const { role, name, document } = findInlinePolicy(context);
  return { RoleName: role.name, PolicyName: name, PolicyDocument: encodeURIComponent(document) };
}

function deleteRolePolicy(context: OperationContext): null {
  const { role, name } = findInlinePolicy(context);
  const { [name]: _, ...inlinePolicies } = role.inlinePolicies;
  context.roles.save({ ...role, inlinePolicies });
  return null;
}

function findInlinePolicy(context: OperationContext): { role: Role; name: string; document: string } {
  const validation = new ParameterValidation();
  const name = validation.requireText('policyName', context.parameters.get('PolicyName'), POLICY_NAME);
  const role = findNamedRole(context, validation);
  // Without Object.hasOwn, `constructor` would be a policy.
  const document = Object.hasOwn(role.inlinePolicies, name) ? role.inlinePolicies[name] : undefined;
  if (document === undefined)
    throw new AwsError('NoSuchEntity', `The role policy with name ${name} cannot be found.`);
  return { role, name, document };
}

function attachRolePolicy(context: OperationContext): null {
  const validation = new ParameterValidation();
  const arn = validation.requireText('policyArn', context.parameters.get('PolicyArn'), POLICY_ARN);
  const role = findNamedRole(context, validation);
  if (!isAttachable(arn, role))
    throw new AwsError('NoSuchEntity', `Policy ${arn} does not exist or is not attachable.`);
  context.roles.save({ ...role, attachedPolicies: [...new Set([...role.attachedPolicies, arn])] });
  return null;
}

function detachRolePolicy(context: OperationContext): null {
  const validation = new ParameterValidation();
  const arn = validation.requireText('policyArn', context.parameters.get('PolicyArn'), POLICY_ARN);
  const role = findNamedRole(context, validation);
  if (!role.attachedPolicies.includes(arn))
    throw new AwsError('NoSuchEntity', `Policy ${arn} was not found.`);
  context.roles.save({ ...role, attachedPolicies: role.attachedPolicies.filter((one) => one !== arn) });
  return null;
}

function listAttachedRolePolicies(context: OperationContext): XmlObject {
  const { attachedPolicies } = findNamedRole(context);
  return {
    AttachedPolicies: attachedPolicies.map((arn) => ({
      PolicyName: arn.split('/').at(-1),
      PolicyArn: arn,
    })),
    IsTruncated: false,
  };
}
