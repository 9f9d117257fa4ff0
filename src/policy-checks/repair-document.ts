import type { Findings, Path } from './finding.ts';
import { ELEMENTS, repairStatement } from './repair-statement.ts';
import { isObject, said } from './shape.ts';
import { type Reading, readStatement, type Slot } from './statements.ts';
import type { Raw, Subject } from './subject.ts';

const TOP = ['Version', 'Id', 'Statement'];

/**
 * Takes a document apart. Whatever IAM would refuse is said, and mended where there is no doubt what was meant; each
 * statement stays in its place, so that one mistake hides no other.
 */
export function repairDocument(
  document: unknown,
  repeated: ReadonlySet<number>,
  subject: Subject,
  findings: Findings,
): Reading | undefined {
  const policy = asPolicy(document, findings);
  if (policy === undefined) return undefined;
  const list = Array.isArray(policy.Statement);
  const written = list ? (policy.Statement as unknown[]) : [policy.Statement];
  const version = readVersion(policy, findings);
  const slots = written.map((statement, index): Slot => {
    const at: Path = list ? ['Statement', index] : ['Statement'];
    return {
      index,
      at,
      written: statement,
      usable: usableOf(statement, index, at, repeated, subject, findings),
    };
  });
  const top = Object.fromEntries(Object.entries(policy).filter(([key]) => keepAtTop(key, policy, findings)));
  return {
    top: 'Version' in top ? { ...top, Version: version } : top,
    version,
    list,
    slots: uniqueSids(slots, findings),
  };
}

/** The policy itself; a statement alone, or a list of them, is taken for what it was meant to be. */
function asPolicy(document: unknown, findings: Findings): Raw | undefined {
  if (isObject(document) && 'Statement' in document) {
    if (isObject(document.Statement) || (Array.isArray(document.Statement) && document.Statement.length > 0))
      return document;
    findings.add('malformed', ['Statement'], {
      message: 'The policy has no statement, so nobody may assume the role.',
      fix: 'Take the suggested policy.',
    });
    return undefined;
  }
  // What is left of a broken text may be next to nothing, and why has been said.
  if (findings.has('syntax_error') && isObject(document) && Object.keys(document).length === 0)
    return undefined;
  const alone = isObject(document) && ('Effect' in document || 'Principal' in document);
  const several = Array.isArray(document) && document.length > 0 && document.every(isObject);
  findings.add('malformed', [], {
    message:
      alone || several
        ? 'These are statements without the policy around them.'
        : 'This is JSON, but no trust policy: a policy has "Version" and "Statement".',
    fix: 'A policy is {"Version": "2012-10-17", "Statement": [ … ]}.',
  });
  return alone || several ? { Version: '2012-10-17', Statement: document } : undefined;
}

function readVersion({ Version: version, ...rest }: Raw, findings: Findings): Reading['version'] {
  if (version === '2012-10-17') return version;
  if (version === undefined || version === '2008-10-17') {
    // A text that was broken may well have had one.
    const known = version !== undefined || !findings.has('syntax_error');
    if (known && !('version' in rest)) sayOldVersion(version, findings);
    return '2008-10-17';
  }
  findings.add('version_invalid', ['Version'], {
    message: `Version is ${said(version)}. It is no date of yours: it names the policy language, of which there are two.`,
    fix: 'Write "Version": "2012-10-17".',
  });
  return '2012-10-17';
}

function sayOldVersion(version: unknown, findings: Findings): void {
  findings.add('version_old', version === undefined ? [] : ['Version'], {
    message: `${version === undefined ? 'There is no Version' : 'Version is "2008-10-17"'}: the policy is read in the older language, in which variables such as \${aws:username} are plain text.`,
    fix: 'When you next change the policy, write "Version": "2012-10-17", and look at every variable in it.',
  });
}

function keepAtTop(key: string, policy: Raw, findings: Findings): boolean {
  if (key === 'Id' && typeof policy.Id !== 'string') {
    findings.add('malformed', ['Id'], {
      message: 'Id is not a text.',
      fix: 'Write it in double quotes, or leave it out.',
    });
    return false;
  }
  if (TOP.includes(key)) return true;
  if (ELEMENTS.includes(key)) {
    findings.add('unknown_element', [key], {
      message: `${said(key)} stands beside the statements; it belongs inside one.`,
      fix: `Move ${said(key)} into the statement that it is about.`,
    });
    return false;
  }
  findings.add('unknown_element', [key], {
    message: `A policy has no element ${said(key)}, only Version, Id and Statement, written just so.`,
    fix: `Remove ${said(key)}.`,
  });
  return false;
}

function usableOf(
  written: unknown,
  index: number,
  at: Path,
  repeated: ReadonlySet<number>,
  subject: Subject,
  findings: Findings,
): Slot['usable'] {
  const raw = isObject(written) ? repairStatement(written, { at, index, subject, findings }) : written;
  const read = readStatement(raw, index, at);
  if ('statement' in read) {
    // Of a key that stands twice only one is left, and nobody can say that it is the one that was meant.
    return repeated.has(index)
      ? null
      : { raw: raw as Raw, statement: read.statement, repaired: raw !== written };
  }
  if (!findings.mending(index).some(({ severity }) => severity === 'error')) {
    for (const { path, message } of read.problems.slice(0, 3)) {
      findings.add('malformed', at, {
        message: `${path.replace(/^Statement/, '').replace(/^\./, '') || 'The statement'} ${message}.`,
        fix: 'Mend this part, or remove the statement.',
        mends: index,
      });
    }
  }
  return null;
}

/** IAM takes no Sid twice; the later statements lose theirs. */
function uniqueSids(slots: readonly Slot[], findings: Findings): Slot[] {
  const taken = new Set<string>();
  return slots.map((slot) => {
    const sid = slot.usable?.statement.sid;
    if (!slot.usable || !sid) return slot;
    if (!taken.has(sid)) {
      taken.add(sid);
      return slot;
    }
    findings.add('sid_invalid', [...slot.at, 'Sid'], {
      message: `Two statements have the Sid ${said(sid)}; IAM refuses that.`,
      fix: 'Give each statement another Sid, or none.',
    });
    const { Sid: _, ...raw } = slot.usable.raw;
    return { ...slot, usable: { raw, statement: { ...slot.usable.statement, sid: null }, repaired: true } };
  });
}
