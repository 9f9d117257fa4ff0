import { principalMatches } from '../trust-policy/principal.ts';
import type { Condition, Statement } from '../trust-policy/trust-policy.ts';
import {
  accountOf,
  classifyStatement,
  isExternalIdKey,
  isInVendorAccount,
  meetsCondition,
} from './classify-statement.ts';
import { compareExternalId, isAccountIdTypo } from './compare-external-id.ts';
import { addUnmetCondition } from './condition-messages.ts';
import { isAllowed } from './evaluate-probes.ts';
import type { FindingCode, Findings } from './finding.ts';
import { quoteValue } from './json-values.ts';
import { conditionPath, principalPath, type StatementEntry } from './policy-document.ts';
import {
  externalIdConditionJson,
  type PolicyRequirements,
  vendorPrincipal,
  vendorRootArn,
} from './requirements.ts';

interface DenialContext {
  supportsVariables: boolean;
  requirements: PolicyRequirements;
  /** The external ID that was denied. */
  externalId: string;
  findings: Findings;
}

/** Adds a finding for each reason why a statement for the vendor does not allow it with the correct external ID. */
export function findDenialReasons(entries: readonly StatementEntry[], context: DenialContext): void {
  const { requirements, supportsVariables, findings } = context;
  const forVendor = entries.flatMap((entry) => {
    const statement = entry.usable?.statement;
    if (statement?.effect !== 'Allow') return [];
    const target = classifyStatement(statement, requirements, supportsVariables);
    return target === 'others' ? [] : [{ entry, statement }];
  });
  // A separate statement for sts:TagSession alone is common, and is not the one that denies sts:AssumeRole.
  const forAssumeRole = forVendor.filter(({ statement }) => allowsAssumeRole(statement, context));
  for (const { entry, statement } of forAssumeRole.length > 0 ? forAssumeRole : forVendor) {
    checkPrincipals(entry, statement, context);
    checkActions(entry, statement, context);
    for (const condition of statement.conditions) {
      if (meetsCondition(condition, requirements, context.externalId, supportsVariables)) continue;
      if (isExternalIdKey(condition)) addExternalIdMismatch(entry, condition, context);
      else addUnmetCondition(entry, condition, context);
    }
  }
  // An unusable statement may be the one for the vendor, so nothing can be said about what is missing.
  const areAllUsable = entries.every(({ usable }) => usable !== null);
  const hasStatementError = findings.errors().some(({ statementIndex }) => statementIndex !== null);
  if (forVendor.length > 0 || !areAllUsable || hasStatementError) return;
  findings.add('vendor_not_trusted', ['Statement'], {
    message: `No statement allows us to assume the role: none names our account ${requirements.vendor.accountId}.`,
    fix: `Add the statement for "${vendorRootArn(requirements)}" from the suggested policy.`,
  });
}

function checkPrincipals(
  entry: StatementEntry,
  statement: Statement,
  { requirements, findings }: DenialContext,
): void {
  if (principalMatches(statement.principals, vendorPrincipal(requirements)) === true) return;
  const awsPrincipals = statement.principals.entries.filter(({ type }) => type === 'AWS');
  if (awsPrincipals.length === 0) {
    findings.add('vendor_not_trusted', [...entry.path, 'Principal'], {
      message:
        'This statement has your external ID but trusts only services or identity providers. We call as an AWS account.',
      fix: `Write "Principal": {"AWS": "${vendorRootArn(requirements)}"}.`,
      statementIndex: entry.index,
    });
  }
  // If one principal is nearly the vendor's, the others belong to somebody else and are correct.
  const nearlyVendor = awsPrincipals.filter(({ value }) => isInVendorAccount(value, requirements));
  for (const { value, path } of nearlyVendor.length > 0 ? nearlyVendor : awsPrincipals) {
    const [code, message] = explainPrincipalMismatch(value, requirements);
    findings.add(code, principalPath(entry, path), {
      message,
      fix: `Write "${vendorRootArn(requirements)}".`,
      statementIndex: entry.index,
    });
  }
}

function explainPrincipalMismatch(value: string, requirements: PolicyRequirements): [FindingCode, string] {
  const { accountId, partition, brokerRoleArn } = requirements.vendor;
  const quoted = quoteValue(value);
  const account = accountOf(value);
  if (account === undefined) {
    return [
      'other_principal',
      `${quoted} is a unique ID that AWS shows for a role or user that was deleted. A new one with the same name is not allowed.`,
    ];
  }
  if (account !== accountId) {
    const typo = isAccountIdTypo(account, accountId)
      ? ` This looks like a typo: ${describeDigitDifference(account, accountId)}.`
      : '';
    return ['wrong_account', `${quoted} is in account ${account}, but our account is ${accountId}.${typo}`];
  }
  const itsPartition = /^arn:([a-z-]+):/.exec(value)?.[1];
  if (itsPartition !== undefined && itsPartition !== partition) {
    return [
      'wrong_partition',
      `${quoted} is in the AWS partition ${itsPartition}, but we call from ${partition}. A role cannot be assumed from another partition.`,
    ];
  }
  return [
    'other_principal',
    brokerRoleArn === null
      ? `${quoted} is one identity in our account, and this check cannot confirm that it is the one that calls. Trust the account; the external ID restricts the access.`
      : `${quoted} is not the identity that calls. Our identity is ${brokerRoleArn}.`,
  ];
}

