import { findClosestWord } from '../edit-distance.ts';
import { type Finding, finding, type JsonPath } from '../findings/finding.ts';
import { fromList, isObject, type JsonObject, mapEntries, quoteValue, toList } from '../json-values.ts';
import { repairConditions } from './repair-conditions.ts';
import { repairPrincipal } from './repair-principal.ts';
import type { Repaired } from './repaired.ts';

export const ELEMENTS = ['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Condition'];

type Step = (statement: JsonObject, path: JsonPath, partition: string) => Repaired;

/**
 * Repairs the grammar of a statement where the intention is beyond doubt, and reports each mistake. A repair never allows
 * more than the statement says: where it would be a guess, the statement stays unchanged and unusable.
 *
 * @param partition that of the role
 */
export function repairStatement(original: JsonObject, path: JsonPath, partition: string): Repaired {
  if (isPermissionsStatement(original))
    return { value: original, findings: [finding('not_a_trust_policy', path)] };
  const steps: Step[] = [
    repairElements,
    repairSid,
    repairEffect,
    repairPrincipal,
    repairActions,
    repairConditions,
  ];
  return steps.reduce<Repaired>(
    ({ value, findings }, step) => {
      const repaired = step(value, path, partition);
      return { value: repaired.value, findings: [...findings, ...repaired.findings] };
    },
    { value: original, findings: [] },
  );
}

const isPermissionsStatement = (statement: JsonObject): boolean =>
  !Object.keys(statement).some((key) => /^(not)?principals?$/i.test(key)) &&
  ('Resource' in statement || 'NotResource' in statement);

function repairElements(statement: JsonObject, path: JsonPath): Repaired {
  const findings: Finding[] = [];
  const value = mapEntries(statement, (key, inner) => {
    if (ELEMENTS.includes(key)) return [key, inner];
    const closest = findClosestWord(key, ELEMENTS, 1);
    const intended = closest !== undefined && !(closest in statement) ? closest : undefined;
    findings.push(
      key === 'Resource' || key === 'NotResource'
        ? finding('resource_element', [...path, key], { element: key })
        : finding('unknown_element', [...path, key], { element: key, intended, belongs: 'statement' }),
    );
    if (intended) return [intended, inner];
    // An object may be a misspelled condition, and removing it would allow more. Other values are safe to remove.
    return isObject(inner) ? [key, inner] : undefined;
  });
  return { value, findings };
}

function repairSid(statement: JsonObject, path: JsonPath): Repaired {
  const { Sid: sid } = statement;
  if (sid === undefined || (typeof sid === 'string' && /^[A-Za-z0-9]*$/.test(sid)))
    return { value: statement, findings: [] };
  const repaired = typeof sid === 'string' ? sid.replace(/[^A-Za-z0-9]/g, '') : '';
  const value = mapEntries(statement, (key, inner) => {
    if (key !== 'Sid') return [key, inner];
    return repaired ? [key, repaired] : undefined;
  });
  return { value, findings: [finding('sid_invalid', [...path, 'Sid'], { sid, isRepeated: false })] };
}

function repairEffect(statement: JsonObject, path: JsonPath): Repaired {
  const { Effect: effect } = statement;
  if (effect === 'Allow' || effect === 'Deny') return { value: statement, findings: [] };
  const word = typeof effect === 'string' ? effect.trim().toLowerCase() : '';
  const intended = ['Allow', 'Deny'].find((one) => one.toLowerCase() === word);
  const found = finding('malformed', [...path, 'Effect'], {
    problem:
      effect === undefined ? 'The statement has no Effect.' : `${quoteValue(effect)} is not a valid Effect.`,
    fix: 'Write "Allow" or "Deny" as Effect, with exactly this spelling.',
  });
  return { value: intended ? { ...statement, Effect: intended } : statement, findings: [found] };
}

export const STS_ACTIONS = [
  'sts:AssumeRole',
  'sts:AssumeRoleWithSAML',
  'sts:AssumeRoleWithWebIdentity',
  'sts:TagSession',
  'sts:SetSourceIdentity',
  'sts:SetContext',
];

function repairActions(statement: JsonObject, path: JsonPath): Repaired {
  const name = 'NotAction' in statement ? 'NotAction' : 'Action';
  const { [name]: element } = statement;
  if (element === undefined) {
    const value = { ...statement, Action: 'sts:AssumeRole' };
    return { value, findings: [finding('action_invalid', path, {})] };
  }
  const intended = toList(element).map(findIntendedAction);
  const findings = toList(element).flatMap((action, i) => {
    if (intended[i] === action) return [];
    const valuePath = [...path, name, ...(Array.isArray(element) ? [i] : [])];
    return [finding('action_invalid', valuePath, { action, intended: intended[i] })];
  });
  const kept = intended.filter((action) => action !== undefined);
  // Removing an action from NotAction, or from a Deny, would allow more.
  const isRemovable = name === 'Action' && statement.Effect === 'Allow';
  if (findings.length === 0 || kept.length === 0 || (kept.length < intended.length && !isRemovable))
    return { value: statement, findings };
  return { value: { ...statement, [name]: fromList(kept) }, findings };
}

/** The action that was intended; undefined if it is not one that a trust policy may have. */
function findIntendedAction(action: unknown): string | undefined {
  if (typeof action !== 'string') return undefined;
  if (/^(\*|sts:[\w*?-]+)$/i.test(action)) return action;
  const name = action.trim().replace(/^sts[:.\s]+/i, '');
  return STS_ACTIONS.find((known) => known.toLowerCase() === `sts:${name.toLowerCase()}`);
}
