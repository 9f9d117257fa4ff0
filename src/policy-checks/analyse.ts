import type { Check, Probe } from '../connections/verification.ts';
import { outcomeOf } from '../connections/verification.ts';
import { ask, deniedBy, type Probing, probingWith, type Rules, runProbes } from './ask.ts';
import { isIdKey } from './concern.ts';
import { reasonFor } from './condition-words.ts';
import { findNeighbours } from './find-neighbours.ts';
import { findFurtherIds, findOpenings, sayUnexplained } from './find-openings.ts';
import { findRefusals } from './find-refusals.ts';
import { findNeeds, findRemarks, findSuccessor } from './find-remarks.ts';
import { Findings } from './finding.ts';
import { hitsUs, type MendedDeny, mendDeny } from './mend-deny.ts';
import { type PastedPolicy, readPolicy } from './read-policy.ts';
import { repairDocument } from './repair-document.ts';
import { type Reading, readStatement, type Slot, statementsOf } from './statements.ts';
import type { Subject } from './subject.ts';

export type Verdict = 'safe' | 'unsafe' | 'not_assumable' | 'invalid';

/** All that is known about a pasted policy. */
export interface Analysis {
  verdict: Verdict;
  checks: Check[];
  findings: Findings;
  pasted: PastedPolicy;
  /** Undefined when there was nothing to go by. */
  reading: Reading | undefined;
  /** What becomes of the Deny statements that hit us, by their position. */
  denies: ReadonlyMap<number, MendedDeny>;
}

const UNASKED: Check[] = runProbesOfNothing();

function runProbesOfNothing(): Check[] {
  const probes: Probe[] = ['correct', 'missing', 'wrong', 'case_changed', 'extended'];
  return probes.map((probe) => ({
    probe,
    expected: probe === 'correct' ? 'allowed' : 'denied',
    observed: 'unknown',
  }));
}

/**
 * Reads a policy, asks it the five questions of a verification, and says what is wrong with it. The verdict is that
 * of the probes alone; findings of severity `error` may go beyond it, never against it.
 */
export function analyse(policy: unknown, subject: Subject): Analysis {
  const findings = new Findings();
  const pasted = readPolicy(policy, findings);
  const reading =
    pasted.document === undefined
      ? undefined
      : repairDocument(pasted.document, pasted.repeated, subject, findings);
  const invalid = findings.errors().length > 0;
  if (!reading) return { verdict: 'invalid', checks: UNASKED, findings, pasted, reading, denies: new Map() };
  const variables = reading.version === '2012-10-17';
  const rules: Rules = { version: reading.version, statements: statementsOf(reading.slots) };
  const { externalId, probing, checks } = probe(rules, subject);
  const outcome = outcomeOf(checks);
  const denies = findDenies(reading.slots, subject, variables, findings);
  const admitted = outcome !== 'not_assumable';
  const scene = {
    variables,
    subject,
    probing,
    admitted,
    denied: deniedBy({ ...rules, statements: deniesAfter(reading.slots, denies) }, subject),
    findings,
  };
  for (const slot of reading.slots) {
    if (!slot.usable) continue;
    findOpenings(slot, slot.usable.statement, scene);
    findNeighbours(slot, slot.usable.statement, scene);
  }
  findFurtherIds(reading.slots, scene);
  if (!admitted) findRefusals(reading.slots, { variables, subject, externalId, findings });
  for (const slot of reading.slots) {
    if (slot.usable) findRemarks(slot, slot.usable.statement, subject, variables, findings);
  }
  const decider = ask(rules, subject, { externalId }).decidedBy?.index;
  const through = reading.slots.find(({ index }) => index === decider);
  findSuccessor(rules, through, subject, findings);
  if (admitted) findNeeds(rules, through, externalId, subject, findings);
  explainRest(outcome, checks, findings);
  return {
    verdict: verdictOf(outcome, invalid),
    checks: invalid ? UNASKED : checks,
    findings,
    pasted,
    reading,
    denies,
  };
}

/** As a verification does: in a rotation the successor is tried first, and the old ID when it is not let in. */
function probe(rules: Rules, subject: Subject): { externalId: string; probing: Probing; checks: Check[] } {
  const asked = subject.externalIds.toReversed().map((externalId) => {
    const probing = probingWith(externalId);
    return { externalId, probing, checks: runProbes(rules, subject, probing) };
  });
  const found = asked.find(({ checks }) => outcomeOf(checks) !== 'not_assumable') ?? asked.at(-1);
  if (!found) throw new Error('a policy is checked for at least one external ID');
  return found;
}

function verdictOf(outcome: ReturnType<typeof outcomeOf>, invalid: boolean): Verdict {
  if (invalid) return 'invalid';
  if (outcome === 'not_assumable') return outcome;
  return outcome === 'verified' ? 'safe' : 'unsafe';
}

const DENY_FIXES: Record<MendedDeny['how'], (accountId: string) => string> = {
  ids_added: () => 'Add your external ID to those it spares, as the suggested policy does.',
  principal_removed: () =>
    'Take us out of its Principal, as the suggested policy does. If you mean to keep us out, leave it as it is.',
  exempted: (accountId) =>
    `Spare our account: "StringNotEquals": {"aws:PrincipalAccount": "${accountId}"}. The suggested policy keeps the Deny for everybody else.`,
  removed: () =>
    'It is about nobody but us, so there is no other way than to remove it, as the suggested policy does. If you mean to keep us out, leave it as it is.',
};

function findDenies(
  slots: readonly Slot[],
  subject: Subject,
  variables: boolean,
  findings: Findings,
): Map<number, MendedDeny> {
  const mended = new Map<number, MendedDeny>();
  for (const slot of slots) {
    if (!slot.usable || !hitsUs(slot, subject, variables)) continue;
    const deny = mendDeny(slot, subject, variables);
    mended.set(slot.index, deny);
    const on = slot.usable.statement.conditions.find((condition) => !isIdKey(condition));
    const reason = on ? ` It asks for ${on.key}. ${reasonFor(on.key) ?? ''}`.trimEnd() : '';
    findings.add('deny_hits_us', slot.at, {
      message: `This Deny applies to us even with the right external ID, and a Deny wins over every Allow.${reason}`,
      fix: DENY_FIXES[deny.how](subject.vendor.accountId),
      mends: slot.index,
    });
  }
  return mended;
}

/** The Deny statements as the suggestion will have them. */
function deniesAfter(slots: readonly Slot[], denies: ReadonlyMap<number, MendedDeny>) {
  return slots.flatMap(({ index, at, usable }) => {
    if (usable?.statement.effect !== 'Deny') return [];
    const mended = denies.get(index);
    if (!mended) return [usable.statement];
    const read = mended.raw && readStatement(mended.raw, index, at);
    return read && 'statement' in read ? [read.statement] : [];
  });
}

/** Nothing that the probes saw may stay without a word. */
function explainRest(
  outcome: ReturnType<typeof outcomeOf>,
  checks: readonly Check[],
  findings: Findings,
): void {
  if (outcome === 'not_assumable') {
    if (findings.errors().length > 0) return;
    findings.add('not_admitted', ['Statement'], {
      message: 'We are not let in with the right external ID, by the statements taken together.',
      fix: 'Take the suggested policy.',
    });
    return;
  }
  for (const { probe, observed } of checks) {
    if (probe !== 'correct' && observed === 'allowed' && !findings.explains(probe))
      sayUnexplained(undefined, probe, findings);
  }
}
