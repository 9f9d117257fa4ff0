import type { Comparison, Operator } from './trust-policy.ts';

type Entry = readonly [comparison: Comparison, negated: boolean];

const ORDERINGS = [
  ['LessThan', 'less'],
  ['LessThanEquals', 'less-or-equal'],
  ['GreaterThan', 'greater'],
  ['GreaterThanEquals', 'greater-or-equal'],
] as const;

const OPERATORS = new Map<string, Entry>([
  ['stringequals', ['string', false]],
  ['stringnotequals', ['string', true]],
  ['stringequalsignorecase', ['string-ignoring-case', false]],
  ['stringnotequalsignorecase', ['string-ignoring-case', true]],
  ['stringlike', ['like', false]],
  ['stringnotlike', ['like', true]],
  // ArnEquals takes wildcards too: the documentation says that it and ArnLike "behave identically".
  ['arnequals', ['arn', false]],
  ['arnlike', ['arn', false]],
  ['arnnotequals', ['arn', true]],
  ['arnnotlike', ['arn', true]],
  ['bool', ['bool', false]],
  ['binaryequals', ['binary', false]],
  ['ipaddress', ['ip', false]],
  ['notipaddress', ['ip', true]],
  ['null', ['null', false]],
  ...(['number', 'date'] as const).flatMap((type): [string, Entry][] => {
    const prefix = type === 'number' ? 'numeric' : 'date';
    return [
      [`${prefix}equals`, [`${type}-equals`, false]],
      [`${prefix}notequals`, [`${type}-equals`, true]],
      ...ORDERINGS.map(([name, order]): [string, Entry] => [
        `${prefix}${name.toLowerCase()}`,
        [`${type}-${order}`, false],
      ]),
    ];
  }),
]);

const SET_PREFIX = /^(forallvalues|foranyvalue):/;
const IF_EXISTS = /ifexists$/;

/**
 * Reads a condition operator, without regard to case as IAM does.
 * `undefined` when it is none (IAM JSON policy elements: Condition operators).
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
  // Null asks whether the key is there, so neither a set prefix nor IfExists has a meaning on it.
  if (comparison === 'null' && (ifExists || prefix !== undefined)) return undefined;
  const over = prefix === undefined ? 'single' : prefix === 'forallvalues' ? 'every' : 'some';
  return { name, comparison, negated, ifExists, over };
}
