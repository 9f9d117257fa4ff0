import type { CallerPrincipal } from '../trust-policy/conditions/request-context.ts';
import type { Condition, Statement } from '../trust-policy/trust-policy.ts';
import {
  type AnalysisContext,
  statementLabel,
  toStatementSet,
  withoutUnknownConditions,
} from './analysis-context.ts';
import {
  classifyStatement,
  hasWildcardPrincipal,
  isExternalIdKey,
  meetsCondition,
} from './classify-statement.ts';
import {
  type DenyCheck,
  isAllowed,
  NEGATIVE_PROBES,
  type NegativeProbe,
  type StatementSet,
} from './evaluate-probes.ts';
import type { FindingCode, Findings } from './finding.ts';
import { quoteValue } from './json-values.ts';
import { conditionPath, type StatementEntry } from './policy-document.ts';
import { externalIdConditionJson, type PolicyRequirements, vendorRootArn } from './requirements.ts';

const PROBE_DESCRIPTIONS: Record<NegativeProbe, string> = {
  missing: 'without any external ID',
  wrong: 'with a made-up external ID',
  case_changed: 'with your external ID in capital letters',
  extended: 'with your external ID and one more character',
};

/**
 * Adds a finding for each reason why a statement allows the vendor without the correct external ID, or allows others.
 * Conditions that cannot be evaluated offline count as met.
 */
export function findUnsafeAllows(
  entry: StatementEntry,
  statement: Statement,
  context: AnalysisContext,
): void {
  const { requirements, supportsVariables, probeExternalIds, isDenied, findings } = context;
  if (statement.effect !== 'Allow') return;
  if (classifyStatement(statement, requirements, supportsVariables) !== 'vendor') return;
  const evaluated = withoutUnknownConditions(statement, requirements);
  const set = toStatementSet(evaluated, context);
  for (const probe of NEGATIVE_PROBES) {
    const externalId = probeExternalIds[probe];
    if (isDenied({ externalId }) || !isAllowed(set, requirements, { externalId })) continue;
    const findingsBefore = findings.list.length;
    const idConditions = evaluated.conditions.filter(isExternalIdKey);
    if (idConditions.length === 0) addMissingCondition(entry, statement, probe, context);
    for (const condition of idConditions) {
      if (!meetsCondition(condition, requirements, externalId, supportsVariables)) continue;
      addUnsafeCondition(entry, condition, probe, context);
    }
    const isUnexplained = findings.list.length === findingsBefore && !findings.explains(probe);
    if (context.isVendorAllowed && isUnexplained) addUnexplainedAccess(entry, probe, findings);
  }
  if (hasWildcardPrincipal(statement)) addWildcardPrincipal(entry, set, context);
}

export function addUnexplainedAccess(
  entry: StatementEntry | undefined,
  probe: NegativeProbe,
  findings: Findings,
): void {
  findings.add('opens_without_right_id', entry?.path ?? ['Statement'], {
    message: `The statements together allow the role to be assumed ${PROBE_DESCRIPTIONS[probe]}.`,
    fix: 'Use the suggested policy.',
    statementIndex: entry?.index ?? null,
    probes: [probe],
  });
}

function addMissingCondition(
  entry: StatementEntry,
  statement: Statement,
  probe: NegativeProbe,
  { requirements, findings, isVendorAllowed }: AnalysisContext,
): void {
  const purpose = isVendorAllowed ? 'allows us to assume the role' : 'is intended for us';
  const otherKeys = statement.conditions.length > 0 ? ', only on other keys' : '';
  findings.add('external_id_not_demanded', entry.path, {
    message: `${statementLabel(entry)} ${purpose} but has no condition on sts:ExternalId${otherKeys}. Anyone who gives us the ARN of this role could then reach it through us. One statement like this is enough, whatever the others require.`,
    fix: `Add to its Condition: ${externalIdConditionJson(requirements)}. If another statement already allows us, remove this one.`,
    statementIndex: entry.index,
    probes: [probe],
  });
}

function addUnsafeCondition(
  entry: StatementEntry,
  condition: Condition,
  probe: NegativeProbe,
  context: AnalysisContext,
): void {
  const reason = explainUnsafeCondition(condition, probe, context);
  if (!reason) return;
  const [code, message] = reason;
  context.findings.add(code, conditionPath(entry, condition), {
    message,
    fix: `Replace it with ${externalIdConditionJson(context.requirements)}.`,
    severity: 'error',
    statementIndex: entry.index,
    probes: [probe],
  });
}

