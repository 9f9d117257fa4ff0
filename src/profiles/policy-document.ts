import type { InvalidInput } from '../http/problem.ts';

const POLICY_KEYS = ['Version', 'Id', 'Statement'];
const STATEMENT_KEYS = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];
const ACTION = /^(\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$/i;
const RESOURCE = /^(\*|arn:[^:]+:[^:]+:[^:]*:[^:]*:.+)$/;
const SID = /^[A-Za-z0-9]*$/;
const OPERATOR =
  /^((ForAllValues|ForAnyValue):)?(String(Not)?(Equals(IgnoreCase)?|Like)|Arn(Not)?(Equals|Like)|(Numeric|Date)(Not)?Equals|(Numeric|Date)(Less|Greater)Than(Equals)?|Bool|BinaryEquals|(Not)?IpAddress)(IfExists)?$|^Null$/;
const CONDITION_KEY = /^(?!Fn::)[\w-]+:[\x20-\x7e]+$/;

/**
 * What is wrong with a permissions policy, by the grammar of the IAM JSON policy language for policies that are attached
 * to an identity ("Grammar of the IAM JSON policy language"): no principals, and nothing that is not understood, so that
 * IAM takes it when a customer creates the role. What CloudFormation would run, inside the template that carries it, is
 * refused too: a key `Fn::…` and a dynamic reference `{{resolve:…}}`.
 * @param path where it stands in the request
 */
export function findPolicyErrors(policy: unknown, path: string): InvalidInput[] {
  if (!isObject(policy)) return [{ path, message: 'must be a policy document, a JSON object' }];
  const { Version: version, Id: id, Statement: statements } = policy;
  const problems = unknownKeys(policy, POLICY_KEYS, path);
  if (version !== undefined && version !== '2012-10-17' && version !== '2008-10-17') {
    problems.push({ path: `${path}.Version`, message: 'must be "2012-10-17" or "2008-10-17"' });
  }
  if (id !== undefined && typeof id !== 'string')
    problems.push({ path: `${path}.Id`, message: 'must be text' });
  const list = Array.isArray(statements) ? statements : [statements];
  if (list.length === 0 || !list.every(isObject)) {
    return [...problems, { path: `${path}.Statement`, message: 'must be a statement, or a list of them' }];
  }
  const sids = list.map((statement) => statement.Sid).filter((sid) => typeof sid === 'string' && sid !== '');
  if (new Set(sids).size < sids.length) {
    problems.push({ path: `${path}.Statement`, message: 'must not have the same Sid twice' });
  }
  const at = (index: number) => (Array.isArray(statements) ? `.Statement[${index}]` : '.Statement');
  problems.push(
    ...list.flatMap((statement, index) => statementProblems(statement, `${path}${at(index)}`)),
    ...dynamicReferences(policy, path),
  );
  return problems.slice(0, 20);
}

function statementProblems(statement: Record<string, unknown>, path: string): InvalidInput[] {
  const problems = unknownKeys(statement, STATEMENT_KEYS, path);
  const { Sid: sid, Effect: effect, Condition: condition } = statement;
  if (sid !== undefined && !(typeof sid === 'string' && SID.test(sid))) {
    problems.push({ path: `${path}.Sid`, message: 'must be letters and digits' });
  }
  if (effect !== 'Allow' && effect !== 'Deny') {
    problems.push({ path: `${path}.Effect`, message: 'must be "Allow" or "Deny"' });
  }
  problems.push(
    ...oneOf(statement, ['Action', 'NotAction'], ACTION, 'an action like "s3:GetObject"', path),
    ...oneOf(
      statement,
      ['Resource', 'NotResource'],
      RESOURCE,
      '"*" or an ARN like "arn:aws:s3:::bucket/*"',
      path,
    ),
    ...(condition === undefined ? [] : conditionProblems(condition, `${path}.Condition`)),
  );
  return problems;
}

/** A statement has exactly one of two elements, and its texts are all of one shape. */
function oneOf(
  statement: Record<string, unknown>,
  names: [string, string],
  shape: RegExp,
  like: string,
  path: string,
): InvalidInput[] {
  const [name, ...more] = names.filter((name) => statement[name] !== undefined);
  if (name === undefined || more.length > 0) {
    return [{ path, message: `must have either ${names.join(' or ')}` }];
  }
  const texts = listOf(statement[name]);
  const fits = texts.length > 0 && texts.every((text) => typeof text === 'string' && shape.test(text));
  return fits ? [] : [{ path: `${path}.${name}`, message: `must be ${like}, or a list of such` }];
}

function conditionProblems(condition: unknown, path: string): InvalidInput[] {
  if (!isObject(condition)) return [{ path, message: 'must be an object of operators' }];
  return Object.entries(condition).flatMap(([operator, keys]) => {
    if (!OPERATOR.test(operator)) {
      return [{ path: `${path}.${operator}`, message: 'is no condition operator of IAM' }];
    }
    if (!isObject(keys)) return [{ path: `${path}.${operator}`, message: 'must be an object of keys' }];
    return Object.entries(keys).flatMap(([key, value]) => {
      if (!CONDITION_KEY.test(key)) {
        return [{ path: `${path}.${operator}.${key}`, message: 'is no condition key like "aws:SourceIp"' }];
      }
      const values = listOf(value);
      return values.length > 0 && values.every(isScalar)
        ? []
        : [{ path: `${path}.${operator}.${key}`, message: 'must be a value, or a list of values' }];
    });
  });
}

function dynamicReferences(policy: object, path: string): InvalidInput[] {
  return JSON.stringify(policy).includes('{{resolve:')
    ? [{ path, message: 'must not contain "{{resolve:", which CloudFormation would replace by a secret' }]
    : [];
}

function unknownKeys(object: Record<string, unknown>, known: string[], path: string): InvalidInput[] {
  return Object.keys(object)
    .filter((key) => !known.includes(key))
    .map((key) => ({
      path: `${path}.${key}`,
      message: `is no element of a policy here: ${known.join(', ')}`,
    }));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

const isScalar = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
