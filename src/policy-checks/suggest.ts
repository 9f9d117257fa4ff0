import type { Statement } from '../trust-policy/trust-policy.ts';
import { type Analysis, analyse } from './analyse.ts';
import { admits, deniedBy, probingWith, type Rules } from './ask.ts';
import { concernOf } from './concern.ts';
import { type MendScene, mendAllow } from './mend-allow.ts';
import { readStatement, type Slot } from './statements.ts';
import { kitPolicy, kitStatement, type Raw, type Subject } from './subject.ts';

/** Findings of the reading alone: once it is repaired, nothing else has to change for them. */
const GRAMMAR = new Set([
  'unknown_element',
  'resource_element',
  'sid_invalid',
  'unknown_operator',
  'condition_key_invalid',
  'principal_invalid',
  'action_invalid',
  'malformed',
]);

/**
 * How many statements at fault are mended with as little changed as can be, each by trying several ways. In a document
 * with more of them the kit's statement stands for each: nobody wrote eighty by hand, and the time is everybody's.
 */
const MOST_MENDED = 12;

interface Draft {
  raw: Raw;
  statement: Statement | null;
  /** For us alone, and written by us: may go when another statement does the same. */
  ours: boolean;
}

/** Read once: a document of many statements is asked about each of them. */
function draft(raw: Raw, ours: boolean): Draft {
  const read = readStatement(raw, 0, ['Statement']);
  return { raw, ours, statement: 'statement' in read ? read.statement : null };
}

export interface Suggestion {
  policy: Raw;
  /** The statements that it has not, though they are not about us. */
  leftOut: readonly Slot[];
}

/** Whether anything about a policy has to change; one that is safe otherwise stays as it is. */
export const hasToChange = ({ verdict, findings }: Analysis): boolean =>
  verdict !== 'safe' || findings.errors().length > 0 || findings.has('successor_missing');

/**
 * The policy with as little changed as makes it safe: what is not about us stays, in its order. Checked by the same
 * check before it is handed out; if it does not pass, the statement of the setup kit stands in for all that is about us;
 * and when even that is refused, as with a policy that is too long, it is the kit's policy alone.
 */
export function suggest(analysis: Analysis, subject: Subject): Suggestion {
  const { reading, pasted } = analysis;
  if (!reading) return { policy: kitPolicy(subject), leftOut: [] };
  if (!hasToChange(analysis)) return { policy: pasted.document as Raw, leftOut: [] };
  const unusable = reading.slots.filter(({ written, usable }) => !usable && !looksOurs(written, subject));
  const mended = assemble(analysis, prune(mendAll(analysis, subject), analysis, subject));
  if (passes(mended, subject)) return { policy: mended, leftOut: unusable };
  const others = reading.slots.flatMap((slot) => keptBeside(slot, analysis, subject));
  const replaced = assemble(analysis, [
    ...others,
    draft(kitStatement(subject, reading.version === '2012-10-17'), true),
  ]);
  if (passes(replaced, subject)) return { policy: replaced, leftOut: unusable };
  const lost = reading.slots.filter((slot) => !slot.usable || keptBeside(slot, analysis, subject).length > 0);
  return { policy: kitPolicy(subject), leftOut: lost };
}

const passes = (policy: Raw, subject: Subject): boolean => !hasToChange(analyse(policy, subject));

function mendAll(analysis: Analysis, subject: Subject): Draft[] {
  const reading = analysis.reading as NonNullable<Analysis['reading']>;
  const variables = reading.version === '2012-10-17';
  const scene = {
    subject,
    variables,
    denied: deniedBy(rulesOf(keptDenies(analysis, subject), analysis), subject),
    probings: subject.externalIds.map(probingWith),
    thorough: reading.slots.filter((slot) => reasonsOf(slot, analysis).length > 0).length <= MOST_MENDED,
  };
  const drafts = reading.slots.flatMap((slot) => mendOne(slot, analysis, scene));
  if (admitsUs(drafts, analysis, subject)) return drafts;
  return [...drafts, draft(kitStatement(subject, variables), true)];
}