function explainUnsafeCondition(
  condition: Condition,
  probe: NegativeProbe,
  context: AnalysisContext,
): [FindingCode, string] | undefined {
  const { operator } = condition;
  const { name } = operator;
  if (operator.comparison === 'null') {
    return [
      'null_condition',
      probe === 'missing'
        ? `${name} "true" requires that no external ID is sent, so the role can be assumed without one.`
        : `${name} "false" requires only that some external ID is sent, so any value is accepted.`,
    ];
  }
  if (operator.negated) {
    return [
      'negated_operator',
      `${name} accepts every external ID other than the one it names, and requests without an external ID.`,
    ];
  }
  if (probe !== 'missing') return explainAcceptedValue(condition, probe, context);
  if (operator.ifExists) {
    return [
      'if_exists',
      `${name} compares the external ID only if one is sent, so the role can be assumed without one.`,
    ];
  }
  if (operator.setOperator === 'ForAllValues') {
    return [
      'for_all_values',
      `${name} is also true when no external ID is sent, so the role can be assumed without one.`,
    ];
  }
  return undefined;
}

function explainAcceptedValue(
  condition: Condition,
  probe: NegativeProbe,
  { requirements, supportsVariables, isVendorAllowed, probeExternalIds }: AnalysisContext,
): [FindingCode, string] | undefined {
  const { operator, values } = condition;
  const { name } = operator;
  const variable = values.find((value) => value.includes('${'));
  if (supportsVariables && variable !== undefined) {
    return [
      'variable',
      `${quoteValue(variable)} is a policy variable. Its value comes from the request, so any external ID that is sent can match.`,
    ];
  }
  if (operator.comparison === 'string-ignoring-case') {
    return [
      'case_ignored',
      `${name} ignores the difference between upper and lower case. External IDs are case-sensitive, so compare yours exactly.`,
    ];
  }
  const pattern = values.find((value) => /[*?]/.test(value));
  if (operator.comparison === 'like' && pattern !== undefined) {
    return [
      'wildcard',
      `${name} with ${quoteValue(pattern)} is a pattern: the role can also be assumed ${PROBE_DESCRIPTIONS[probe]}.`,
    ];
  }
  // Otherwise the value is a typo of the correct ID, which is reported as the reason why the vendor is denied.
  if (
    isVendorAllowed ||
    meetsCondition(condition, requirements, probeExternalIds.correct, supportsVariables)
  ) {
    const accepted = values.find((value) => value === probeExternalIds[probe]) ?? values[0];
    return [
      'other_external_id',
      `The list of external IDs also contains ${quoteValue(accepted)}, so the role can be assumed ${PROBE_DESCRIPTIONS[probe]}.`,
    ];
  }
  return undefined;
}

/** A role in an account that has no relation to the vendor or the customer. */
function unrelatedPrincipal({ vendor }: PolicyRequirements): CallerPrincipal {
  const accountId = vendor.accountId === '000000000001' ? '000000000002' : '000000000001';
  const arn = `arn:${vendor.partition}:iam::${accountId}:role/Stranger`;
  return { type: 'role', arn, accountId, partition: vendor.partition };
}

/** Whether the statements allow an unrelated account, without an external ID or with the tenant's. */
export function allowsUnrelatedAccounts(
  set: StatementSet,
  isDenied: DenyCheck,
  requirements: PolicyRequirements,
): boolean {
  const principal = unrelatedPrincipal(requirements);
  return [null, ...requirements.externalIds].some((externalId) => {
    const request = { externalId, principal };
    return !isDenied(request) && isAllowed(set, requirements, request);
  });
}

function addWildcardPrincipal(
  entry: StatementEntry,
  set: StatementSet,
  { requirements, findings, isDenied }: AnalysisContext,
): void {
  if (!allowsUnrelatedAccounts(set, isDenied, requirements)) return;
  findings.add('wildcard_principal', [...entry.path, 'Principal'], {
    message:
      'The principal "*" trusts every AWS account. The external ID is not a secret: anyone who learns it can assume the role directly, without us.',
    fix: `Write "Principal": {"AWS": "${vendorRootArn(requirements)}"}.`,
    statementIndex: entry.index,
  });
}
