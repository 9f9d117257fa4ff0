import { classifyPrincipal } from '../trust-policy/principal.ts';
import { findClosestWord } from './edit-distance.ts';
import { fromList, isObject, type JsonObject, mapEntries, quoteValue, toList } from './json-values.ts';
import type { RepairContext } from './repair-context.ts';
import { type PolicyRequirements, vendorRootArn } from './requirements.ts';

const PRINCIPAL_TYPES = ['AWS', 'Service', 'Federated', 'CanonicalUser'];
const SERVICE = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i;

export function repairPrincipal(statement: JsonObject, context: RepairContext): JsonObject {
  const { Principal: principal } = statement;
  if (addMissingPrincipal(statement, context) || principal === '*') return statement;
  if (typeof principal === 'string' || Array.isArray(principal)) addUntypedPrincipal(principal, context);
  else if (!isObject(principal)) return statement;
  const typed = isObject(principal) ? repairTypes(principal, context) : { AWS: principal };
  const repaired = mapEntries(typed, (type, values) => {
    const kept = repairValues(type, values, context);
    return kept.length === 0 ? undefined : [type, isSameList(kept, toList(values)) ? values : fromList(kept)];
  });
  if (JSON.stringify(repaired) === JSON.stringify(principal)) return statement;
  // A Deny statement without one of its principals would deny less than was intended.
  const isPrincipalLost = countPrincipals(repaired) < countPrincipals(typed);
  if (Object.keys(repaired).length === 0 || (statement.Effect === 'Deny' && isPrincipalLost))
    return statement;
  return { ...statement, Principal: repaired };
}

/** Adds a finding and returns true if there is no Principal to repair. */
function addMissingPrincipal(
  statement: JsonObject,
  { path, index, requirements, findings }: RepairContext,
): boolean {
  if ('NotPrincipal' in statement) {
    findings.add('not_principal', [...path, 'NotPrincipal'], {
      message: 'NotPrincipal means everyone except the principals named. IAM rejects it in a trust policy.',
      fix: 'Name the principals that may assume the role in Principal. To deny all but some, use Principal "*" with a condition on aws:PrincipalArn.',
      statementIndex: index,
    });
    return true;
  }
  if ('Principal' in statement) return false;
  findings.add('principal_invalid', path, {
    message: 'The statement has no Principal, so it does not say who may assume the role.',
    fix: `Write "Principal": {"AWS": "${vendorRootArn(requirements)}"}.`,
    statementIndex: index,
  });
  return true;
}

function addUntypedPrincipal(
  principal: unknown,
  { path, index, requirements, findings }: RepairContext,
): void {
  findings.add('principal_invalid', [...path, 'Principal'], {
    message: `Principal is ${quoteValue(principal)} without a type. It has to be an object with a type such as "AWS".`,
    fix: `Write "Principal": {"AWS": "${vendorRootArn(requirements)}"}.`,
    statementIndex: index,
  });
}

const isSameList = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((value, i) => value === b[i]);

const countPrincipals = (principal: JsonObject): number => Object.values(principal).flatMap(toList).length;

function repairTypes(principal: JsonObject, { path, index, findings }: RepairContext): JsonObject {
  return mapEntries(principal, (type, values) => {
    if (PRINCIPAL_TYPES.includes(type)) return [type, values];
    const intended = findClosestWord(type, PRINCIPAL_TYPES, 1);
    const correction = intended ? ` The correct name is ${quoteValue(intended)}.` : '';
    findings.add('principal_invalid', [...path, 'Principal', type], {
      message: `The principal type ${quoteValue(type)} does not exist.${correction}`,
      fix: `Write one of ${PRINCIPAL_TYPES.slice(0, 3).join(', ')}. Our principal has the type "AWS".`,
      statementIndex: index,
    });
    return intended && !(intended in principal) ? [intended, values] : [type, values];
  });
}

function repairValues(
  type: string,
  values: unknown,
  { path, index, requirements, findings }: RepairContext,
): unknown[] {
  return toList(values).flatMap((value, i) => {
    const intended = intendedPrincipal(type, value, requirements);
    if (intended === value) return [value];
    const valuePath = [...path, 'Principal', type, ...(Array.isArray(values) ? [i] : [])];
    findings.add('principal_invalid', valuePath, {
      message: `IAM does not accept the principal ${quoteValue(value)}${explainInvalidPrincipal(value)}.`,
      fix:
        intended !== undefined
          ? `Write ${quoteValue(intended)}.`
          : `For us, write "${vendorRootArn(requirements)}".`,
      statementIndex: index,
    });
    return intended === undefined ? [] : [intended];
  });
}

/** The principal that was intended; undefined when that is not beyond doubt. */
function intendedPrincipal(type: string, value: unknown, requirements: PolicyRequirements): unknown {
  if (type === 'AWS') return intendedAwsPrincipal(value, requirements);
  return isValidOtherPrincipal(type, value) ? value : undefined;
}

function isValidOtherPrincipal(type: string, value: unknown): boolean {
  if (typeof value !== 'string') return false;
  if (type === 'Service') return SERVICE.test(value);
  return type === 'Federated' && value !== '' && !/[*?\s]/.test(value);
}

function intendedAwsPrincipal(value: unknown, requirements: PolicyRequirements): string | undefined {
  if (typeof value === 'number') return toAccountId(value);
  if (typeof value !== 'string') return undefined;
  if (classifyPrincipal(value) !== undefined) return value;
  const trimmed = value.trim();
  if (classifyPrincipal(trimmed) !== undefined && trimmed !== '*') return trimmed;
  const digits = trimmed.replace(/[\s-]/g, '');
  if (/^\d{12}$/.test(digits)) return digits;
  const { accountId } = requirements.vendor;
  const account = /^arn:[a-z-]+:(?:iam|sts)::(\d{12})(?::|$)/.exec(trimmed)?.[1];
  // Trusting a whole account in place of a pattern for its roles is a safe repair for the vendor's account only.
  if (account === accountId || trimmed.startsWith(`${accountId}:`)) return vendorRootArn(requirements);
  return undefined;
}

/** Restores the leading zeros that an account ID loses when it is written as a number. */
function toAccountId(value: number): string | undefined {
  return Number.isSafeInteger(value) && value > 0 && value < 1e12
    ? String(value).padStart(12, '0')
    : undefined;
}

function explainInvalidPrincipal(value: unknown): string {
  if (typeof value === 'number')
    return ': an account ID is a string in double quotation marks, because it may begin with 0';
  if (typeof value !== 'string') return '';
  if (/^\d+$/.test(value)) return `: an account ID has 12 digits, but this has ${value.length}`;
  if (/^[\d\s-]+$/.test(value)) return ': an account ID has no spaces or hyphens';
  if (value !== value.trim()) return ': there is white space around it';
  if (/^arn:.*[*?]/.test(value)) return ': the ARN of a principal cannot contain a wildcard';
  if (/^arn:/.test(value)) return ': the ARN of an account has the form arn:aws:iam::111122223333:root';
  return '';
}
