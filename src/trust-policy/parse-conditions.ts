import { parseOperator } from './operators.ts';
import { isObject, listOf, type Problems, quote } from './parse-shape.ts';
import type { Condition } from './trust-policy.ts';

/** A vendor, a colon and a name; the vendor of an OIDC provider's keys is a host and perhaps a path. */
const CONDITION_KEY = /^[^\s:]+:\S/;

/** Reads a statement's `Condition`; an absent or empty one is no condition at all. */
export function parseConditions(
  statement: Record<string, unknown>,
  path: string,
  problems: Problems,
): Condition[] {
  if (!Object.hasOwn(statement, 'Condition')) return [];
  const written = statement.Condition;
  const here = `${path}.Condition`;
  if (!isObject(written)) {
    problems.add(here, 'must be an object of condition operators');
    return [];
  }
  return Object.entries(written).flatMap(([name, keys]) => parseBlock(name, keys, here, problems));
}

function parseBlock(name: string, keys: unknown, path: string, problems: Problems): Condition[] {
  const operator = parseOperator(name);
  if (operator === undefined) {
    problems.add(path, `has no condition operator ${quote(name)}`);
    return [];
  }
  const here = `${path}.${name}`;
  if (!isObject(keys)) {
    problems.add(here, 'must be an object of condition keys');
    return [];
  }
  return Object.entries(keys).map(([key, values]) => {
    const at = `${here}.${key}`;
    if (!CONDITION_KEY.test(key)) problems.add(here, `has no condition key ${quote(key)}`);
    return {
      operator,
      key,
      path: at,
      values: listOf(values, 'scalar', at, problems).map(({ value }) => value),
    };
  });
}
