/** Mistakes in the grammar of a policy, in English. */
export const GRAMMAR_TEXTS = {
  'finding.correctName': 'The correct name is {name}.',
  'finding.correctKey': 'The correct key is {key}.',
  'finding.not_a_trust_policy':
    'This statement has a Resource and no Principal, so it belongs to a permissions policy, which says what the role may do. The trust policy says who may assume the role.',
  'finding.not_a_trust_policy.fix':
    'Paste the policy that the IAM console shows on the tab Trust relationships of the role.',

  'malformed.no_statement': 'The policy has no statement, so nobody can assume the role.',
  'malformed.no_statement.fix': 'Use the suggested policy.',
  'malformed.statements_only': 'These are statements without the policy around them.',
  'malformed.statements_only.fix': 'A policy has the form {policy}.',
  'malformed.not_a_policy': 'This is JSON but not a trust policy: a policy has "Version" and "Statement".',
  'malformed.not_a_policy.fix': 'A policy has the form {policy}.',
  'malformed.id': 'Id is not a string.',
  'malformed.id.fix': 'Write it in double quotation marks, or remove it.',
  'malformed.effect_missing': 'The statement has no Effect.',
  'malformed.effect_missing.fix': 'Write "Allow" or "Deny" as Effect, with exactly this spelling.',
  'malformed.effect': '{value} is not a valid Effect.',
  'malformed.effect.fix': 'Write "Allow" or "Deny" as Effect, with exactly this spelling.',
  'malformed.statement': 'The statement is not an object, or has both Action and NotAction.',
  'malformed.statement.fix': 'Correct the statement, or remove it.',
  'malformed.no_action': '{value} does not name an action.',
  'malformed.no_action.fix': 'Name at least one action, such as "sts:AssumeRole".',
  'malformed.operators': 'Condition is not an object of operators.',
  'malformed.operators.fix': 'Write it as {condition} inside Condition.',
  'malformed.keys': '{value} is not an object of condition keys.',
  'malformed.keys.fix': 'Write it as {condition} inside Condition.',
  'malformed.condition_value': '{value} has a value that is not a string.',
  'malformed.condition_value.fix': 'Write one string, or one list of strings without nested brackets.',
  'malformed.other': '{value} does not follow the grammar of the IAM policy language.',
  'malformed.other.fix': 'Correct this part, or remove the statement.',

  'finding.version_invalid': 'The Version {version} does not exist.',
  'finding.version_invalid.date':
    'It is not the date of your change but names one of the two versions of the policy language.',
  'finding.version_old.missing':
    'The policy has no Version, so IAM uses the older policy language, in which variables such as {variable} are plain text.',
  'finding.version_old':
    'Version is "2008-10-17", so IAM uses the older policy language, in which variables such as {variable} are plain text.',
  'finding.version_old.fix':
    'When you next change the policy, write {version} and review every variable in it.',
  'finding.unknown_element.policy': 'A policy has no element {element}.',
  'finding.unknown_element.statement': 'A statement has no element {element}.',
  'finding.unknown_element.inside': '{element} is next to the statements but has to be inside one.',
  'finding.unknown_element.move': 'Move {element} into the statement that it applies to.',
  'finding.resource_element':
    'A trust policy has no {element}, because the resource is the role itself. IAM rejects it.',
  'finding.sid_invalid.repeated': 'Two statements have the Sid {sid}. IAM rejects that.',
  'finding.sid_invalid.repeated.fix': 'Give each statement a different Sid, or none.',
  'finding.sid_invalid':
    'The Sid {sid} has characters other than letters and digits. IAM rejects it in a trust policy.',
  'finding.sid_invalid.fix': 'Use only letters and digits, or remove the Sid.',
  'finding.unknown_operator': 'The condition operator {operator} does not exist, so IAM rejects it.',
  'finding.unknown_operator.intended': 'You probably mean {name}.',
  'finding.unknown_operator.fix': 'Write an operator of the IAM policy language, such as "StringEquals".',
  'finding.unknown_operator.key': '{operator} is directly inside Condition. It has to be inside an operator.',
  'finding.condition_key_invalid': '{key} is not a condition key.',
  'finding.condition_key_invalid.prefix': 'A key begins with the name of a service and a colon.',
  'finding.condition_key_invalid.fix': 'Write the full key, such as "sts:ExternalId" or "aws:PrincipalArn".',

  'finding.not_principal.named': 'the principals that it names',
  'finding.not_principal.allow':
    'NotPrincipal in an Allow trusts everyone in AWS except {values}. IAM rejects it in a trust policy.',
  'finding.not_principal.allow.fix':
    'Name the principals that may assume the role. For {vendor}, write {principal}.',
  'finding.not_principal.deny':
    'This Deny holds back everyone except {values}. IAM rejects NotPrincipal in a trust policy, so nobody is held back as it is.',
  'finding.not_principal.rewritten':
    'Write the Deny for Principal "*" with conditions that exempt the same principals, as in the suggested policy. It denies everyone else, as this one should.',
  'finding.not_principal.deny.fix':
    'Write the Deny for Principal "*" with conditions on aws:PrincipalArn and aws:PrincipalAccount that exempt the same principals. Without it, everyone whom it should hold back gets in by the other statements.',

  'finding.principal_invalid': 'IAM does not accept the principal {value}.',
  'finding.principal_invalid.missing':
    'The statement has no Principal, so it does not say who may assume the role.',
  'finding.principal_invalid.fix': 'If it is meant for {vendor}, write {principal}.',
  'principal.no_type': 'It has to be an object with a type, such as "AWS".',
  'principal.unknown_type': 'There is no principal type with this name.',
  'principal.number': 'An account ID is a string in quotation marks, because it may begin with 0.',
  'principal.group_id': 'This is the unique ID of a group, which cannot assume a role.',
  'principal.instance_profile_id':
    'This is the unique ID of an instance profile, which cannot assume a role.',
  'principal.access_key_id': 'This is an access key ID, which cannot assume a role.',
  'principal.digits': 'An account ID has 12 digits.',
  'principal.hyphens': 'An account ID has no hyphens.',
  'principal.wildcard': 'The ARN of a principal cannot contain a wildcard.',
  'principal.group': 'A group cannot assume a role.',
  'principal.account_arn': 'The ARN of an account has the form {example}.',
  'finding.deleted_principal.role': '{id} is the unique ID of a role that was deleted.',
  'finding.deleted_principal.user': '{id} is the unique ID of a user that was deleted.',
  'finding.deleted_principal.allow':
    'Nobody is allowed by it, not even a new one with the same name, and IAM refuses it when the policy is saved again.',
  'finding.deleted_principal.deny':
    'Nobody is denied by it, not even a new one with the same name, and IAM refuses it when the policy is saved again.',
  'finding.deleted_principal.fix': 'Remove it. If the same role or user exists again, write its ARN.',
  'finding.action_invalid': '{action} is not an action for a trust policy.',
  'finding.action_invalid.missing': 'The statement has no Action.',
  'finding.action_invalid.onlySts': 'A trust policy may name only STS actions.',
  'finding.action_invalid.prefix': 'The correct name is {name}, with the service prefix.',
} as const;

type NamesAfter<Prefix extends string> = keyof typeof GRAMMAR_TEXTS extends infer Key
  ? Key extends `${Prefix}.${infer Name}`
    ? Name extends `${string}.${string}`
      ? never
      : Name
    : never
  : never;

/** The part of a document that does not follow the grammar. */
export type MalformedPart = NamesAfter<'malformed'>;

/** Why IAM does not accept a principal. */
export type PrincipalMistake = NamesAfter<'principal'>;
