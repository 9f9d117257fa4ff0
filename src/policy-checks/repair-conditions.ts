import { parseOperator } from '../trust-policy/parse/parse-operator.ts';
import { findClosestWord } from './edit-distance.ts';
import type { JsonPath } from './finding.ts';
import { isObject, type JsonObject, mapEntries, quoteValue, toList } from './json-values.ts';
import type { RepairContext } from './repair-context.ts';

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

export function repairConditions(statement: JsonObject, context: RepairContext): JsonObject {
  const { Condition: condition } = statement;
  if (condition === undefined) return statement;
  const path = [...context.path, 'Condition'];
  if (!isObject(condition)) {
    context.findings.add('malformed', path, {
      message: 'Condition is not an object of operators.',
      fix: 'Write it as {"StringEquals": {"sts:ExternalId": "…"}}.',
      statementIndex: context.index,
    });
    return statement;
  }
  let isChanged = false;
  const usedNames = Object.keys(condition);
  const repaired = mapEntries(condition, (name, block) => {
    const operator = parseOperator(name) ? name : findIntendedOperator(name);
    addOperatorFindings(name, operator, block, context);
    const keys = isObject(block) ? repairKeys(block, [...path, name], context) : block;
    const newName = operator === undefined || usedNames.includes(operator) ? name : operator;
    isChanged ||= newName !== name || keys !== block;
    return [newName, keys];
  });
  return isChanged ? { ...statement, Condition: repaired } : statement;
}

function findIntendedOperator(name: string): string | undefined {
  const [, prefix = '', base = '', suffix = ''] =
    /^(ForAnyValue:|ForAllValues:)?(.*?)(IfExists)?$/i.exec(name) ?? [];
  const closest = findClosestWord(base, OPERATOR_NAMES, 2);
  const operator = closest && prefix + closest + suffix;
  return operator !== undefined && parseOperator(operator) ? operator : undefined;
}

function addOperatorFindings(
  name: string,
  operator: string | undefined,
  block: unknown,
  { path, index, findings }: RepairContext,
): void {
  const operatorPath = [...path, 'Condition', name];
  if (operator !== name) {
    findings.add('unknown_operator', operatorPath, {
      ...describeUnknownOperator(name, operator),
      statementIndex: index,
    });
  } else if (!isObject(block)) {
    findings.add('malformed', operatorPath, {
      message: `The value of ${quoteValue(name)} is not an object of condition keys.`,
      fix: 'Write it as {"StringEquals": {"sts:ExternalId": "…"}}.',
      statementIndex: index,
    });
  }
}

function describeUnknownOperator(
  name: string,
  intended: string | undefined,
): { message: string; fix: string } {
  const example = '"StringEquals": {"sts:ExternalId": "…"}';
  if (name.toLowerCase().endsWith('externalid')) {
    return {
      message: `${quoteValue(name)} is directly inside Condition. It has to be inside an operator.`,
      fix: `Write ${example}.`,
    };
  }
  const suggestion = intended ? ` You probably mean ${quoteValue(intended)}.` : '';
  return {
    message: `The condition operator ${quoteValue(name)} does not exist, so IAM rejects it.${suggestion}`,
    fix: `Write ${intended ? quoteValue(intended) : example}.`,
  };
}

function repairKeys(
  block: JsonObject,
  path: JsonPath,
  { index, findings }: Pick<RepairContext, 'index' | 'findings'>,
): JsonObject {
  for (const [key, value] of Object.entries(block)) {
    if (!toList(value).some((one) => typeof one === 'object')) continue;
    findings.add('malformed', [...path, key], {
      message: `A value of ${quoteValue(key)} is a list, an object or null instead of a string.`,
      fix: 'Write one string, or one list of strings without nested brackets.',
      statementIndex: index,
    });
  }
  const invalidKeys = Object.keys(block).filter((key) => !/^[^\s:]+:\S/.test(key));
  if (invalidKeys.length === 0) return block;
  return mapEntries(block, (key, value) => {
    if (!invalidKeys.includes(key)) return [key, value];
    const letters = key.toLowerCase().replace(/[^a-z]/g, '');
    const isExternalId = letters.endsWith('externalid');
    const correction = isExternalId
      ? 'The correct key is "sts:ExternalId".'
      : 'A key begins with the name of a service and a colon.';
    findings.add('condition_key_invalid', [...path, key], {
      message: `${quoteValue(key)} is not a condition key. ${correction}`,
      fix: isExternalId
        ? 'Write "sts:ExternalId".'
        : 'Write the full key, such as "sts:ExternalId" or "aws:PrincipalArn".',
      statementIndex: index,
    });
    return isExternalId && !('sts:ExternalId' in block) ? ['sts:ExternalId', value] : [key, value];
  });
}
