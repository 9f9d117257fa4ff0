import { isStsExternalId } from '../../aws/external-id-format.ts';
import type { Condition } from '../../trust-policy/trust-policy.ts';
import { compareExternalId } from '../compare-external-id.ts';
import type { CheckContext } from '../context.ts';
import { applies, meets } from '../evaluate.ts';
import { isExternalIdKey } from '../external-id-key.ts';
import { quoteValue } from '../json-values.ts';
import { conditionPath, type Policy, type StatementEntry } from '../policy.ts';
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
export function findOtherExternalIds(
  policy: Policy,
  context: CheckContext,
  explained: readonly Finding[],
): Finding[] {
  const isExplained = (path: readonly unknown[]) =>
    explained.some((one) => one.path.join('\n') === path.join('\n'));
  // A condition that denies the vendor is reported as such, with the same fix.
  const acceptsVendor = (condition: Condition) =>
    context.externalIds.some(
      (externalId) => meets(condition, policy.version, context, { externalId }) !== false,
    );
  const candidates = vendorStatements(policy, context).flatMap(({ entry, statement }) =>
    statement.conditions
      .filter(
        (one) =>
          isExternalIdKey(one) &&
          acceptsVendor(one) &&
          !isExplained(conditionPath(entry, one)) &&
          !isExplained(entry.path),
      )
      .flatMap((condition) =>
        acceptedExamples(condition).map((one) => ({ entry, statement, condition, ...one })),
      ),
  );
  return candidates
    .filter(({ externalId }) => !context.externalIds.includes(externalId))
    .slice(0, MAX_TESTED_IDS)
    .filter(
      ({ statement, externalId }) =>
        applies(statement, policy.version, context, { externalId, isAtAnyTime: true }) !== false,
    )
    .map(({ entry, condition, value, externalId }) => describe(entry, condition, value, externalId, context));
}

function describe(
  entry: StatementEntry,
  condition: Condition,
  value: string,
  externalId: string,
  context: CheckContext,
): Finding {
  const path = conditionPath(entry, condition);
  const { kind, description } = compareExternalId(externalId, context);
  if (value !== externalId)
    return finding('wildcard', path, {
      operator: condition.operator.name,
      pattern: value,
      example: `with ${quoteValue(externalId)}`,
    });
  if (kind === 'retired') return finding('retired_external_id', path, { value, isAlone: false }, 'warning');
  return finding('other_external_id', path, { value, description, isProbed: false }, 'warning');
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
