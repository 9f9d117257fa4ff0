import { isStsExternalId } from '../aws/external-id-format.ts';
import type { Condition } from '../trust-policy/trust-policy.ts';
import { type AnalysisContext, toStatementSet, withoutUnknownConditions } from './analysis-context.ts';
import { classifyStatement, isExternalIdKey, meetsCondition } from './classify-statement.ts';
import { compareExternalId } from './compare-external-id.ts';
import { isAllowed, type StatementSet } from './evaluate-probes.ts';
import type { Findings, JsonPath } from './finding.ts';
import { quoteValue } from './json-values.ts';
import { conditionPath, type StatementEntry } from './policy-document.ts';
import { externalIdConditionJson } from './requirements.ts';

/** Enough for any list that a person writes; a limit keeps the work bounded. */
const MAX_TESTED_IDS = 24;

/**
 * Finds external IDs that the five probes do not send. Each candidate comes from a value or pattern in the document, and
 * is reported only if the evaluator allows it.
 */
export function findOtherExternalIds(entries: readonly StatementEntry[], context: AnalysisContext): void {
  const { requirements, isDenied, findings } = context;
  const tested = new Set<string>();
  const allows = vendorAllows(entries, context);
  for (const { entry, condition } of conditionsToTest(entries, context)) {
    for (const { value, externalId } of condition.values.flatMap((one) => acceptedExamples(one, condition))) {
      if (tested.size >= MAX_TESTED_IDS || tested.has(externalId)) continue;
      if (requirements.externalIds.includes(externalId)) continue;
      tested.add(externalId);
      if (isDenied({ externalId })) continue;
      const allowing = allows.find(({ set }) => isAllowed(set, requirements, { externalId }))?.entry;
      if (allowing && !isAlreadyReported(findings, allowing, conditionPath(entry, condition)))
        addOtherExternalId({ entry, condition, value, externalId, allowing }, context);
    }
  }
}

/** The Allow statements that apply to the vendor, each as a policy of its own. */
function vendorAllows(
  entries: readonly StatementEntry[],
  context: AnalysisContext,
): { entry: StatementEntry; set: StatementSet }[] {
  const { requirements, supportsVariables } = context;
  return entries.flatMap((entry) => {
    const statement = entry.usable?.statement;
    if (statement?.effect !== 'Allow') return [];
    if (classifyStatement(statement, requirements, supportsVariables) !== 'vendor') return [];
    return [{ entry, set: toStatementSet(withoutUnknownConditions(statement, requirements), context) }];
  });
}

/** Skips the conditions that deny the vendor, because `findDenialReasons` reports them with the same fix. */
function conditionsToTest(
  entries: readonly StatementEntry[],
  { requirements, supportsVariables, isVendorAllowed, probeExternalIds }: AnalysisContext,
): { entry: StatementEntry; condition: Condition }[] {
  return entries.flatMap((entry) =>
    (entry.usable?.statement.conditions ?? [])
      .filter(isExternalIdKey)
      .filter(
        (condition) =>
          isVendorAllowed ||
          meetsCondition(condition, requirements, probeExternalIds.correct, supportsVariables),
      )
      .map((condition) => ({ entry, condition })),
  );
}

/** A statement that already has an error for this condition needs no list of the other IDs that it accepts. */
const isAlreadyReported = (findings: Findings, allowing: StatementEntry, path: JsonPath): boolean =>
  findings.list.some(
    (finding) =>
      finding.statementIndex === allowing.index &&
      (finding.code === 'external_id_not_demanded' ||
        (finding.code !== 'wildcard_principal' && finding.path.join('\n') === path.join('\n'))),
  );

interface AcceptedExternalId {
  entry: StatementEntry;
  condition: Condition;
  /** The value in the condition that accepts the ID. */
  value: string;
  externalId: string;
  /** The statement that allows the vendor with the ID. */
  allowing: StatementEntry;
}

function addOtherExternalId(
  { entry, condition, value, externalId, allowing }: AcceptedExternalId,
  { requirements, findings }: AnalysisContext,
): void {
  const path = conditionPath(entry, condition);
  const quoted = quoteValue(externalId);
  const { kind, description } = compareExternalId(externalId, requirements);
  if (value !== externalId || condition.operator.comparison === 'string-ignoring-case') {
    findings.add('wildcard', path, {
      message: `${condition.operator.name} with ${quoteValue(value)} matches more than your external ID: for example, ${quoted} is also accepted.`,
      fix: `Replace it with ${externalIdConditionJson(requirements)}.`,
      statementIndex: allowing.index,
    });
  } else if (kind === 'retired') {
    findings.add('retired_external_id', path, {
      message: `${description}. It is never used or issued again, so it is harmless but has no effect.`,
      fix: `Remove ${quoted} from the list.`,
      severity: 'warning',
    });
  } else {
    findings.add('other_external_id', path, {
      message: `The role can also be assumed with another external ID: ${description}. If it belongs to another customer of ours, that customer can reach this role through us.`,
      fix: `Remove ${quoted}, unless it is also yours, for example from a second workspace.`,
      severity: 'warning',
    });
  }
}

/** Returns external IDs that a value of a condition may accept. */
function acceptedExamples(value: string, { operator }: Condition): { value: string; externalId: string }[] {
  return [...new Set(exampleTexts(value, operator.comparison))]
    .filter(isStsExternalId)
    .map((externalId) => ({ value, externalId }));
}

function exampleTexts(value: string, comparison: Condition['operator']['comparison']): string[] {
  if (comparison === 'like' && /[*?]/.test(value))
    return ['', 'x', '0a'].map((filling) => value.replaceAll('*', filling).replaceAll('?', 'x'));
  return comparison === 'string-ignoring-case' ? [value, value.toUpperCase()] : [value];
}
