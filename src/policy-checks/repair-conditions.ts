import { parseOperator } from '../trust-policy/operators.ts';
import type { Place } from './repair-statement.ts';
import { isObject, listed, mapMembers, nearestWord, said } from './shape.ts';
import type { Raw } from './subject.ts';

const ORDERINGS = ['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'];
export const OPERATOR_NAMES = [
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

export function repairConditions(statement: Raw, { at, index, findings }: Place): Raw {
  const { Condition: condition } = statement;
  if (condition === undefined) return statement;
  const here = [...at, 'Condition'];
  if (!isObject(condition)) {
    findings.add('malformed', here, {
      message: 'Condition is not an object of operators.',
      fix: 'Write it as {"StringEquals": {"sts:ExternalId": "…"}}.',
      mends: index,
    });
    return statement;
  }
  let changed = false;
  const taken = Object.keys(condition);
  const repaired = mapMembers(condition, (name, block) => {
    const operator = parseOperator(name) ? name : meantOperator(name);
    if (operator !== name) {
      findings.add('unknown_operator', [...here, name], sayOperator(name, operator, index));
    }
    if (operator === name && !isObject(block)) {
      findings.add('malformed', [...here, name], {
        message: `${said(name)} does not hold an object of keys.`,
        fix: 'Write it as {"StringEquals": {"sts:ExternalId": "…"}}.',
        mends: index,
      });
    }
    const keys = isObject(block) ? repairKeys(block, [...here, name], { index, findings }) : block;
    if ((operator === undefined || operator === name || taken.includes(operator)) && keys === block)
      return [name, block];
    changed = true;
    return [operator === undefined || taken.includes(operator) ? name : operator, keys];
  });
  return changed ? { ...statement, Condition: repaired } : statement;
}

function meantOperator(name: string): string | undefined {
  const [, prefix = '', base = '', suffix = ''] =
    /^(ForAnyValue:|ForAllValues:)?(.*?)(IfExists)?$/i.exec(name) ?? [];
  const meant = nearestWord(base, OPERATOR_NAMES, 2);
  const whole = meant && prefix + meant + suffix;
  return whole !== undefined && parseOperator(whole) ? whole : undefined;
}

function sayOperator(name: string, meant: string | undefined, mends: number) {
  const element = name.toLowerCase().endsWith('externalid');
  return {
    message: element
      ? `${said(name)} stands directly in Condition; between the two belongs an operator.`
      : `There is no condition operator ${said(name)}${meant ? `; probably ${said(meant)} is meant` : ''}. IAM refuses it.`,
    fix: `Write ${meant && !element ? said(meant) : '"StringEquals": {"sts:ExternalId": "…"}'}.`,
    mends,
  };
}

function repairKeys(
  block: Raw,
  here: (string | number)[],
  { index, findings }: Pick<Place, 'index' | 'findings'>,
): Raw {
  for (const [key, value] of Object.entries(block)) {
    if (!listed(value).some((one) => typeof one === 'object')) continue;
    findings.add('malformed', [...here, key], {
      message: `The values of ${said(key)} are not texts, but hold a list or an object.`,
      fix: 'Write one text, or one list of texts, without a further pair of brackets.',
      mends: index,
    });
  }
  const strange = Object.keys(block).filter((key) => !/^[^\s:]+:\S/.test(key));
  if (strange.length === 0) return block;
  return mapMembers(block, (key, value) => {
    if (!strange.includes(key)) return [key, value];
    const ours = key
      .toLowerCase()
      .replace(/[^a-z]/g, '')
      .endsWith('externalid');
    findings.add('condition_key_invalid', [...here, key], {
      message: `${said(key)} is no condition key${ours ? '; it is "sts:ExternalId"' : ': the name of a service and a colon come first'}.`,
      fix: ours
        ? 'Write "sts:ExternalId".'
        : 'Write the whole key, such as "sts:ExternalId" or "aws:PrincipalArn".',
      mends: index,
    });
    return ours && !('sts:ExternalId' in block) ? ['sts:ExternalId', value] : [key, value];
  });
}
