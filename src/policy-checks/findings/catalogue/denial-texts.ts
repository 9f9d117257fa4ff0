/** Why the vendor cannot assume the role, in English. */
export const DENIAL_TEXTS = {
  'finding.unmet.replaceStatement':
    'Do not just remove the condition: the statement would trust everyone. Write {principal} and {condition} instead.',

  'finding.vendor_not_trusted':
    'No statement allows {vendor} to assume the role: none is for its account {account}.',
  'finding.vendor_not_trusted.services':
    'This statement has your external ID but trusts only services or identity providers. {vendor} calls from an AWS account.',
  'finding.vendor_not_trusted.fix':
    'Add a statement with {principal}, {action} and {condition}, as in the suggested policy.',
  'finding.wrong_account': '{value} is in account {account}, but the account of {vendor} is {correct}.',
  'finding.wrong_account.digit_differs': 'This looks like a typo: digit {first} differs.',
  'finding.wrong_account.digits_swapped': 'This looks like a typo: digits {first} and {second} are swapped.',
  'finding.wrong_partition':
    '{value} is in the AWS partition {partition}, but {vendor} calls from {correct}. A role cannot be assumed from another partition, and IAM refuses such a principal.',
  'finding.wrong_partition.unknown':
    '{value} is in the AWS partition {partition}, which does not exist. The partition of your account is {correct}.',
  'finding.other_principal': '{value} is not the identity that calls, which is {caller}.',
  'finding.other_principal.unknown':
    '{value} is one identity in the account of {vendor}, and it is not certain that it is the one that calls. Trust the account; the external ID restricts the access.',
  'finding.wrong_action':
    'The statement for {vendor} allows {actions}, but not sts:AssumeRole, which is the action that is needed.',
  'finding.wrong_action.negated': 'NotAction excludes sts:AssumeRole, which is the action that is needed.',
  'finding.wrong_external_id.empty': 'The list of external IDs is empty, so no external ID is accepted.',
  'finding.wrong_external_id.literal':
    'This operator compares it literally; a wildcard would not be safe either.',
  'finding.operator_unsuited': '{operator} does not compare strings, so it never matches an external ID.',

  'finding.principal_arn_mismatch': 'aws:PrincipalArn is the ARN of the identity that calls, {caller}.',
  'finding.principal_arn_mismatch.unknown': 'aws:PrincipalArn is the ARN of the identity that calls.',
  'finding.principal_arn_mismatch.values': 'It does not meet {operator} {values}.',
  'finding.principal_arn_mismatch.fix':
    'Remove the condition on aws:PrincipalArn from the statement for {vendor}; the external ID restricts the access.',
  'finding.condition_not_met': '{vendor} does not meet the condition {operator} on {key}.',
  'finding.condition_not_met.typo': 'This key does not exist. The correct key is "sts:ExternalId".',
  'finding.condition_not_met.fix':
    'Remove the condition on {key} from the statement for {vendor}. Other statements may keep theirs.',
  'finding.condition_unknown.allow':
    'Whether this statement allows {vendor} depends on the condition {operator} on {key}, which this check cannot decide.',
  'finding.condition_unknown.deny':
    'Whether this Deny applies to {vendor} depends on the condition {operator} on {key}, which this check cannot decide.',
  'finding.condition_unknown.verify': 'Verify the role: that shows whether {vendor} can assume it.',
  'finding.condition_unknown.fix':
    'If it fails, remove the condition on {key} from the statement for {vendor}, as in the suggested policy.',

  'finding.deny_hits_us.applies':
    'This Deny statement applies to {vendor} even with the correct external ID, and a Deny takes precedence over every Allow.',
  'finding.deny_hits_us.mayApply':
    'This Deny statement may apply to {vendor} even with the correct external ID, and a Deny takes precedence over every Allow.',
  'finding.deny_hits_us.condition': 'It has a condition on {key}.',
  'finding.deny_hits_us.exempt':
    'Exempt the account of {vendor} with {condition} in its Condition. The suggested policy keeps the Deny for everyone else.',
  'finding.deny_hits_us.principal_removed':
    'Remove the principal of {vendor} from it, as in the suggested policy.',
  'finding.deny_hits_us.statement_removed':
    'It applies to {vendor} alone, so the only fix is to remove it, as in the suggested policy.',
  'finding.deny_hits_us.intended': 'If you intend to deny {vendor}, leave it as it is.',
  'finding.not_admitted':
    'The statements together do not allow {vendor} to assume the role with the correct external ID.',

  'finding.attribute_missing.session.tags':
    'The session of {vendor} in AWS has session tags. AWS carries session attributes over to every role that it assumes, and requires {action} for that. This policy does not allow it, so AWS denies the role even with the correct external ID.',
  'finding.attribute_missing.session.sourceIdentity':
    'The session of {vendor} in AWS has a source identity. AWS carries session attributes over to every role that it assumes, and requires {action} for that. This policy does not allow it, so AWS denies the role even with the correct external ID.',
  'finding.attribute_missing.profile.tags':
    'The access profile sets session tags, which requires {action}. This policy does not allow it, so the role can be verified but not used.',
  'finding.attribute_missing.profile.sourceIdentity':
    'The access profile sets a source identity, which requires {action}. This policy does not allow it, so the role can be verified but not used.',
} as const;
