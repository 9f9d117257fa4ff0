import { principalForm } from '../trust-policy/principal.ts';
import type { Place } from './repair-statement.ts';
import { isObject, listed, mapMembers, nearestWord, oneOrList, said } from './shape.ts';
import { type Raw, rootArn, type Subject } from './subject.ts';

const TYPES = ['AWS', 'Service', 'Federated', 'CanonicalUser'];
const SERVICE = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i;

export function repairPrincipal(statement: Raw, place: Place): Raw {
  const { at, index, subject, findings } = place;
  if ('NotPrincipal' in statement) {
    findings.add('not_principal', [...at, 'NotPrincipal'], {
      message: 'NotPrincipal means everybody but those named. IAM refuses it in a trust policy.',
      fix: 'Name those who may assume the role in Principal. To deny all but some, use Principal "*" with a condition on aws:PrincipalArn.',
      mends: index,
    });
    return statement;
  }
  const fix = `Write "Principal": {"AWS": "${rootArn(subject)}"}.`;
  if (!('Principal' in statement)) {
    findings.add('principal_invalid', at, {
      message: 'The statement has no Principal, so it does not say who may assume the role.',
      fix,
      mends: index,
    });
    return statement;
  }
  const { Principal: principal } = statement;
  if (principal === '*') return statement;
  if (typeof principal === 'string' || Array.isArray(principal)) {
    findings.add('principal_invalid', [...at, 'Principal'], {
      message: `Principal is ${said(principal)}; it has to say of which type that is.`,
      fix,
      mends: index,
    });
  } else if (!isObject(principal)) return statement;
  const typed = isObject(principal) ? repairTypes(principal, place) : { AWS: principal };
  const repaired = mapMembers(typed, (type, values) => {
    const kept = repairValues(type, values, place);
    return kept.length === 0
      ? undefined
      : [
          type,
          kept.length === listed(values).length && kept.every((value, i) => value === listed(values)[i])
            ? values
            : oneOrList(kept),
        ];
  });
  if (JSON.stringify(repaired) === JSON.stringify(principal)) return statement;
  // A Deny that lost one it names would deny less than was meant.
  const lost = countOf(repaired) < countOf(typed);
  if (Object.keys(repaired).length === 0 || (statement.Effect === 'Deny' && lost)) return statement;
  return { ...statement, Principal: repaired };
}

const countOf = (principal: Raw): number => Object.values(principal).flatMap(listed).length;

function repairTypes(principal: Raw, { at, index, findings }: Place): Raw {
  return mapMembers(principal, (type, values) => {
    if (TYPES.includes(type)) return [type, values];
    const meant = nearestWord(type, TYPES, 1);
    findings.add('principal_invalid', [...at, 'Principal', type], {
      message: `There is no type of principal ${said(type)}${meant ? `; it is written ${said(meant)}` : ''}.`,
      fix: `Write one of ${TYPES.slice(0, 3).join(', ')}; for us it is "AWS".`,
      mends: index,
    });
    return meant && !(meant in principal) ? [meant, values] : [type, values];
  });
}

function repairValues(type: string, values: unknown, { at, index, subject, findings }: Place): unknown[] {
  return listed(values).flatMap((value, i) => {
    const meant = type === 'AWS' ? meantPrincipal(value, subject) : isOther(type, value) ? value : undefined;
    if (meant === value) return [value];
    findings.add('principal_invalid', [...at, 'Principal', type, ...(Array.isArray(values) ? [i] : [])], {
      message: `${said(value)} is no principal that IAM knows${why(value)}.`,
      fix: meant !== undefined ? `Write ${said(meant)}.` : `For us write "${rootArn(subject)}".`,
      mends: index,
    });
    return meant === undefined ? [] : [meant];
  });
}

function isOther(type: string, value: unknown): boolean {
  if (typeof value !== 'string') return false;
  if (type === 'Service') return SERVICE.test(value);
  return type === 'Federated' && value !== '' && !/[*?\s]/.test(value);
}

/** The principal that was meant. The whole account in place of a pattern of its roles only for the vendor's own. */
function meantPrincipal(value: unknown, subject: Subject): string | undefined {
  if (typeof value === 'number')
    return Number.isSafeInteger(value) && value > 0 && value < 1e12
      ? String(value).padStart(12, '0')
      : undefined;
  if (typeof value !== 'string') return undefined;
  if (principalForm(value) !== undefined) return value;
  const trimmed = value.trim();
  if (principalForm(trimmed) !== undefined && trimmed !== '*') return trimmed;
  const digits = trimmed.replace(/[\s-]/g, '');
  if (/^\d{12}$/.test(digits)) return digits;
  const account = /^arn:[a-z-]+:(?:iam|sts)::(\d{12})(?::|$)/.exec(trimmed)?.[1];
  if (account === subject.vendor.accountId || trimmed.startsWith(`${subject.vendor.accountId}:`))
    return rootArn(subject);
  return undefined;
}

function why(value: unknown): string {
  if (typeof value === 'number')
    return ': an account ID is a text, in double quotes, since it may begin with 0';
  if (typeof value !== 'string') return '';
  if (/^\d+$/.test(value)) return `: an account ID has 12 digits, this has ${value.length}`;
  if (/^[\d\s-]+$/.test(value)) return ': an account ID is written without spaces or hyphens';
  if (value !== value.trim()) return ': there is white space around it';
  if (/^arn:.*[*?]/.test(value)) return ': a wildcard cannot stand inside the ARN of a principal';
  if (/^arn:/.test(value)) return ': the ARN of an account is like arn:aws:iam::111122223333:root';
  return '';
}
