import { principalMatches } from '../trust-policy/principal.ts';
import { type Asked, admits, type Denied, NEGATIVES, type Probing, type Rules } from './ask.ts';
import { isSlipOf } from './compare-id.ts';
import { accountOf, holdsForUs, isIdKey, isSlipOfIdKey } from './concern.ts';
import { isOpenToStrangers } from './find-openings.ts';
import { isObject, listed, mapMembers, oneOrList } from './shape.ts';
import { readStatement, type Slot } from './statements.ts';
import { brokerOf, idsValue, kitStatement, type Raw, rootArn, type Subject } from './subject.ts';

export interface MendScene {
  subject: Subject;
  variables: boolean;
  /** By the Deny statements as they will be. */
  denied: Denied;
  /** What the probes send, for each of the IDs. */
  probings: readonly Probing[];
  /** Whether several ways are tried; else the kit's statement is taken at once. */
  thorough: boolean;
  /** Nothing is wrong but the grammar, which is repaired already. */
  grammarOnly: boolean;
}

export interface MendedAllow {
  /** What the statement says to others, unchanged; null when it was about us alone. */
  others: Raw | null;
  ours: Raw;
}

/**
 * A statement for us that works and lets in nobody else: of several ways the one that changes the least, proven by the
 * evaluator; the setup kit's statement when none does.
 */
export function mendAllow(slot: Slot, scene: MendScene): MendedAllow {
  const raw = slot.usable?.raw ?? {};
  if (scene.thorough && scene.grammarOnly && isClean(raw, slot, scene)) return { others: null, ours: raw };
  const { ours, others } = splitPrincipals(raw, scene.subject);
  const base =
    others === null ? raw : mapMembers(raw, (key, value) => (key === 'Sid' ? undefined : [key, value]));
  const kit = { ...('Sid' in base && { Sid: base.Sid }), ...kitStatement(scene.subject, scene.variables) };
  const tried = scene.thorough ? candidates(base, ours, slot, scene) : [];
  const clean = tried.find((candidate) => isClean(candidate, slot, scene));
  return { others, ours: clean ?? kit };
}

function candidates(base: Raw, ours: unknown, slot: Slot, { subject, variables }: MendScene): Raw[] {
  const root = { AWS: rootArn(subject) };
  const demanding = withIds(base.Condition, subject);
  const met = onlyMet(demanding, slot, subject, variables);
  const principals = ours === undefined ? [root] : [ours, root];
  return principals.flatMap((Principal) =>
    [base.Action, neededActions(base, subject)].flatMap((Action) =>
      [demanding, met].map((Condition) => {
        const { NotAction: _, ...rest } = base;
        const action = Action === undefined ? { NotAction: base.NotAction } : { Action };
        return { ...(Action === undefined ? base : rest), Principal, ...action, Condition };
      }),
    ),
  );
}

/** Our part of the principals, and the statement for the others. */
function splitPrincipals(raw: Raw, subject: Subject): { ours: unknown; others: Raw | null } {
  const { Principal: principal } = raw;
  if (!isObject(principal)) return { ours: principal, others: null };
  const aws = 'AWS' in principal ? listed(principal.AWS) : [];
  const related = aws.filter((value) => isRelated(value, subject));
  if (related.length === 0) return { ours: undefined, others: null };
  const works = related.filter((value) => isUs(value, subject));
  const rest = aws.filter((value) => !related.includes(value));
  const Principal = mapMembers(principal, (type, values) =>
    type !== 'AWS' ? [type, values] : rest.length === 0 ? undefined : [type, oneOrList(rest)],
  );
  return {
    ours: works.length === 0 ? undefined : { AWS: oneOrList(works) },
    others: Object.keys(Principal).length === 0 ? null : { ...raw, Principal },
  };
}

function isUs(value: unknown, subject: Subject): boolean {
  const entry = { type: 'AWS' as const, value: String(value), path: '' };
  return principalMatches({ negated: false, entries: [entry] }, brokerOf(subject)) === true;
}

function isRelated(value: unknown, subject: Subject): boolean {
  if (isUs(value, subject)) return true;
  const account = accountOf(String(value));
  return (
    account === subject.vendor.accountId ||
    (account !== undefined && isSlipOf(account, subject.vendor.accountId))
  );
}

/** The condition with exactly our IDs, in the place where they stand if it is the right one. */
function withIds(condition: unknown, subject: Subject): Raw {
  const isEquals = (name: string) => name.toLowerCase() === 'stringequals';
  const blocks = mapMembers(isObject(condition) ? condition : {}, (name, block) => {
    const keys = mapMembers(isObject(block) ? block : {}, (key, value) => {
      if (!isIdKey({ key }) && !isSlipOfIdKey(key)) return [key, value];
      return isEquals(name) ? ['sts:ExternalId', idsValue(subject)] : undefined;
    });
    return Object.keys(keys).length === 0 ? undefined : [name, keys];
  });
  const name = Object.keys(blocks).find(isEquals) ?? 'StringEquals';
  return { ...blocks, [name]: { ...(blocks[name] as Raw | undefined), 'sts:ExternalId': idsValue(subject) } };
}

/** Without the conditions that our calls do not meet. */
function onlyMet(condition: Raw, slot: Slot, subject: Subject, variables: boolean): Raw {
  const [id] = subject.externalIds;
  return mapMembers(condition, (name, block) => {
    const kept = mapMembers(block as Raw, (key, value) => {
      const read = readStatement(
        {
          Effect: 'Allow',
          Principal: '*',
          Action: 'sts:AssumeRole',
          Condition: { [name]: { [key]: value } },
        },
        slot.index,
        slot.at,
      );
      const [one] = 'statement' in read ? read.statement.conditions : [];
      return one && holdsForUs(one, subject, id, variables) ? [key, value] : undefined;
    });
    return Object.keys(kept).length === 0 ? undefined : [name, kept];
  });
}

function neededActions(raw: Raw, subject: Subject): unknown {
  const further = listed(raw.Action ?? []).filter(
    (action) => typeof action === 'string' && /^sts:(TagSession|SetSourceIdentity|SetContext)$/i.test(action),
  );
  const named = new Set(further.map((action) => String(action).toLowerCase()));
  const missing = subject.needs.filter((action) => !named.has(action.toLowerCase()));
  return oneOrList(['sts:AssumeRole', ...further, ...missing]);
}

/** Whether this statement, beside the Deny statements, lets in us with each right ID, and nobody and nothing else. */
function isClean(raw: Raw, slot: Slot, { subject, variables, denied, probings }: MendScene): boolean {
  const read = readStatement(raw, slot.index, slot.at);
  if (!('statement' in read) || read.statement.effect !== 'Allow') return false;
  const rules: Rules = {
    version: variables ? '2012-10-17' : '2008-10-17',
    statements: [read.statement],
  };
  const isLetIn = (asked: Asked): boolean => !denied(asked) && admits(rules, subject, asked);
  return (
    probings.every(
      (probing) =>
        ['sts:AssumeRole', ...subject.needs].every((action) =>
          isLetIn({ externalId: probing.correct, action }),
        ) && NEGATIVES.every((probe) => !isLetIn({ externalId: probing[probe] })),
    ) && !isOpenToStrangers(rules, denied, subject)
  );
}
