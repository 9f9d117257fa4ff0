import type { Comparison, Operator } from '../trust-policy.ts';

const ORDERINGS = [
  ['LessThan', 'less'],
  ['LessThanEquals', 'less-or-equal'],
  ['GreaterThan', 'greater'],
  ['GreaterThanEquals', 'greater-or-equal'],
] as const;

type OperatorEntry = readonly [name: string, comparison: Comparison, negated: boolean];

const OPERATORS: readonly OperatorEntry[] = [
  ['StringEquals', 'string', false],
  ['StringNotEquals', 'string', true],
  ['StringEqualsIgnoreCase', 'string-ignoring-case', false],
  ['StringNotEqualsIgnoreCase', 'string-ignoring-case', true],
  ['StringLike', 'like', false],
  ['StringNotLike', 'like', true],
  // ArnEquals accepts wildcards too: according to the IAM User Guide, it and ArnLike "behave identically".
  ['ArnEquals', 'arn', false],
  ['ArnLike', 'arn', false],
  ['ArnNotEquals', 'arn', true],
  ['ArnNotLike', 'arn', true],
  ['Bool', 'bool', false],
  ['BinaryEquals', 'binary', false],
  ['IpAddress', 'ip', false],
  ['NotIpAddress', 'ip', true],
  ['Null', 'null', false],
  ...(['number', 'date'] as const).flatMap((type): OperatorEntry[] => {
    const prefix = type === 'number' ? 'Numeric' : 'Date';
    return [
      [`${prefix}Equals`, `${type}-equals`, false],
      [`${prefix}NotEquals`, `${type}-equals`, true],
      ...ORDERINGS.map(([name, order]): OperatorEntry => [`${prefix}${name}`, `${type}-${order}`, false]),
    ];
  }),
];

/** Every condition operator without `ForAllValues:`, `ForAnyValue:` and `IfExists`. */
export const OPERATOR_NAMES = OPERATORS.map(([name]) => name);

const SET_PREFIX = /^(forallvalues|foranyvalue):/;
const IF_EXISTS = /ifexists$/;

/**
 * Parses a condition operator, without regard to case as IAM does; `undefined` when there is no such operator
 * (IAM JSON policy elements: Condition operators).
 */
export function parseOperator(name: string): Operator | undefined {
  const lower = name.toLowerCase();
  const prefix = SET_PREFIX.exec(lower)?.[1];
  const unprefixed = lower.replace(SET_PREFIX, '');
  const base = unprefixed.replace(IF_EXISTS, '');
  const ifExists = base !== unprefixed;
  const entry = OPERATORS.find(([known]) => known.toLowerCase() === base);
  if (entry === undefined) return undefined;
  const [, comparison, negated] = entry;
  // Null tests whether the key exists, so neither a set operator nor IfExists has a meaning with it.
  if (comparison === 'null' && (ifExists || prefix !== undefined)) return undefined;
  const setOperator =
    prefix === undefined ? null : prefix === 'forallvalues' ? 'ForAllValues' : 'ForAnyValue';
  return { name, comparison, negated, ifExists, setOperator };
}
