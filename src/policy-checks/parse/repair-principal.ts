import { PARTITIONS } from '../../aws/arn.ts';
import { findClosestWord } from '../../lib/edit-distance.ts';
import { classifyPrincipal, isValidPrincipal } from '../../trust-policy/principal.ts';
import { PRINCIPAL_TYPES } from '../../trust-policy/trust-policy.ts';
import type { PrincipalMistake } from '../findings/catalogue/grammar-texts.ts';
import type { Report } from '../findings/finding.ts';
import { fromList, isObject, type JsonObject, mapEntries, repairValues, toList } from '../json-values.ts';

export function repairPrincipal(statement: JsonObject, report: Report, partition: string): JsonObject {
  if ('NotPrincipal' in statement) return rewriteNotPrincipal(statement, report, partition);
  const { Principal: principal, Effect: effect } = statement;
  if (principal === '*') return statement;
  if (principal === undefined) {
    report('principal_invalid', [], { effect });
    return statement;
  }
  const byType = isObject(principal) ? principal : { AWS: principal };
  if (byType !== principal)
    report('principal_invalid', ['Principal'], { value: principal, mistake: 'no_type', effect });
  let isLost = false;
  const Principal = mapEntries(byType, (name, values) => {
    const type = repairType(name, byType, report, effect);
    const { kept, repaired } = repairValues(values, (value, index) => {
      const path = ['Principal', type, ...index];
      if (isDeleted(type, value)) {
        report('deleted_principal', path, { id: value, effect }, 'warning');
        return undefined;
      }
      const intended = intendedPrincipal(type, value, partition);
      if (intended !== value) reportMistake({ value, intended, effect }, path, partition, report);
      isLost ||= intended === undefined;
      return intended;
    });
    return kept === 0 ? undefined : [type, repaired];
  });
  // A Deny without one of its principals would deny less than was intended, unless that one was deleted.
  const isUnchanged = (effect !== 'Allow' && isLost) || Object.keys(Principal).length === 0;
  return isUnchanged ? statement : { ...statement, Principal };
}

function repairType(type: string, byType: JsonObject, report: Report, effect: unknown): string {
  if ((PRINCIPAL_TYPES as readonly string[]).includes(type)) return type;
  const intended = findClosestWord(type, PRINCIPAL_TYPES, 1);
  const details = { value: type, intended, mistake: 'unknown_type' as const, effect };
  report('principal_invalid', ['Principal', type], details);
  return intended && !(intended in byType) ? intended : type;
}

/** IAM shows the unique ID of a role or user in its place after it was deleted. */
const isDeleted = (type: string, value: unknown): value is string =>
  type === 'AWS' && typeof value === 'string' && classifyPrincipal(value) === 'unique-id';

function reportMistake(
  { value, intended, effect }: { value: unknown; intended: unknown; effect: unknown },
  path: (string | number)[],
  itsPartition: string,
  report: Report,
): void {
  const [, partition] = (typeof value === 'string' && /^arn:([^:]*):(iam|sts):/.exec(value.trim())) || [];
  if (partition !== undefined && partition !== itsPartition) {
    const exists = PARTITIONS.some((known) => known === partition);
    report('wrong_partition', path, { value, partition, exists, effect });
  } else {
    const mistake = mistakeIn(value);
    report('principal_invalid', path, { value: value ?? null, intended, mistake, effect });
  }
}

/** The principal that was intended; undefined when that is not beyond doubt. */
function intendedPrincipal(type: string, value: unknown, partition: string): string | undefined {
  // An account ID loses its leading zeros when it is written as a number.
  if (type === 'AWS' && Number.isSafeInteger(value) && Number(value) > 0 && Number(value) < 1e12)
    return String(value).padStart(12, '0');
  if (typeof value !== 'string') return undefined;
  const isValid = (text: string) =>
    isValidPrincipal({ type: type as 'AWS', value: text, path: '' }, partition);
  if (isValid(value)) return value;
  const trimmed = value.replace(/^[\s\u200b\ufeff]+|[\s\u200b\ufeff]+$/g, '');
  if (isValid(trimmed) && trimmed !== '*') return trimmed;
  const digits = trimmed.replace(/[\s-]/g, '');
  return type === 'AWS' && /^\d{12}$/.test(digits) ? digits : undefined;
}

/** Why IAM does not accept a principal, by a pattern for it. The prefixes are those of unique IDs ("IAM identifiers"). */
const MISTAKES: [RegExp, PrincipalMistake][] = [
  [/^AGPA[A-Z0-9]{8,}$/, 'group_id'],
  [/^AIPA[A-Z0-9]{8,}$/, 'instance_profile_id'],
  [/^A(KI|SI)A[A-Z0-9]{8,}$/, 'access_key_id'],
  [/^\d+$/, 'digits'],
  [/^[\d-]+$/, 'hyphens'],
  [/^arn:.*[*?]/, 'wildcard'],
  [/^arn:[^:]*:iam::[^:]*:group\//, 'group'],
  [/^arn:/, 'account_arn'],
];

function mistakeIn(value: unknown): PrincipalMistake | undefined {
  if (typeof value === 'number') return 'number';
  return MISTAKES.find(([pattern]) => typeof value === 'string' && pattern.test(value))?.[1];
}

/**
 * Rewrites a Deny with NotPrincipal, which IAM rejects in a trust policy: it denies everyone and exempts the same accounts
 * and identities by conditions. An Allow is not rewritten, because it would trust everyone else.
 */
function rewriteNotPrincipal(statement: JsonObject, report: Report, partition: string): JsonObject {
  const { NotPrincipal: element, Effect: effect } = statement;
  const { AWS: values = [], ...others } = isObject(element) ? element : { '': element };
  const exempted = Object.keys(others).length === 0 ? exempting(toList(values), partition) : undefined;
  const { Condition: condition = {} } = statement;
  const isRewritten =
    effect === 'Deny' && exempted !== undefined && isObject(condition) && !('StringNotEquals' in condition);
  report('not_principal', ['NotPrincipal'], { effect, isRewritten, values: toList(values) });
  if (!isRewritten) return statement;
  const Condition = { ...condition, StringNotEquals: exempted };
  return mapEntries({ ...statement, Condition }, (key, inner) =>
    key === 'NotPrincipal' ? ['Principal', '*'] : [key, inner],
  );
}

/** The keys of StringNotEquals that exempt these principals; undefined if that is not possible in one statement. */
function exempting(values: readonly unknown[], partition: string): JsonObject | undefined {
  const forms = values.map((value) => (typeof value === 'string' ? classifyPrincipal(value) : undefined));
  const accounts = values
    .filter((_, i) => forms[i] === 'account')
    .map((value) => /\d{12}/.exec(String(value)));
  const arns = values.filter(
    (value, i) => forms[i] === 'arn' && String(value).startsWith(`arn:${partition}:iam:`),
  );
  if (accounts.length + arns.length < values.length) return undefined;
  return {
    ...(accounts.length > 0 && { 'aws:PrincipalAccount': fromList(accounts.map((match) => match?.[0])) }),
    ...(arns.length > 0 && { 'aws:PrincipalArn': fromList(arns) }),
  };
}
