import type { Condition } from '../trust-policy.ts';
import { parseOperator } from './parse-operator.ts';
import { isObject, type ProblemList, quote, readValues } from './parse-shape.ts';

/** A service prefix, a colon and a name. The prefix of an OIDC provider's keys is a host, which may have a path. */
const CONDITION_KEY = /^[^\s:]+:\S/;

/** Reads the `Condition` of a statement; an absent or empty one has no conditions. */
export function parseConditions(
  statement: Record<string, unknown>,
  statementPath: string,
  problems: ProblemList,
): Condition[] {
  if (!Object.hasOwn(statement, 'Condition')) return [];
  const element = statement.Condition;
  const path = `${statementPath}.Condition`;
  if (!isObject(element)) {
    problems.add(path, 'must be an object of condition operators');
    return [];
  }
  return Object.entries(element).flatMap(([name, keys]) => parseOperatorBlock(name, keys, path, problems));
}

function parseOperatorBlock(
  name: string,
  keys: unknown,
  conditionPath: string,
  problems: ProblemList,
): Condition[] {
  const operator = parseOperator(name);
  if (operator === undefined) {
    problems.add(conditionPath, `contains the unknown condition operator ${quote(name)}`);
    return [];
  }
  const operatorPath = `${conditionPath}.${name}`;
  if (!isObject(keys)) {
    problems.add(operatorPath, 'must be an object of condition keys');
    return [];
  }
  return Object.entries(keys).map(([key, values]) => {
    const path = `${operatorPath}.${key}`;
    if (!CONDITION_KEY.test(key))
      problems.add(operatorPath, `contains the malformed condition key ${quote(key)}`);
    return {
      operator,
      key,
      path,
      values: readValues(values, 'scalar', path, problems).map(({ value }) => value),
    };
  });
}
