import type { Findings, Path } from './finding.ts';
import { repairConditions } from './repair-conditions.ts';
import { repairPrincipal } from './repair-principal.ts';
import { isObject, listed, mapMembers, nearestWord, oneOrList, said } from './shape.ts';
import type { Raw, Subject } from './subject.ts';

export interface Place {
  at: Path;
  index: number;
  subject: Subject;
  findings: Findings;
}

export const ELEMENTS = ['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction', 'Condition'];

/**
 * A statement as IAM would take it, as far as it is beyond doubt what was meant; each repair is said. A repair never
 * lets in more than the statement says: where only a guess would help, the statement stays as it is, and unusable.
 */
export function repairStatement(written: Raw, place: Place): Raw {
  if (isPermissions(written, place)) return written;
  const steps = [repairElements, repairSid, repairEffect, repairPrincipal, repairActions, repairConditions];
  return steps.reduce((statement, step) => step(statement, place), written);
}

/** A statement of the other kind of policy; nothing about it is worth mending. */
function isPermissions(statement: Raw, { at, index, findings }: Place): boolean {
  const who = Object.keys(statement).some((key) => /^(not)?principals?$/i.test(key));
  if (who || !('Resource' in statement || 'NotResource' in statement)) return false;
  findings.add('not_a_trust_policy', at, {
    message:
      'This statement has a Resource and no Principal: it belongs to a permissions policy, which says what the role may do. The trust policy says who may assume the role.',
    fix: 'Paste what the console shows under "Trust relationships" of the role.',
    mends: index,
  });
  return true;
}

function repairElements(statement: Raw, { at, index, findings }: Place): Raw {
  const strange = Object.keys(statement).filter((key) => !ELEMENTS.includes(key));
  if (strange.length === 0) return statement;
  return mapMembers(statement, (key, value) => {
    if (!strange.includes(key)) return [key, value];
    const meant = nearestWord(key, ELEMENTS, 1);
    const known = meant !== undefined && !(meant in statement) ? meant : undefined;
    sayElement(key, known, { at, index, findings });
    if (known) return [known, value];
    // A text can be a remark; an object could be a condition, and without it the statement would admit more.
    return isObject(value) ? [key, value] : undefined;
  });
}

function sayElement(
  key: string,
  known: string | undefined,
  { at, index, findings }: Omit<Place, 'subject'>,
): void {
  if (key === 'Resource' || key === 'NotResource') {
    findings.add('resource_element', [...at, key], {
      message: `${key} has no place in a trust policy: the resource is the role itself. IAM refuses it.`,
      fix: `Remove ${key}.`,
      mends: index,
    });
    return;
  }
  findings.add('unknown_element', [...at, key], {
    message: `A statement has no element ${said(key)}${known ? `; it is written ${said(known)}` : ''}.`,
    fix: known
      ? `Write "${known}".`
      : `Remove ${said(key)}, or write what it was meant to be: ${ELEMENTS.join(', ')}.`,
    mends: index,
  });
}

function repairSid(statement: Raw, { at, index, findings }: Place): Raw {
  const { Sid: sid } = statement;
  if (sid === undefined || (typeof sid === 'string' && /^[A-Za-z0-9]*$/.test(sid))) return statement;
  findings.add('sid_invalid', [...at, 'Sid'], {
    message: `The Sid ${said(sid)} has other characters than letters and digits; IAM refuses that in a trust policy.`,
    fix: 'Use letters and digits alone, or leave Sid out.',
    mends: index,
  });
  const clean = typeof sid === 'string' ? sid.replace(/[^A-Za-z0-9]/g, '') : '';
  return mapMembers(statement, (key, value) =>
    key !== 'Sid' ? [key, value] : clean ? [key, clean] : undefined,
  );
}

function repairEffect(statement: Raw, { at, index, findings }: Place): Raw {
  const { Effect: effect } = statement;
  if (effect === 'Allow' || effect === 'Deny') return statement;
  const meant =
    typeof effect === 'string'
      ? ['Allow', 'Deny'].find((word) => word.toLowerCase() === effect.trim().toLowerCase())
      : undefined;
  findings.add('malformed', [...at, 'Effect'], {
    message: effect === undefined ? 'The statement has no Effect.' : `Effect is ${said(effect)}.`,
    fix: 'Write "Effect": "Allow" or "Effect": "Deny", just so.',
    mends: index,
  });
  return meant ? { ...statement, Effect: meant } : statement;
}

const STS_ACTIONS = [
  'sts:AssumeRole',
  'sts:AssumeRoleWithSAML',
  'sts:AssumeRoleWithWebIdentity',
  'sts:TagSession',
  'sts:SetSourceIdentity',
  'sts:SetContext',
];

function repairActions(statement: Raw, { at, index, findings }: Place): Raw {
  const name = 'NotAction' in statement ? 'NotAction' : 'Action';
  const here = [...at, name];
  if (!(name in statement)) {
    findings.add('action_invalid', at, {
      message: 'The statement names no Action.',
      fix: 'Write "Action": "sts:AssumeRole".',
      mends: index,
    });
    return { ...statement, Action: 'sts:AssumeRole' };
  }
  const written = listed(statement[name]);
  const actions = written.map((action) => meantAction(action));
  for (const [i, action] of written.entries()) {
    if (actions[i] === action) continue;
    findings.add('action_invalid', Array.isArray(statement[name]) ? [...here, i] : here, {
      message: `${said(action)} is no action of a trust policy${actions[i] ? `: it is written "${actions[i]}", with the service before it` : ', which may only name actions of STS'}.`,
      fix: 'Write "Action": "sts:AssumeRole".',
      mends: index,
    });
  }
  const meant = actions.filter((action) => action !== undefined);
  if (meant.length === written.length && meant.every((action, i) => action === written[i])) return statement;
  // Of NotAction nothing may be taken away: it would allow more.
  if (meant.length === 0 || (name === 'NotAction' && meant.length < written.length)) return statement;
  return { ...statement, [name]: oneOrList(meant) };
}

/** The action that was meant, or undefined when it is none that may stand in a trust policy. */
function meantAction(action: unknown): string | undefined {
  if (typeof action !== 'string') return undefined;
  if (/^(\*|sts:[\w*?-]+)$/i.test(action)) return action;
  const bare = action.trim().replace(/^sts[:.\s]+/i, '');
  return STS_ACTIONS.find((known) => known.toLowerCase() === `sts:${bare.toLowerCase()}`);
}
