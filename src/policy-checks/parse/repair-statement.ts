import { findClosestWord } from '../../lib/edit-distance.ts';
import type { Report } from '../findings/finding.ts';
import { isObject, type JsonObject, mapEntries, quoteValue, repairValues, toList } from '../json-values.ts';
import { STS_ACTIONS } from '../policy.ts';

export const ELEMENTS = ['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Condition'];

export const repairElements = (statement: JsonObject, report: Report): JsonObject =>
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

/** @param sids those of the statements before it: IAM rejects a Sid that is used twice */
export function repairSid(statement: JsonObject, report: Report, sids: Set<string>): JsonObject {
  const { Sid: sid, ...others } = statement;
  const letters = typeof sid === 'string' ? sid.replace(/[^A-Za-z0-9]/g, '') : '';
  const isRepeated = sids.has(letters);
  if (letters !== '') sids.add(letters);
  if (sid === undefined || (letters === sid && !isRepeated)) return statement;
  report('sid_invalid', ['Sid'], { sid, isRepeated: isRepeated && letters === sid });
  return isRepeated || letters === '' ? others : { ...statement, Sid: letters };
}

export function repairEffect(statement: JsonObject, report: Report): JsonObject {
  const { Effect: effect } = statement;
  const word = String(effect).trim().toLowerCase();
  const intended = ['Allow', 'Deny'].find((one) => one.toLowerCase() === word);
  if (intended === effect && effect !== undefined) return statement;
  const part = effect === undefined ? 'effect_missing' : 'effect';
  report('malformed', ['Effect'], { part, value: quoteValue(effect) });
  return intended ? { ...statement, Effect: intended } : statement;
}

export function repairActions(statement: JsonObject, report: Report): JsonObject {
  const name = 'NotAction' in statement ? 'NotAction' : 'Action';
  const { [name]: element } = statement;
  if (element === undefined) {
    report('action_invalid', [], {});
    return { ...statement, Action: 'sts:AssumeRole' };
  }
  const { kept, repaired } = repairValues(element, (action, index) => {
    const intended = findIntendedAction(action);
    if (intended !== action) report('action_invalid', [name, ...index], { action, intended });
    return intended;
  });
  // Removing an action from NotAction, or from a Deny, would allow more.
  const isRemovable = name === 'Action' && statement.Effect === 'Allow' && kept > 0;
  return kept === toList(element).length || isRemovable ? { ...statement, [name]: repaired } : statement;
}

/** The action that was intended; undefined if it is not one that a trust policy may have. */
function findIntendedAction(action: unknown): string | undefined {
  if (typeof action !== 'string') return undefined;
  if (/^(\*|sts:[\w*?-]+)$/i.test(action)) return action;
  const name = action.trim().replace(/^sts[:.\s]+/i, '');
  return STS_ACTIONS.find((known) => known.toLowerCase() === `sts:${name.toLowerCase()}`);
}
