import type { Comparison, Operator } from '../trust-policy.ts';

type OperatorEntry = readonly [comparison: Comparison, negated: boolean];

const ORDERINGS = [
  ['LessThan', 'less'],
  ['LessThanEquals', 'less-or-equal'],
  ['GreaterThan', 'greater'],
  ['GreaterThanEquals', 'greater-or-equal'],
] as const;

const OPERATORS = new Map<string, OperatorEntry>([
  ['stringequals', ['string', false]],
  ['stringnotequals', ['string', true]],
  ['stringequalsignorecase', ['string-ignoring-case', false]],
  ['stringnotequalsignorecase', ['string-ignoring-case', true]],
  ['stringlike', ['like', false]],
  ['stringnotlike', ['like', true]],
  // ArnEquals accepts wildcards too: according to the IAM User Guide, it and ArnLike "behave identically".
  ['arnequals', ['arn', false]],
  ['arnlike', ['arn', false]],
  ['arnnotequals', ['arn', true]],
  ['arnnotlike', ['arn', true]],
  ['bool', ['bool', false]],
  ['binaryequals', ['binary', false]],
  ['ipaddress', ['ip', false]],
  ['notipaddress', ['ip', true]],
  ['null', ['null', false]],
  ...(['number', 'date'] as const).flatMap((type): [string, OperatorEntry][] => {
    const prefix = type === 'number' ? 'numeric' : 'date';
    return [
      [`${prefix}equals`, [`${type}-equals`, false]],
      [`${prefix}notequals`, [`${type}-equals`, true]],
      ...ORDERINGS.map(([name, order]): [string, OperatorEntry] => [
        `${prefix}${name.toLowerCase()}`,
        [`${type}-${order}`, false],
      ]),
    ];
  }),
]);

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
  const entry = OPERATORS.get(base);
  if (entry === undefined) return undefined;
  const [comparison, negated] = entry;
  // Null tests whether the key exists, so neither a set operator nor IfExists has a meaning with it.
  if (comparison === 'null' && (ifExists || prefix !== undefined)) return undefined;
  const setOperator =
    prefix === undefined ? null : prefix === 'forallvalues' ? 'ForAllValues' : 'ForAnyValue';
  return { name, comparison, negated, ifExists, setOperator };
}
