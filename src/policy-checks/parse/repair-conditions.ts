import { findClosestWord } from '../../lib/edit-distance.ts';
import { OPERATOR_NAMES, parseOperator } from '../../trust-policy/parse/parse-operator.ts';
import type { Report } from '../findings/finding.ts';
import { isObject, type JsonObject, mapEntries, quoteValue, toList } from '../json-values.ts';

const WRITE_AS_EXAMPLE = 'Write it as {"StringEquals": {"sts:ExternalId": "…"}}.';

export function repairConditions(statement: JsonObject, report: Report): JsonObject {
  const { Condition: condition } = statement;
  if (condition === undefined) return statement;
  if (!isObject(condition)) {
    const problem = 'Condition is not an object of operators.';
    report('malformed', ['Condition'], { problem, fix: WRITE_AS_EXAMPLE });
    return statement;
  }
  const Condition = mapEntries(condition, (name, block) => {
    const intended = parseOperator(name) ? name : findIntendedOperator(name);
    if (intended !== name) report('unknown_operator', ['Condition', name], { name, intended });
    else if (!isObject(block)) {
      const problem = `The value of ${quoteValue(name)} is not an object of condition keys.`;
      report('malformed', ['Condition', name], { problem, fix: WRITE_AS_EXAMPLE });
    }
    const operator = intended === undefined || intended in condition ? name : intended;
    return [operator, isObject(block) ? repairKeys(block, name, report) : block];
  });
  return { ...statement, Condition };
}

function findIntendedOperator(name: string): string | undefined {
  const [, prefix = '', base = '', suffix = ''] =
    /^(ForAnyValue:|ForAllValues:)?(.*?)(IfExists)?$/i.exec(name) ?? [];
  const closest = findClosestWord(base, OPERATOR_NAMES, 2);
  const operator = closest && prefix + closest + suffix;
  return operator !== undefined && parseOperator(operator) ? operator : undefined;
}

const repairKeys = (block: JsonObject, operator: string, report: Report): JsonObject =>
  mapEntries(block, (key, value) => {
    const path = ['Condition', operator, key];
    if (toList(value).some((one) => typeof one === 'object')) {
      const problem = `A value of ${quoteValue(key)} is a list, an object or null instead of a string.`;
      const fix = 'Write one string, or one list of strings without nested brackets.';
      report('malformed', path, { problem, fix });
    }
    if (/^[^\s:]+:\S/.test(key)) return [key, value];
    const isExternalId = key
      .toLowerCase()
      .replace(/[^a-z]/g, '')
      .endsWith('externalid');
    report('condition_key_invalid', path, { key, isExternalId });
    return [isExternalId && !('sts:ExternalId' in block) ? 'sts:ExternalId' : key, value];
  });
