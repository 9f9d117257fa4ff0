import { compareDecimals, compareInstants, decodeBase64, inAddressRange } from './compare-values.ts';
import type { Comparison } from './trust-policy.ts';
import { type Lookup, substitute } from './variables.ts';
import { literalPattern, matches, type Pattern, wildcardPattern } from './wildcard.ts';

/** `undefined`: nobody can say. */
export type Answer = boolean | undefined;

/** Compares a value of the request with the value of the policy it was made from; `undefined` when it is of another type. */
export type Test = (actual: string) => Answer;

/** A value of a policy that cannot be compared: its variable has no value, or it is not of its operator's type. */
export type NoTest = 'unresolved' | 'not-understood';

export interface CompareContext {
  /** Whether policy variables are in force; before 2012-10-17, `${` is text like any other. */
  readonly variables: boolean;
  readonly lookup: Lookup;
}

/** Makes the test for one value of a condition (IAM JSON policy elements: Condition operators). */
export function testFor(comparison: Comparison, value: string, context: CompareContext): Test | NoTest {
  switch (comparison) {
    case 'string':
    case 'string-ignoring-case':
    case 'like':
    case 'arn':
      return patternTest(comparison, value, context);
    case 'bool':
      return boolTest(value, context);
    case 'binary':
      return typed(value, decodeBase64, (actual, wanted) => actual.equals(wanted));
    case 'ip':
      return inAddressRange(value) ?? 'not-understood';
    case 'null':
      return 'not-understood';
    default:
      return orderTest(comparison, value);
  }
}

function pattern(value: string, wildcards: boolean, context: CompareContext): Pattern | undefined {
  return context.variables
    ? substitute(value, wildcards, context.lookup)
    : wildcards
      ? wildcardPattern(value)
      : literalPattern(value);
}

function patternTest(
  comparison: 'string' | 'string-ignoring-case' | 'like' | 'arn',
  value: string,
  context: CompareContext,
): Test | NoTest {
  const wanted = pattern(value, comparison === 'like' || comparison === 'arn', context);
  if (wanted === undefined) return 'unresolved';
  if (comparison === 'arn') return arnTest(wanted);
  if (comparison === 'like') return (actual) => matches(wanted, actual);
  const text = wanted.join('');
  if (comparison === 'string') return (actual) => actual === text;
  return (actual) => actual.toLowerCase() === text.toLowerCase();
}

const ARN_PARTS = 6;

/** Each of the six parts by itself: a star in one never reaches into the next, as it would with StringLike. */
function arnTest(wanted: Pattern): Test | NoTest {
  const patterns = splitArn(wanted);
  if (patterns === undefined) return 'not-understood';
  return (actual) => {
    const parts = splitArn(Array.from(actual));
    if (parts === undefined) return undefined;
    return patterns.every((part, index) => matches(part, (parts[index] ?? []).join('')));
  };
}

/** The six parts of an ARN; colons after the fifth belong to the resource. */
function splitArn<Piece>(pieces: readonly (Piece | string)[]): (Piece | string)[][] | undefined {
  const parts: (Piece | string)[][] = [[]];
  for (const piece of pieces) {
    if (piece === ':' && parts.length < ARN_PARTS) parts.push([]);
    else parts.at(-1)?.push(piece);
  }
  return parts.length === ARN_PARTS ? parts : undefined;
}

function boolTest(value: string, context: CompareContext): Test | NoTest {
  const text = pattern(value, false, context)?.join('');
  return text === undefined ? 'unresolved' : typed(text, readBool, (actual, wanted) => actual === wanted);
}

/** True and false in any case, as IAM reads them. */
export function readBool(text: string): boolean | undefined {
  const lower = text.toLowerCase();
  return lower === 'true' ? true : lower === 'false' ? false : undefined;
}

const ORDERS = {
  equals: (order: number) => order === 0,
  less: (order: number) => order < 0,
  'less-or-equal': (order: number) => order <= 0,
  greater: (order: number) => order > 0,
  'greater-or-equal': (order: number) => order >= 0,
} as const;

function orderTest(comparison: `${'number' | 'date'}-${keyof typeof ORDERS}`, value: string): Test | NoTest {
  const compare = comparison.startsWith('number-') ? compareDecimals : compareInstants;
  const holds = ORDERS[comparison.replace(/^(number|date)-/, '') as keyof typeof ORDERS];
  if (compare(value, value) === undefined) return 'not-understood';
  return (actual) => {
    const order = compare(actual, value);
    return order === undefined ? undefined : holds(order);
  };
}

/** A test between two values of one type; either may turn out not to be of it. */
function typed<Type>(
  value: string,
  read: (text: string) => Type | undefined,
  holds: (actual: Type, wanted: Type) => boolean,
): Test | NoTest {
  const wanted = read(value);
  if (wanted === undefined) return 'not-understood';
  return (text) => {
    const actual = read(text);
    return actual === undefined ? undefined : holds(actual, wanted);
  };
}