function describeDigitDifference(account: string, intended: string): string {
  if (account.length !== intended.length)
    return account.length < intended.length ? 'a digit is missing' : 'there is one digit too many';
  const positions = [...intended].flatMap((digit, i) => (digit === account[i] ? [] : [i + 1]));
  return positions.length === 1
    ? `digit ${positions[0]} differs`
    : `digits ${positions.join(' and ')} are swapped`;
}

const ANY_PRINCIPAL = { negated: false, entries: [{ type: '*' as const, value: '*', path: '' }] };

function allowsAssumeRole(statement: Statement, { requirements, supportsVariables }: DenialContext): boolean {
  const actionsOnly = { ...statement, conditions: [], principals: ANY_PRINCIPAL };
  const version = supportsVariables ? '2012-10-17' : '2008-10-17';
  return isAllowed({ version, statements: [actionsOnly] }, requirements, { externalId: null });
}

function checkActions(entry: StatementEntry, statement: Statement, context: DenialContext): void {
  if (allowsAssumeRole(statement, context)) return;
  const { negated, patterns } = statement.actions;
  context.findings.add('wrong_action', [...entry.path, negated ? 'NotAction' : 'Action'], {
    message: negated
      ? 'NotAction excludes sts:AssumeRole, which is the action that we call.'
      : `The statement for us allows ${patterns.map(quoteValue).join(', ')}, but not sts:AssumeRole, which is the action that we call.`,
    fix: 'Write "Action": "sts:AssumeRole".',
    statementIndex: entry.index,
  });
}

function addExternalIdMismatch(entry: StatementEntry, condition: Condition, context: DenialContext): void {
  const [code, message] = explainExternalIdMismatch(condition, context);
  context.findings.add(code, conditionPath(entry, condition), {
    message,
    fix: `Write ${externalIdConditionJson(context.requirements)}.`,
    severity: 'error',
    statementIndex: entry.index,
  });
}

function explainExternalIdMismatch(
  { operator, values }: Condition,
  context: DenialContext,
): [FindingCode, string] {
  const { name, comparison, negated } = operator;
  if (comparison === 'null') {
    return [
      'null_condition',
      `${name} allows us only when no external ID is sent, but we always send yours.`,
    ];
  }
  if (negated) {
    return [
      'negated_operator',
      `${name} rejects the external IDs that it names and accepts all others. It has to be the reverse.`,
    ];
  }
  if (!['string', 'like', 'string-ignoring-case'].includes(comparison)) {
    return ['operator_unsuited', `${name} does not compare strings, so it never matches an external ID.`];
  }
  if (values.length === 0)
    return ['wrong_external_id', 'The list of external IDs is empty, so no external ID is accepted.'];
  return explainValueMismatch(values, comparison, context);
}

function explainValueMismatch(
  values: readonly string[],
  comparison: Condition['operator']['comparison'],
  { requirements, supportsVariables, externalId }: DenialContext,
): [FindingCode, string] {
  const compared = values.map((value) => compareExternalId(value, requirements));
  const nearest =
    compared.find(({ kind }) => kind === 'mistyped') ?? compared.find(({ kind }) => kind === 'retired');
  const variable = values.find((value) => value.includes('${'));
  const pattern = values.find((value) => /[*?]/.test(value));
  const sent = `We always send ${quoteValue(externalId)}, so AWS denies our request.`;
  if (nearest)
    return [
      nearest.kind === 'mistyped' ? 'external_id_mistyped' : 'retired_external_id',
      `${nearest.description}. ${sent}`,
    ];
  if (variable !== undefined) {
    const problem = supportsVariables
      ? 'is a policy variable, and our request has no matching value for it'
      : 'is plain text here, because the policy does not have Version 2012-10-17';
    return ['variable', `${quoteValue(variable)} ${problem}. ${sent}`];
  }
  if (pattern !== undefined && comparison === 'string') {
    return [
      'wrong_external_id',
      `${quoteValue(pattern)} is compared literally here. Write the exact external ID; a wildcard would not be safe either. ${sent}`,
    ];
  }
  return ['wrong_external_id', `${compared[0]?.description ?? ''}. ${sent}`];
}
