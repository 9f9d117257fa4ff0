import { findClosestWord } from '../../lib/edit-distance.ts';
import { type Finding, finding, type Report } from '../findings/finding.ts';
import {
  fromList,
  isObject,
  type JsonObject,
  type JsonPath,
  mapEntries,
  quoteValue,
  toList,
} from '../json-values.ts';
import { STS_ACTIONS } from '../policy.ts';
import { repairConditions } from './repair-conditions.ts';
import { repairPrincipal } from './repair-principal.ts';

/** Repairs one kind of mistake. Returns the statement itself if the intention is not beyond doubt. */
type Step = (statement: JsonObject, report: Report, partition: string) => JsonObject;

/**
 * Repairs the grammar of a statement where the intention is beyond doubt, and reports each mistake. A repair never allows
 * more than the statement says: where it would be a guess, the statement stays unchanged and unusable.
 *
 * @param partition that of the role
 */
export function repairStatement(
  original: JsonObject,
  path: JsonPath,
  partition: string,
): { json: JsonObject; findings: Finding[] } {
  const findings: Finding[] = [];
  const report: Report = (code, inside, ...details) =>
    void findings.push(finding(code, [...path, ...inside], ...details));
  if (isPermissionsStatement(original)) {
    report('not_a_trust_policy', []);
    return { json: original, findings };
  }
  const steps: Step[] = [
    repairElements,
    repairSid,
    repairEffect,
    repairPrincipal,
    repairActions,
    repairConditions,
  ];
  const json = steps.reduce((statement, step) => step(statement, report, partition), original);
  return { json, findings };
}

const isPermissionsStatement = (statement: JsonObject): boolean =>
  !Object.keys(statement).some((key) => /^(not)?principals?$/i.test(key)) &&
  ('Resource' in statement || 'NotResource' in statement);

export const ELEMENTS = ['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Condition'];

const repairElements: Step = (statement, report) =>
  mapEntries(statement, (element, value) => {
    if (ELEMENTS.includes(element)) return [element, value];
    const closest = findClosestWord(element, ELEMENTS, 1);
    const intended = closest !== undefined && !(closest in statement) ? closest : undefined;
    if (/^(Not)?Resource$/.test(element)) report('resource_element', [element], { element });
    else report('unknown_element', [element], { element, intended, belongs: 'statement' });
    if (intended) return [intended, value];
    // An object may be a misspelled condition, and removing it would allow more. Other values are safe to remove.
    return isObject(value) ? [element, value] : undefined;
  });

const repairSid: Step = (statement, report) => {
  const { Sid: sid, ...others } = statement;
  if (sid === undefined || (typeof sid === 'string' && /^[A-Za-z0-9]*$/.test(sid))) return statement;
  report('sid_invalid', ['Sid'], { sid, isRepeated: false });
  const Sid = typeof sid === 'string' ? sid.replace(/[^A-Za-z0-9]/g, '') : '';
  return Sid === '' ? others : { ...statement, Sid };
};

const repairEffect: Step = (statement, report) => {
  const { Effect: effect } = statement;
  if (effect === 'Allow' || effect === 'Deny') return statement;
  const problem =
    effect === undefined ? 'The statement has no Effect.' : `${quoteValue(effect)} is not a valid Effect.`;
  const fix = 'Write "Allow" or "Deny" as Effect, with exactly this spelling.';
  report('malformed', ['Effect'], { problem, fix });
  const word = typeof effect === 'string' ? effect.trim().toLowerCase() : '';
  const Effect = ['Allow', 'Deny'].find((one) => one.toLowerCase() === word);
  return Effect ? { ...statement, Effect } : statement;
};

const repairActions: Step = (statement, report) => {
  const name = 'NotAction' in statement ? 'NotAction' : 'Action';
  const { [name]: element } = statement;
  if (element === undefined) {
    report('action_invalid', [], {});
    return { ...statement, Action: 'sts:AssumeRole' };
  }
  const actions = toList(element);
  const kept = actions.flatMap((action, i) => {
    const intended = findIntendedAction(action);
    const path = [name, ...(Array.isArray(element) ? [i] : [])];
    if (intended !== action) report('action_invalid', path, { action, intended });
    return intended ?? [];
  });
  // Removing an action from NotAction, or from a Deny, would allow more.
  const isRemovable = name === 'Action' && statement.Effect === 'Allow';
  const isKept = kept.length > 0 && (kept.length === actions.length || isRemovable);
  const isChanged = kept.length < actions.length || kept.some((action, i) => action !== actions[i]);
  return isKept && isChanged ? { ...statement, [name]: fromList(kept) } : statement;
};

/** The action that was intended; undefined if it is not one that a trust policy may have. */
function findIntendedAction(action: unknown): string | undefined {
  if (typeof action !== 'string') return undefined;
  if (/^(\*|sts:[\w*?-]+)$/i.test(action)) return action;
  const name = action.trim().replace(/^sts[:.\s]+/i, '');
  return STS_ACTIONS.find((known) => known.toLowerCase() === `sts:${name.toLowerCase()}`);
}
