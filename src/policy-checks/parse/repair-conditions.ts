import { parseOperator } from '../../trust-policy/parse/parse-operator.ts';
import { findClosestWord } from '../edit-distance.ts';
import { type Finding, finding, type JsonPath } from '../findings/finding.ts';
import { isObject, type JsonObject, mapEntries, quoteValue, toList } from '../json-values.ts';
import type { Repaired } from './repaired.ts';

const ORDERINGS = ['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'];
const OPERATOR_NAMES = [
  'StringEquals',
  'StringNotEquals',
  'StringEqualsIgnoreCase',
  'StringNotEqualsIgnoreCase',
  'StringLike',
  'StringNotLike',
  'ArnEquals',
  'ArnLike',
  'ArnNotEquals',
  'ArnNotLike',
  'Bool',
  'BinaryEquals',
  'IpAddress',
  'NotIpAddress',
  'Null',
  ...ORDERINGS.map((ordering) => `Numeric${ordering}`),
  ...ORDERINGS.map((ordering) => `Date${ordering}`),
];
const EXAMPLE = '{"StringEquals": {"sts:ExternalId": "…"}}';

export function repairConditions(statement: JsonObject, statementPath: JsonPath): Repaired {
  const { Condition: condition } = statement;
  const path = [...statementPath, 'Condition'];
  if (condition === undefined) return { value: statement, findings: [] };
  if (!isObject(condition)) {
    const problem = 'Condition is not an object of operators.';
    return { value: statement, findings: [malformed(path, problem, `Write it as ${EXAMPLE}.`)] };
  }
  const findings: Finding[] = [];
  const repaired = mapEntries(condition, (name, block) => {
    const operatorPath = [...path, name];
    const operator = parseOperator(name) ? name : findIntendedOperator(name);
    if (operator !== name)
      findings.push(finding('unknown_operator', operatorPath, { name, intended: operator }));
    else if (!isObject(block)) {
      const problem = `The value of ${quoteValue(name)} is not an object of condition keys.`;
      findings.push(malformed(operatorPath, problem, `Write it as ${EXAMPLE}.`));
    }
    const keys = isObject(block) ? repairKeys(block, operatorPath, findings) : block;
    return [operator === undefined || operator in condition ? name : operator, keys];
  });
  return { value: findings.length === 0 ? statement : { ...statement, Condition: repaired }, findings };
}

const malformed = (path: JsonPath, problem: string, fix: string): Finding =>
  finding('malformed', path, { problem, fix });

function findIntendedOperator(name: string): string | undefined {
  const [, prefix = '', base = '', suffix = ''] =
    /^(ForAnyValue:|ForAllValues:)?(.*?)(IfExists)?$/i.exec(name) ?? [];
  const closest = findClosestWord(base, OPERATOR_NAMES, 2);
  const operator = closest && prefix + closest + suffix;
  return operator !== undefined && parseOperator(operator) ? operator : undefined;
}

function repairKeys(block: JsonObject, path: JsonPath, findings: Finding[]): JsonObject {
  return mapEntries(block, (key, value) => {
    if (toList(value).some((one) => typeof one === 'object')) {
      const problem = `A value of ${quoteValue(key)} is a list, an object or null instead of a string.`;
      const fix = 'Write one string, or one list of strings without nested brackets.';
      findings.push(malformed([...path, key], problem, fix));
    }
    if (/^[^\s:]+:\S/.test(key)) return [key, value];
    const letters = key.toLowerCase().replace(/[^a-z]/g, '');
    const isExternalId = letters.endsWith('externalid');
    findings.push(finding('condition_key_invalid', [...path, key], { key, isExternalId }));
    return isExternalId && !('sts:ExternalId' in block) ? ['sts:ExternalId', value] : [key, value];
  });
}
