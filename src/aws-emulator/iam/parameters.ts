import type { OperationContext } from '../operation.ts';
import { AwsError } from '../protocol/aws-error.ts';
import { ParameterValidation } from '../protocol/parameter-validation.ts';
import type { Role, RoleOwner } from './roles.ts';

export const ROLE_NAME = { min: 1, max: 64, pattern: /^[\w+=,.@-]+$/ };
export const DOCUMENT = { min: 1, max: 131_072 };
export const POLICY_ARN = {
  min: 20,
  max: 2048,
  pattern: /^arn:[a-z-]+:iam::(aws|\d{12}):policy\/[\x21-\x7e]+$/,
};

/** The emulator stores no managed policies, so those of AWS and of the role's own account are assumed to exist. */
export function isAttachable(policyArn: string, { partition, accountId }: RoleOwner): boolean {
  return ['aws', accountId].some((owner) => policyArn.startsWith(`arn:${partition}:iam::${owner}:policy/`));
}

/**
 * Finds the role that `RoleName` names in the caller's account.
 *
 * @param validation the validation of the other parameters, which AWS reports before a missing role
 */
export function findNamedRole(
  { caller, parameters, roles }: OperationContext,
  validation = new ParameterValidation(),
): Role {
  const name = validation.requireText('roleName', parameters.get('RoleName'), ROLE_NAME);
  validation.assertValid();
  const role = roles.find(caller, name);
  if (role === undefined) throw new AwsError('NoSuchEntity', `The role with name ${name} cannot be found.`);
  return role;
}
