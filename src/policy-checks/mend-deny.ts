import { parseOperator } from '../trust-policy/operators.ts';
import { principalMatches } from '../trust-policy/principal.ts';
import { ask } from './ask.ts';
import { compareId, isSlipOf } from './compare-id.ts';
import { isObject, listed, mapMembers, oneOrList } from './shape.ts';
import { readStatement, type Slot } from './statements.ts';
import { brokerOf, type Raw, type Subject } from './subject.ts';

/** What becomes of a Deny that hits us: changed as little as can be; removed only where it is about us alone. */
export interface MendedDeny {
  raw: Raw | null;
  how: 'ids_added' | 'principal_removed' | 'exempted' | 'removed';
}

/** Whether a Deny applies to a call of ours that carries the right ID. */
export function hitsUs(slot: Slot, subject: Subject, variables: boolean): boolean {
  const statement = slot.usable?.statement;
  if (statement?.effect !== 'Deny') return false;
  const rules = { version: variables ? '2012-10-17' : '2008-10-17', statements: [statement] } as const;
  return subject.externalIds.some((externalId) =>
    ['sts:AssumeRole', ...subject.needs].some(
      (action) => ask(rules, subject, { externalId, action }).reason === 'statement_denies',
    ),
  );
}

/** A Deny so that it no longer hits us. For all others it stays what it was, wherever that can be. */
export function mendDeny(slot: Slot, subject: Subject, variables: boolean): MendedDeny {
  const raw = slot.usable?.raw ?? {};
  const candidates: MendedDeny[] = [
    { raw: withIds(raw, subject), how: 'ids_added' },
    { raw: withoutPrincipal(raw, subject), how: 'principal_removed' },
    { raw: namesOthers(slot) ? exempting(raw, subject) : null, how: 'exempted' },
  ];
  const mended = candidates.find((candidate) => {
    if (candidate.raw === null) return false;
    const read = readStatement(candidate.raw, slot.index, slot.at);
    if (!('statement' in read)) return false;
    return !hitsUs(
      { ...slot, usable: { raw: candidate.raw, statement: read.statement, repaired: true } },
      subject,
      variables,
    );
  });
  return mended ?? { raw: null, how: 'removed' };
}

/** Denies everybody without one of certain IDs: then ours belong among them. */
function withIds(raw: Raw, subject: Subject): Raw | null {
  if (!isObject(raw.Condition)) return null;
  let added = false;
  const Condition = mapMembers(raw.Condition, (name, block) => {
    const operator = parseOperator(name);
    const textual = operator && ['string', 'like', 'string-ignoring-case'].includes(operator.comparison);
    if (!operator?.negated || !textual || !isObject(block)) return [name, block];
    return [
      name,
      mapMembers(block, (key, values) => {
        if (key.toLowerCase() !== 'sts:externalid') return [key, values];
        added = true;
        const kept = listed(values).filter(
          (value) =>
            typeof value !== 'string' || !['mistyped', 'ours'].includes(compareId(value, subject).kind),
        );
        return [key, oneOrList([...kept, ...subject.externalIds])];
      }),
    ];
  });
  return added ? { ...raw, Condition } : null;
}

function withoutPrincipal(raw: Raw, subject: Subject): Raw | null {
  if (!isObject(raw.Principal)) return null;
  const Principal = mapMembers(raw.Principal, (type, values) => {
    if (type !== 'AWS') return [type, values];
    const kept = listed(values).filter((value) => !isUs(value, subject));
    return kept.length === 0 ? undefined : [type, Array.isArray(values) ? kept : oneOrList(kept)];
  });
  return Object.keys(Principal).length === 0 ? null : { ...raw, Principal };
}

function isUs(value: unknown, subject: Subject): boolean {
  if (typeof value !== 'string' || value === '*') return false;
  const entry = { type: 'AWS' as const, value, path: '' };
  return principalMatches({ negated: false, entries: [entry] }, brokerOf(subject)) === true;
}

const namesOthers = (slot: Slot): boolean =>
  slot.usable?.statement.principals.entries.some(({ value }) => value === '*') ?? false;

/** Denies as before, but for the vendor's account. */
function exempting(raw: Raw, subject: Subject): Raw {
  const { accountId } = subject.vendor;
  const condition = isObject(raw.Condition) ? raw.Condition : {};
  const block = Object.keys(condition).find((name) => name.toLowerCase() === 'stringnotequals');
  const keys = block && isObject(condition[block]) ? (condition[block] as Raw) : {};
  const key = Object.keys(keys).find((name) => name.toLowerCase() === 'aws:principalaccount');
  // A slip of our account among those that are exempt is ours, mistyped.
  const accounts = key
    ? listed(keys[key]).filter((account) => typeof account !== 'string' || !isSlipOf(account, accountId))
    : [];
  const exempt = { ...keys, [key ?? 'aws:PrincipalAccount']: oneOrList([...accounts, accountId]) };
  return { ...raw, Condition: { ...condition, [block ?? 'StringNotEquals']: exempt } };
}
