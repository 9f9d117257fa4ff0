import type { Probe } from '../connections/verification.ts';
import type { CallerPrincipal } from '../trust-policy/conditions/request-context.ts';
import type { Condition, Statement } from '../trust-policy/trust-policy.ts';
import { admits, type Denied, NEGATIVES, type Probing, type Rules } from './ask.ts';
import { compareId } from './compare-id.ts';
import { concernOf, holdsForUs, isEverybody, isIdKey, isUncertain } from './concern.ts';
import type { FindingCode, Findings } from './finding.ts';
import { said } from './shape.ts';
import { conditionPath, type Slot } from './statements.ts';
import { conditionJson, rootArn, type Subject } from './subject.ts';

export interface Scene {
  variables: boolean;
  subject: Subject;
  probing: Probing;
  /** Whether the right ID is let in. */
  admitted: boolean;
  /** The Deny statements, as they stand once they no longer hit us. */
  denied: Denied;
  findings: Findings;
}

export const PROBE_WORDS: Record<Exclude<Probe, 'correct'>, string> = {
  missing: 'without any external ID',
  wrong: 'with an external ID that was made up',
  case_changed: 'with your external ID in capital letters',
  extended: 'with your external ID and one more character',
};

/**
 * Every way in which a statement lets us in with another ID than the right one, or lets others in. Conditions on
 * things that nobody can know beforehand are taken to hold: a caller's address does not make up for an ID.
 */
export function findOpenings(slot: Slot, statement: Statement, scene: Scene): void {
  const { subject, variables, probing, denied, findings } = scene;
  if (statement.effect !== 'Allow' || concernOf(statement, subject, variables) !== 'admits') return;
  const known = withoutUncertain(statement, subject);
  const rules = rulesOf(scene, known);
  for (const probe of NEGATIVES as Exclude<Probe, 'correct'>[]) {
    const externalId = probing[probe];
    if (denied({ externalId }) || !admits(rules, subject, { externalId })) continue;
    const before = findings.list.length;
    const ids = known.conditions.filter(isIdKey);
    if (ids.length === 0) sayNoCondition(slot, statement, probe, scene);
    for (const condition of ids) {
      if (!holdsForUs(condition, subject, externalId, variables)) continue;
      explainCondition(slot, condition, probe, scene);
    }
    if (scene.admitted && findings.list.length === before && !findings.explains(probe))
      sayUnexplained(slot, probe, findings);
  }
  if (isEverybody(statement)) sayEverybody(slot, rules, scene);
}

export const nthOf = ({ index }: Slot): string => (index === 0 ? 'This statement' : `Statement ${index + 1}`);

export const withoutUncertain = (statement: Statement, subject: Subject): Statement => ({
  ...statement,
  conditions: statement.conditions.filter((one) => !isUncertain(one, subject)),
});

export const rulesOf = ({ variables }: Scene, statement: Statement) => ({
  version: variables ? ('2012-10-17' as const) : ('2008-10-17' as const),
  statements: [statement],
});

export function sayUnexplained(
  slot: Slot | undefined,
  probe: Exclude<Probe, 'correct'>,
  findings: Findings,
): void {
  findings.add('opens_without_right_id', slot?.at ?? ['Statement'], {
    message: `The role opens ${PROBE_WORDS[probe]}, by the statements taken together.`,
    fix: 'Take the suggested policy.',
    mends: slot?.index ?? null,
    probes: [probe],
  });
}

function sayNoCondition(slot: Slot, statement: Statement, probe: Probe, scene: Scene): void {
  const { subject, findings, admitted } = scene;
  const other = statement.conditions.length > 0 ? ', only on other things' : '';
  findings.add('external_id_not_demanded', slot.at, {
    message: `${nthOf(slot)} ${admitted ? 'lets us in' : 'is for us'} and has no condition on sts:ExternalId${other}: the role opens to whoever can make us name it. One such statement is enough, whatever the others demand.`,
    fix: `Add to its Condition: ${conditionJson(subject)}. If another statement lets us in already, remove this one.`,
    mends: slot.index,
    probes: [probe],
  });
}

function explainCondition(
  slot: Slot,
  condition: Condition,
  probe: Exclude<Probe, 'correct'>,
  scene: Scene,
): void {
  const { subject, findings, variables } = scene;
  const say = (code: FindingCode, message: string) =>
    findings.add(code, conditionPath(slot, condition), {
      message,
      fix: `Write ${conditionJson(subject)} in its place.`,
      severity: 'error',
      mends: slot.index,
      probes: [probe],
    });
  const { operator, values } = condition;
  const { name } = operator;
  if (operator.comparison === 'null') {
    say(
      'null_condition',
      probe === 'missing'
        ? `${name} "true" asks that no external ID is sent: the role opens without one.`
        : `${name} "false" asks only that some external ID is sent; any will do.`,
    );
  } else if (operator.negated) {
    say('negated_operator', `${name} lets in every other ID than the one it names, and calls without any.`);
  } else if (probe === 'missing') {
    if (operator.ifExists)
      say('if_exists', `${name} demands the ID only if one is sent: the role opens without any.`);
    else if (operator.setOperator === 'ForAllValues')
      say('for_all_values', `${name} also holds when no external ID is sent: of nothing, all is true.`);
  } else if (variables && values.some((value) => value.includes('${'))) {
    say(
      'variable',
      `${said(values.find((value) => value.includes('${')))} is a variable: it takes its value from the request, so whatever ID is sent can match.`,
    );
  } else if (operator.comparison === 'string-ignoring-case') {
    say(
      'case_ignored',
      `${name} takes capital and small letters for the same. External IDs differ by case; ours are compared exactly.`,
    );
  } else if (operator.comparison === 'like' && values.some((value) => /[*?]/.test(value))) {
    say(
      'wildcard',
      `${name} with ${said(values.find((value) => /[*?]/.test(value)))} is a pattern: it also lets us in ${PROBE_WORDS[probe]}.`,
    );
  } else if (scene.admitted || holdsForUs(condition, subject, scene.probing.correct, variables)) {
    // Else it is a slip of the right ID, which is said as what keeps us out.
    say(
      'other_external_id',
      `The list of IDs also has ${said(values.find((value) => value === scene.probing[probe]) ?? values[0])}: the role opens ${PROBE_WORDS[probe]}.`,
    );
  }
}