function mendOne(slot: Slot, analysis: Analysis, scene: Omit<MendScene, 'grammarOnly'>): Draft[] {
  const { subject, variables } = scene;
  if (!slot.usable)
    return looksOurs(slot.written, subject) ? [draft(kitStatement(subject, variables), true)] : [];
  const { raw, statement } = slot.usable;
  if (statement.effect === 'Deny' || concernOf(statement, subject, variables) === 'others') {
    return keptBeside(slot, analysis, subject);
  }
  const reasons = reasonsOf(slot, analysis);
  if (reasons.length === 0) return [{ raw, ours: false, statement }];
  const grammarOnly = reasons.every(({ code }) => GRAMMAR.has(code));
  const { ours, others } = mendAllow(slot, { ...scene, grammarOnly });
  return [...(others ? [draft(others, false)] : []), draft(ours, ours !== raw)];
}

const reasonsOf = ({ index }: Slot, { findings }: Analysis) =>
  findings
    .mending(index)
    .filter(({ severity, code }) => severity === 'error' || code === 'successor_missing');

/** What stays of a statement that is not about us, or is a Deny. */
function keptBeside({ index, usable }: Slot, { reading, denies }: Analysis, subject: Subject): Draft[] {
  if (!usable) return [];
  const variables = reading?.version === '2012-10-17';
  if (usable.statement.effect === 'Deny') {
    const mended = denies.get(index);
    if (!mended) return [draft(usable.raw, false)];
    return mended.raw ? [draft(mended.raw, false)] : [];
  }
  return concernOf(usable.statement, subject, variables) === 'others' ? [draft(usable.raw, false)] : [];
}

const keptDenies = (analysis: Analysis, subject: Subject): Draft[] =>
  (analysis.reading?.slots ?? [])
    .filter(({ usable }) => usable?.statement.effect === 'Deny')
    .flatMap((slot) => keptBeside(slot, analysis, subject));

/** A customer's statement that cannot be read, and yet was for us by all signs. */
function looksOurs(written: unknown, { vendor, externalIds }: Subject): boolean {
  const text = (JSON.stringify(written) ?? '').toLowerCase();
  return [vendor.accountId, ...externalIds].some((mark) => text.includes(mark));
}

/** Without the statements of ours that others make needless: the last go first. */
function prune(drafts: readonly Draft[], analysis: Analysis, subject: Subject): Draft[] {
  const asked = questions(subject);
  const denied = deniedBy(
    rulesOf(
      drafts.filter(({ statement }) => statement?.effect === 'Deny'),
      analysis,
    ),
    subject,
  );
  const grants = drafts.map((one) =>
    asked.map((question) => !denied(question) && admits(rulesOf([one], analysis), subject, question)),
  );
  // By how many statements that stay we are let in, for each of them.
  const left = asked.map((_, index) => grants.filter((granted) => granted[index]).length);
  const stays = drafts.map((one, at) => ({ one, granted: grants[at] ?? [] })).reverse();
  return stays
    .filter(({ one, granted }) => {
      const without = left.map((count, index) => count - Number(granted[index]));
      if (!one.ours || without.includes(0)) return true;
      left.splice(0, left.length, ...without);
      return false;
    })
    .map(({ one }) => one)
    .reverse();
}

/** All that we must be let in for. */
const questions = ({ externalIds, needs }: Subject) =>
  externalIds.flatMap((externalId) => ['sts:AssumeRole', ...needs].map((action) => ({ externalId, action })));

const rulesOf = (drafts: readonly Draft[], analysis: Analysis): Rules => ({
  version: analysis.reading?.version ?? '2012-10-17',
  statements: drafts.flatMap(({ statement }) => statement ?? []),
});

const admitsUs = (drafts: readonly Draft[], analysis: Analysis, subject: Subject): boolean =>
  questions(subject).every((question) => admits(rulesOf(drafts, analysis), subject, question));

function assemble({ reading }: Analysis, drafts: readonly Draft[]): Raw {
  const { top, list } = reading as NonNullable<Analysis['reading']>;
  const statements = drafts.map(({ raw }) => raw);
  const Statement = !list && statements.length === 1 ? statements[0] : statements;
  return { ...top, Statement };
}
