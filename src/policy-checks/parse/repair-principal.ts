import { PARTITIONS } from '../../aws/arn.ts';
import { classifyPrincipal, isValidPrincipal } from '../../trust-policy/principal.ts';
import { PRINCIPAL_TYPES } from '../../trust-policy/trust-policy.ts';
import { findClosestWord } from '../edit-distance.ts';
import { type Finding, finding, type JsonPath } from '../findings/finding.ts';
import { fromList, isObject, type JsonObject, mapEntries, quoteValue, toList } from '../json-values.ts';
import { describeOddCharacters } from '../odd-characters.ts';
import type { Repaired } from './repaired.ts';
import { rewriteNotPrincipal } from './rewrite-not-principal.ts';

export function repairPrincipal(statement: JsonObject, path: JsonPath, partition: string): Repaired {
  if ('NotPrincipal' in statement) return rewriteNotPrincipal(statement, path, partition);
  const { Principal: principal } = statement;
  if (principal === undefined)
    return { value: statement, findings: withEffect([finding('principal_invalid', path, {})], statement) };
  if (principal === '*') return { value: statement, findings: [] };
  const principalPath = [...path, 'Principal'];
  const findings: Finding[] = [];
  if (!isObject(principal)) {
    const reason = ' without a type; it has to be an object with a type such as "AWS"';
    findings.push(finding('principal_invalid', principalPath, { value: principal, reason }));
    if (typeof principal !== 'string' && !Array.isArray(principal)) return { value: statement, findings };
  }
  const typed = isObject(principal) ? repairTypes(principal, principalPath, findings) : { AWS: principal };
  const repaired = mapEntries(typed, (type, values) => {
    const kept = repairValues(type, values, principalPath, partition, findings);
    if (kept.length === 0) return undefined;
    return [type, kept.length === toList(values).length && Array.isArray(values) ? kept : fromList(kept)];
  });
  // A Deny without one of its principals would deny less than was intended, unless that one was deleted.
  const isLost =
    countPrincipals(repaired) + findings.filter(({ code }) => code === 'deleted_principal').length <
    countPrincipals(typed);
  const found = withEffect(findings, statement);
  if (findings.length === 0 || (statement.Effect !== 'Allow' && isLost))
    return { value: statement, findings: found };
  // A statement whose principals were all deleted applies to nobody.
  const isEmpty = Object.keys(repaired).length === 0;
  return {
    value: isEmpty ? statement : { ...statement, Principal: repaired },
    findings: found,
  };
}

const countPrincipals = (principal: JsonObject): number => Object.values(principal).flatMap(toList).length;

/** The fix of a mistake in a Deny is another one. */
const withEffect = (findings: readonly Finding[], { Effect: effect }: JsonObject): Finding[] =>
  findings.map((one) => ({ ...one, details: { ...(one.details as object), effect } }));

function repairTypes(principal: JsonObject, path: JsonPath, findings: Finding[]): JsonObject {
  return mapEntries(principal, (type, values) => {
    if ((PRINCIPAL_TYPES as readonly string[]).includes(type)) return [type, values];
    const intended = findClosestWord(type, PRINCIPAL_TYPES, 1);
    const reason = `: there is no principal type ${quoteValue(type)}`;
    findings.push(finding('principal_invalid', [...path, type], { value: type, intended, reason }));
    return intended && !(intended in principal) ? [intended, values] : [type, values];
  });
}

function repairValues(
  type: string,
  values: unknown,
  path: JsonPath,
  partition: string,
  findings: Finding[],
): unknown[] {
  return toList(values).flatMap((value, i) => {
    const valuePath = [...path, type, ...(Array.isArray(values) ? [i] : [])];
    if (type === 'AWS' && typeof value === 'string' && classifyPrincipal(value) === 'unique-id') {
      findings.push(finding('deleted_principal', valuePath, { id: value }, 'warning'));
      return [];
    }
    const intended = intendedPrincipal(type, value, partition);
    if (intended === value) return [value];
    findings.push(mistakenPrincipal(value, intended, valuePath, partition));
    return intended === undefined ? [] : [intended];
  });
}

function mistakenPrincipal(value: unknown, intended: unknown, path: JsonPath, partition: string): Finding {
  const itsPartition =
    typeof value === 'string' ? /^arn:([^:]*):(iam|sts):/.exec(value.trim())?.[1] : undefined;
  if (typeof value === 'string' && itsPartition !== undefined && itsPartition !== partition) {
    const exists = PARTITIONS.some((known) => known === itsPartition);
    return finding('wrong_partition', path, { value, partition: itsPartition, exists });
  }
  const reason = explainInvalidPrincipal(value, partition);
  return finding('principal_invalid', path, { value: value ?? null, intended, reason });
}

/** The principal that was intended; undefined when that is not beyond doubt. */
function intendedPrincipal(type: string, value: unknown, partition: string): unknown {
  if (type === 'AWS' && typeof value === 'number') return toAccountId(value);
  if (typeof value !== 'string') return undefined;
  const isValid = (text: string) =>
    isValidPrincipal({ type: type as 'AWS', value: text, path: '' }, partition);
  if (isValid(value)) return value;
  const trimmed = value.replace(/^[\s\u200b\ufeff]+|[\s\u200b\ufeff]+$/g, '');
  if (isValid(trimmed) && trimmed !== '*') return trimmed;
  const digits = trimmed.replace(/[\s-]/g, '');
  return type === 'AWS' && /^\d{12}$/.test(digits) ? digits : undefined;
}

/** Restores the leading zeros that an account ID loses when it is written as a number. */
const toAccountId = (value: number): string | undefined =>
  Number.isSafeInteger(value) && value > 0 && value < 1e12 ? String(value).padStart(12, '0') : undefined;

/** What IAM calls things by their unique IDs (IAM User Guide, "IAM identifiers"). */
const OTHER_IDS: Record<string, string> = {
  AGPA: 'the unique ID of a group',
  AIPA: 'the unique ID of an instance profile',
  ANPA: 'the unique ID of a managed policy',
  AKIA: 'an access key ID',
  ASIA: 'a temporary access key ID',
};

function explainInvalidPrincipal(value: unknown, partition: string): string {
  if (typeof value === 'number')
    return ': an account ID is a string in quotation marks, because it may begin with 0';
  if (typeof value !== 'string') return '';
  const odd = describeOddCharacters(value);
  if (odd !== '') return odd;
  const id = /^A[A-Z]{3}[A-Z0-9]{8,}$/.test(value) ? OTHER_IDS[value.slice(0, 4)] : undefined;
  if (id !== undefined) return `: this is ${id}, which cannot assume a role`;
  if (/^\d+$/.test(value)) return `: an account ID has 12 digits, but this has ${value.length}`;
  if (/^[\d-]+$/.test(value)) return ': an account ID has no hyphens';
  if (/^arn:.*[*?]/.test(value)) return ': the ARN of a principal cannot contain a wildcard';
  if (/^arn:[^:]*:iam::[^:]*:group\//.test(value)) return ': a group cannot assume a role';
  if (/^arn:/.test(value))
    return `: the ARN of an account has the form arn:${partition}:iam::111122223333:root`;
  return '';
}
