import { isStsExternalId } from '../../aws/external-id-format.ts';
import { matchesPattern, wildcardPattern } from '../../trust-policy/conditions/wildcard.ts';
import type { Condition } from '../../trust-policy/trust-policy.ts';
import { compareExternalId } from '../compare-external-id.ts';
import type { CheckContext } from '../context.ts';
import type { PolicyEvaluator } from '../evaluate.ts';
import { isExternalIdKey } from '../external-id-key.ts';
import { type JsonPath, quoteValue } from '../json-values.ts';
import { conditionPath } from '../policy.ts';
import { vendorStatements } from '../target.ts';
import { type Finding, finding } from './finding.ts';

/** Enough for any list that a person writes; a limit keeps the work bounded. */
const MAX_TESTED_IDS = 24;

/**
 * Finds external IDs that the probes do not send. Each candidate comes from a value or pattern in the document, and is
 * reported only if its statement allows it.
 *
 * @param explained findings whose conditions need no list of the other IDs that they accept
 */
export function findOtherExternalIds(evaluator: PolicyEvaluator, explained: readonly Finding[]): Finding[] {
  const { context } = evaluator;
  const isExplained = (path: JsonPath) => explained.some((one) => one.path.join('\n') === path.join('\n'));
  // A condition that denies the vendor is reported as such, with the same fix.
  const acceptsVendor = (condition: Condition) =>
    context.externalIds.some((externalId) => evaluator.meets(condition, { externalId }) !== false);
  return vendorStatements(evaluator)
    .filter(({ at }) => !isExplained(at))
    .flatMap((statement) =>
      statement.conditions
        .map((condition) => ({ statement, condition, path: conditionPath(statement, condition) }))
        .filter(({ condition, path }) => isExternalIdKey(condition) && !isExplained(path)),
    )
    .filter(({ condition }) => acceptsVendor(condition))
    .flatMap((one) => acceptedExamples(one.condition).map((example) => ({ ...one, ...example })))
    .filter(({ externalId }) => !context.externalIds.includes(externalId))
    .slice(0, MAX_TESTED_IDS)
    .filter(
      ({ statement, externalId }) =>
        evaluator.applies(statement, { externalId, isAtAnyTime: true }) !== false,
    )
    .map(({ condition, path, value, externalId }) => describe(condition, path, value, externalId, context));
}

function describe(
  { operator }: Condition,
  path: JsonPath,
  value: string,
  externalId: string,
  context: CheckContext,
): Finding {
  const { kind, description } = compareExternalId(externalId, context);
  if (value !== externalId) {
    const details = { operator: operator.name, pattern: value, example: `with ${quoteValue(externalId)}` };
    // Each `?` in the right ID allows one character to differ, and a verification does not try each position.
    const isRightId = context.externalIds.some((id) => matchesPattern(wildcardPattern(value), id));
    return finding('wildcard', path, details, isRightId && !value.includes('*') ? 'warning' : 'error');
  }
  return kind === 'retired'
    ? finding('retired_external_id', path, { value, isAlone: false }, 'warning')
    : finding('other_external_id', path, { value, description, isProbed: false }, 'warning');
}

/** External IDs that the values of a condition may accept. */
const acceptedExamples = ({ values, operator }: Condition): { value: string; externalId: string }[] =>
  values.flatMap((value) => {
    const examples =
      operator.comparison === 'like' && /[*?]/.test(value)
        ? ['', 'x', '0a'].map((filling) => value.replaceAll('*', filling).replaceAll('?', 'x'))
        : [value];
    return [...new Set(examples)].filter(isStsExternalId).map((externalId) => ({ value, externalId }));
  });
