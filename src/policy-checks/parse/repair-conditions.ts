import { findClosestWord } from '../../lib/edit-distance.ts';
import { OPERATOR_NAMES, parseOperator } from '../../trust-policy/parse/parse-operator.ts';
import type { Report } from '../findings/finding.ts';
import { isObject, type JsonObject, mapEntries } from '../json-values.ts';

export function repairConditions(statement: JsonObject, report: Report): JsonObject {
  const { Condition: condition } = statement;
  if (!isObject(condition)) return statement;
  const Condition = mapEntries(condition, (name, block) => {
    const intended = parseOperator(name) ? name : findIntendedOperator(name);
    if (intended !== name) report('unknown_operator', ['Condition', name], { name, intended });
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
    if (/^[^\s:]+:\S/.test(key)) return [key, value];
    const letters = key.toLowerCase().replace(/[^a-z]/g, '');
    const isExternalId = letters.endsWith('externalid');
    report('condition_key_invalid', ['Condition', operator, key], { key, isExternalId });
    return [isExternalId && !('sts:ExternalId' in block) ? 'sts:ExternalId' : key, value];
  });
