import { findClosestWord } from './edit-distance.ts';
import { fromList, isObject, type JsonObject, mapEntries, quoteValue, toList } from './json-values.ts';
import { repairConditions } from './repair-conditions.ts';
import type { RepairContext } from './repair-context.ts';
import { repairPrincipal } from './repair-principal.ts';

export const ELEMENTS = ['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Condition'];

/**
 * Repairs the grammar of a statement where the intention is beyond doubt, and adds a finding for each repair. A repair
 * never allows more than the statement says: where it would be a guess, the statement stays unchanged and unusable.
 */
export function repairStatement(original: JsonObject, context: RepairContext): JsonObject {
  if (addPermissionsStatement(original, context)) return original;
  const steps = [repairElements, repairSid, repairEffect, repairPrincipal, repairActions, repairConditions];
  return steps.reduce((statement, step) => step(statement, context), original);
}

/** Adds a finding and returns true for a statement of a permissions policy, in which nothing can be repaired. */
function addPermissionsStatement(statement: JsonObject, { path, index, findings }: RepairContext): boolean {
  const hasPrincipal = Object.keys(statement).some((key) => /^(not)?principals?$/i.test(key));
  if (hasPrincipal || !('Resource' in statement || 'NotResource' in statement)) return false;
  findings.add('not_a_trust_policy', path, {
    message:
      'This statement has a Resource and no Principal, so it belongs to a permissions policy, which says what the role may do. The trust policy says who may assume the role.',
    fix: 'Paste the policy that the IAM console shows under "Trust relationships" of the role.',
    statementIndex: index,
  });
  return true;
}

function repairElements(statement: JsonObject, context: RepairContext): JsonObject {
  const unknownElements = Object.keys(statement).filter((key) => !ELEMENTS.includes(key));
  if (unknownElements.length === 0) return statement;
  return mapEntries(statement, (key, value) => {
    if (!unknownElements.includes(key)) return [key, value];
    const closest = findClosestWord(key, ELEMENTS, 1);
    const intended = closest !== undefined && !(closest in statement) ? closest : undefined;
    addUnknownElement(key, intended, context);
    if (intended) return [intended, value];
    // An object may be a misspelled condition, and removing it would allow more. Other values are safe to remove.
    return isObject(value) ? [key, value] : undefined;
  });
}

function addUnknownElement(
  key: string,
  intended: string | undefined,
  { path, index, findings }: RepairContext,
): void {
  if (key === 'Resource' || key === 'NotResource') {
    findings.add('resource_element', [...path, key], {
      message: `A trust policy has no ${key}, because the resource is the role itself. IAM rejects it.`,
      fix: `Remove ${key}.`,
      statementIndex: index,
    });
    return;
  }
  const correction = intended ? ` The correct name is ${quoteValue(intended)}.` : '';
  findings.add('unknown_element', [...path, key], {
    message: `A statement has no element ${quoteValue(key)}.${correction}`,
    fix: intended
      ? `Write "${intended}".`
      : `Remove ${quoteValue(key)}, or write the intended element: ${ELEMENTS.join(', ')}.`,
    statementIndex: index,
  });
}

function repairSid(statement: JsonObject, { path, index, findings }: RepairContext): JsonObject {
  const { Sid: sid } = statement;
  if (sid === undefined || (typeof sid === 'string' && /^[A-Za-z0-9]*$/.test(sid))) return statement;
  findings.add('sid_invalid', [...path, 'Sid'], {
    message: `The Sid ${quoteValue(sid)} has characters other than letters and digits. IAM rejects it in a trust policy.`,
    fix: 'Use only letters and digits, or remove the Sid.',
    statementIndex: index,
  });
  const repaired = typeof sid === 'string' ? sid.replace(/[^A-Za-z0-9]/g, '') : '';
  return mapEntries(statement, (key, value) => {
    if (key !== 'Sid') return [key, value];
    return repaired ? [key, repaired] : undefined;
  });
}

function repairEffect(statement: JsonObject, { path, index, findings }: RepairContext): JsonObject {
  const { Effect: effect } = statement;
  if (effect === 'Allow' || effect === 'Deny') return statement;
  const intended =
    typeof effect === 'string'
      ? ['Allow', 'Deny'].find((word) => word.toLowerCase() === effect.trim().toLowerCase())
      : undefined;
  findings.add('malformed', [...path, 'Effect'], {
    message:
      effect === undefined ? 'The statement has no Effect.' : `${quoteValue(effect)} is not a valid Effect.`,
    fix: 'Write "Effect": "Allow" or "Effect": "Deny", with exactly this spelling.',
    statementIndex: index,
  });
  return intended ? { ...statement, Effect: intended } : statement;
}

const STS_ACTIONS = [
  'sts:AssumeRole',
  'sts:AssumeRoleWithSAML',
  'sts:AssumeRoleWithWebIdentity',
  'sts:TagSession',
  'sts:SetSourceIdentity',
  'sts:SetContext',
];

function repairActions(statement: JsonObject, context: RepairContext): JsonObject {
  const name = 'NotAction' in statement ? 'NotAction' : 'Action';
  if (!(name in statement)) {
    context.findings.add('action_invalid', context.path, {
      message: 'The statement has no Action.',
      fix: 'Write "Action": "sts:AssumeRole".',
      statementIndex: context.index,
    });
    return { ...statement, Action: 'sts:AssumeRole' };
  }
  const original = toList(statement[name]);
  const intended = original.map(findIntendedAction);
  for (const [i, action] of original.entries()) {
    if (intended[i] === action) continue;
    const valuePath = [...context.path, name, ...(Array.isArray(statement[name]) ? [i] : [])];
    addInvalidAction(action, intended[i], valuePath, context);
  }
  const repaired = intended.filter((action) => action !== undefined);
  const isUnchanged =
    repaired.length === original.length && repaired.every((action, i) => action === original[i]);
  if (isUnchanged || repaired.length === 0) return statement;
  // Removing an action from NotAction would allow more.
  if (name === 'NotAction' && repaired.length < original.length) return statement;
  return { ...statement, [name]: fromList(repaired) };
}

function addInvalidAction(
  action: unknown,
  intended: string | undefined,
  path: RepairContext['path'],
  { index, findings }: RepairContext,
): void {
  const correction = intended
    ? `The correct name is "${intended}", with the service prefix.`
    : 'A trust policy may name only STS actions.';
  findings.add('action_invalid', path, {
    message: `${quoteValue(action)} is not an action for a trust policy. ${correction}`,
    fix: 'Write "Action": "sts:AssumeRole".',
    statementIndex: index,
  });
}

/** The action that was intended; undefined if it is not one that a trust policy may have. */
function findIntendedAction(action: unknown): string | undefined {
  if (typeof action !== 'string') return undefined;
  if (/^(\*|sts:[\w*?-]+)$/i.test(action)) return action;
  const name = action.trim().replace(/^sts[:.\s]+/i, '');
  return STS_ACTIONS.find((known) => known.toLowerCase() === `sts:${name.toLowerCase()}`);
}
