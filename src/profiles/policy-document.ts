import type { InvalidInput } from '../http/problem.ts';
import { isObject } from '../lib/is-object.ts';

const POLICY_ELEMENTS = ['Version', 'Id', 'Statement'];
const STATEMENT_ELEMENTS = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];
const ACTION = /^(\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$/i;
const RESOURCE = /^(\*|arn:[^:]+:[^:]+:[^:]*:[^:]*:.+)$/;
const SID = /^[A-Za-z0-9]*$/;
const OPERATOR =
  /^((ForAllValues|ForAnyValue):)?(String(Not)?(Equals(IgnoreCase)?|Like)|Arn(Not)?(Equals|Like)|(Numeric|Date)(Not)?Equals|(Numeric|Date)(Less|Greater)Than(Equals)?|Bool|BinaryEquals|(Not)?IpAddress)(IfExists)?$|^Null$/;
const CONDITION_KEY = /^(?!Fn::)[\w-]+:[\x20-\x7e]+$/;
const MAX_ERRORS = 20;

type Statement = Record<string, unknown>;

/**
 * Validates a permissions policy by IAM's grammar for identity-based policies ("Grammar of the IAM JSON policy
 * language"). Principals and unknown elements are errors, so that IAM accepts the policy when a customer creates the role.
 * A key `Fn::…` and a dynamic reference `{{resolve:…}}` are errors too: CloudFormation would evaluate them inside the
 * customer's template.
 * @param path path of the policy in the request
 */
export function findPolicyErrors(policy: unknown, path: string): InvalidInput[] {
  if (!isObject(policy)) return [{ path, message: 'must be a policy document, a JSON object' }];
  return [
    ...findUnknownElements(policy, POLICY_ELEMENTS, path),
    ...findVersionAndIdErrors(policy, path),
    ...findStatementListErrors(policy.Statement, `${path}.Statement`),
    ...findDynamicReferences(policy, path),
  ].slice(0, MAX_ERRORS);
}

function findVersionAndIdErrors({ Version: version, Id: id }: Statement, path: string): InvalidInput[] {
  const errors: InvalidInput[] = [];
  if (version !== undefined && version !== '2012-10-17' && version !== '2008-10-17')
    errors.push({ path: `${path}.Version`, message: 'must be "2012-10-17" or "2008-10-17"' });
  if (id !== undefined && typeof id !== 'string')
    errors.push({ path: `${path}.Id`, message: 'must be text' });
  return errors;
}

function findStatementListErrors(statements: unknown, path: string): InvalidInput[] {
  const list = toList(statements);
  if (list.length === 0 || !list.every(isObject))
    return [{ path, message: 'must be a statement or a list of statements' }];
  const sids = list.map((statement) => statement.Sid).filter((sid) => typeof sid === 'string' && sid !== '');
  const hasDuplicateSid = new Set(sids).size < sids.length;
  return [
    ...(hasDuplicateSid ? [{ path, message: 'must not have the same Sid twice' }] : []),
    ...list.flatMap((statement, index) =>
      findStatementErrors(statement, Array.isArray(statements) ? `${path}[${index}]` : path),
    ),
  ];
}

function findStatementErrors(statement: Statement, path: string): InvalidInput[] {
  const errors = findUnknownElements(statement, STATEMENT_ELEMENTS, path);
  const { Sid: sid, Effect: effect, Condition: condition } = statement;
  if (sid !== undefined && !(typeof sid === 'string' && SID.test(sid))) {
    errors.push({ path: `${path}.Sid`, message: 'must have only letters and digits' });
  }
  if (effect !== 'Allow' && effect !== 'Deny') {
    errors.push({ path: `${path}.Effect`, message: 'must be "Allow" or "Deny"' });
  }
  return [
    ...errors,
    ...findAlternativeErrors(statement, path, {
      elements: ['Action', 'NotAction'],
      pattern: ACTION,
      expected: 'an action like "s3:GetObject"',
    }),
    ...findAlternativeErrors(statement, path, {
      elements: ['Resource', 'NotResource'],
      pattern: RESOURCE,
      expected: '"*" or an ARN like "arn:aws:s3:::bucket/*"',
    }),
    ...(condition === undefined ? [] : findConditionErrors(condition, `${path}.Condition`)),
  ];
}

/** Checks that a statement has exactly one of two elements, and that all its values match a pattern. */
function findAlternativeErrors(
  statement: Statement,
  path: string,
  { elements, pattern, expected }: { elements: [string, string]; pattern: RegExp; expected: string },
): InvalidInput[] {
  const [name, ...others] = elements.filter((element) => statement[element] !== undefined);
  if (name === undefined || others.length > 0) {
    return [{ path, message: `must have either ${elements.join(' or ')}` }];
  }
  const values = toList(statement[name]);
  const isValid =
    values.length > 0 && values.every((value) => typeof value === 'string' && pattern.test(value));
  return isValid ? [] : [{ path: `${path}.${name}`, message: `must be ${expected}, or a list of them` }];
}

function findConditionErrors(condition: unknown, path: string): InvalidInput[] {
  if (!isObject(condition)) return [{ path, message: 'must be an object of condition operators' }];
  return Object.entries(condition).flatMap(([operator, keys]) => {
    if (!OPERATOR.test(operator)) {
      return [{ path: `${path}.${operator}`, message: 'is not a condition operator of IAM' }];
    }
    if (!isObject(keys)) {
      return [{ path: `${path}.${operator}`, message: 'must be an object of condition keys' }];
    }
    return Object.entries(keys).flatMap(([key, value]) => {
      if (!CONDITION_KEY.test(key)) {
        return [
          { path: `${path}.${operator}.${key}`, message: 'is not a condition key like "aws:SourceIp"' },
        ];
      }
      const values = toList(value);
      return values.length > 0 && values.every(isScalar)
        ? []
        : [{ path: `${path}.${operator}.${key}`, message: 'must be a value or a list of values' }];
    });
  });
}

function findDynamicReferences(policy: object, path: string): InvalidInput[] {
  return JSON.stringify(policy).includes('{{resolve:')
    ? [{ path, message: 'must not contain "{{resolve:", which CloudFormation would replace by a secret' }]
    : [];
}

function findUnknownElements(object: Statement, known: string[], path: string): InvalidInput[] {
  return Object.keys(object)
    .filter((key) => !known.includes(key))
    .map((key) => ({
      path: `${path}.${key}`,
      message: `is not an element that is allowed here: ${known.join(', ')}`,
    }));
}

const toList = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

const isScalar = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