/** Somebody who has nothing to do with us. */
function strangerTo(subject: Subject): CallerPrincipal {
  const accountId = subject.vendor.accountId === '000000000001' ? '000000000002' : '000000000001';
  const arn = `arn:${subject.vendor.partition}:iam::${accountId}:role/Stranger`;
  return { type: 'role', arn, accountId, partition: subject.vendor.partition };
}

export function isOpenToStrangers(rules: Rules, denied: Denied, subject: Subject): boolean {
  const principal = strangerTo(subject);
  return [null, ...subject.externalIds].some((externalId) => {
    const asked = { externalId, principal };
    return !denied(asked) && admits(rules, subject, asked);
  });
}

function sayEverybody(slot: Slot, rules: Rules, { subject, findings, denied }: Scene): void {
  if (!isOpenToStrangers(rules, denied, subject)) return;
  findings.add('wildcard_principal', [...slot.at, 'Principal'], {
    message:
      'The principal "*" is everybody in AWS, in every account. Whoever learns the external ID, which is no secret, gets in without us.',
    fix: `Write "Principal": {"AWS": "${rootArn(subject)}"}.`,
    mends: slot.index,
  });
}

/** Most further IDs that are tried: enough for every list that a person writes. */
const MOST_TRIED = 24;

/**
 * What the five probes cannot see: IDs that the document itself suggests, out of its lists and patterns, are tried
 * too. What is said is always something that was let in.
 */
export function findFurtherIds(slots: readonly Slot[], scene: Scene): void {
  const { subject, variables, denied, findings } = scene;
  const tried = new Set<string>();
  const admitting = slots.flatMap((slot) => {
    const statement = slot.usable?.statement;
    if (statement?.effect !== 'Allow' || concernOf(statement, subject, variables) !== 'admits') return [];
    return [{ slot, rules: rulesOf(scene, withoutUncertain(statement, subject)) }];
  });
  for (const slot of slots) {
    for (const condition of slot.usable?.statement.conditions.filter(isIdKey) ?? []) {
      // Why it keeps us out is said elsewhere, and both have the same remedy.
      if (!scene.admitted && !holdsForUs(condition, subject, scene.probing.correct, variables)) continue;
      for (const { value, id } of condition.values.flatMap((value) => examples(value, condition))) {
        if (tried.size >= MOST_TRIED || tried.has(id) || subject.externalIds.includes(id)) continue;
        tried.add(id);
        if (denied({ externalId: id })) continue;
        const through = admitting.find(({ rules }) => admits(rules, subject, { externalId: id }))?.slot;
        if (through && !isExplained(findings, through, conditionPath(slot, condition)))
          sayFurtherId({ slot, condition, value, id, through }, scene);
      }
    }
  }
}

/** A statement that opens anyway needs no list of further IDs that open it. */
const isExplained = (findings: Findings, through: Slot, path: readonly (string | number)[]): boolean =>
  findings.list.some(
    ({ code, mends, at }) =>
      mends === through.index &&
      (code === 'external_id_not_demanded' ||
        (code !== 'wildcard_principal' && at.join('\n') === path.join('\n'))),
  );

function sayFurtherId(
  {
    slot,
    condition,
    value,
    id,
    through,
  }: { slot: Slot; condition: Condition; value: string; id: string; through: Slot },
  { subject, findings }: Scene,
): void {
  const at = conditionPath(slot, condition);
  const { kind, words } = compareId(id, subject);
  if (value !== id || condition.operator.comparison === 'string-ignoring-case') {
    findings.add('wildcard', at, {
      message: `${condition.operator.name} with ${said(value)} is wider than your ID: for example, ${said(id)} gets in too.`,
      fix: `Write ${conditionJson(subject)} in its place.`,
      mends: through.index,
    });
  } else if (kind === 'retired') {
    findings.add('retired_external_id', at, {
      message: `${words}. It is never used or issued again, so it does no harm, and no good.`,
      fix: `Remove ${said(id)} from the list.`,
      severity: 'warning',
    });
  } else {
    findings.add('other_external_id', at, {
      message: `The role also opens with another external ID: ${words}. If it belongs to another customer of ours, that customer can reach this role through us.`,
      fix: `Remove ${said(id)}, unless it is yours as well, from a second workspace for example.`,
      severity: 'warning',
    });
  }
}

/** IDs that a value of a condition may let in. */
function examples(value: string, { operator }: Condition): { value: string; id: string }[] {
  const texts =
    operator.comparison === 'like' && /[*?]/.test(value)
      ? ['', 'x', '0a'].map((filling) => value.replaceAll('*', filling).replaceAll('?', 'x'))
      : operator.comparison === 'string-ignoring-case'
        ? [value, value.toUpperCase()]
        : [value];
  return [...new Set(texts)].filter((id) => /^[\w+=,.@:/-]{2,1224}$/.test(id)).map((id) => ({ value, id }));
}
