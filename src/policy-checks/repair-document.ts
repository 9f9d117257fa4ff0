import type { Findings, JsonPath } from './finding.ts';
import { isObject, type JsonObject, quoteValue } from './json-values.ts';
import { type PolicyDocument, parseStatement, type StatementEntry } from './policy-document.ts';
import type { RepairContext } from './repair-context.ts';
import { ELEMENTS, repairStatement } from './repair-statement.ts';
import type { PolicyRequirements } from './requirements.ts';

const TOP_LEVEL_ELEMENTS = ['Version', 'Id', 'Statement'];

/**
 * Divides a document into its statements, adds a finding for everything that IAM would reject, and repairs it where the
 * intention is beyond doubt. Each statement keeps its index, so that one mistake does not hide others.
 */
export function repairDocument(
  document: unknown,
  duplicateKeyStatements: ReadonlySet<number>,
  requirements: PolicyRequirements,
  findings: Findings,
): PolicyDocument | undefined {
  const policy = findPolicy(document, findings);
  if (policy === undefined) return undefined;
  const hasStatementList = Array.isArray(policy.Statement);
  const statements = hasStatementList ? (policy.Statement as unknown[]) : [policy.Statement];
  const version = readVersion(policy, findings);
  const entries = statements.map((original, index): StatementEntry => {
    const path: JsonPath = hasStatementList ? ['Statement', index] : ['Statement'];
    const usable = repairAndParse(original, { path, index, requirements, findings });
    // A duplicate key leaves only one of its values, and which one was intended is unknown.
    return { index, path, original, usable: duplicateKeyStatements.has(index) ? null : usable };
  });
  const topLevel = Object.fromEntries(
    Object.entries(policy).filter(([key]) => keepsTopLevelElement(key, policy, findings)),
  );
  return {
    topLevel: 'Version' in topLevel ? { ...topLevel, Version: version } : topLevel,
    version,
    hasStatementList,
    entries: removeDuplicateSids(entries, findings),
  };
}

/** Returns the policy. A single statement, or a list of statements, is wrapped in a policy first. */
function findPolicy(document: unknown, findings: Findings): JsonObject | undefined {
  if (isObject(document) && 'Statement' in document) {
    if (isObject(document.Statement) || (Array.isArray(document.Statement) && document.Statement.length > 0))
      return document;
    findings.add('malformed', ['Statement'], {
      message: 'The policy has no statement, so nobody can assume the role.',
      fix: 'Use the suggested policy.',
    });
    return undefined;
  }
  // A broken text may leave an empty object, and the syntax error already explains it.
  if (findings.has('syntax_error') && isObject(document) && Object.keys(document).length === 0)
    return undefined;
  const isStatement = isObject(document) && ('Effect' in document || 'Principal' in document);
  const isStatementList = Array.isArray(document) && document.length > 0 && document.every(isObject);
  findings.add('malformed', [], {
    message:
      isStatement || isStatementList
        ? 'These are statements without the policy around them.'
        : 'This is JSON but not a trust policy: a policy has "Version" and "Statement".',
    fix: 'A policy has the form {"Version": "2012-10-17", "Statement": [ … ]}.',
  });
  return isStatement || isStatementList ? { Version: '2012-10-17', Statement: document } : undefined;
}

function readVersion(
  { Version: version, ...others }: JsonObject,
  findings: Findings,
): PolicyDocument['version'] {
  if (version === '2012-10-17') return version;
  if (version === undefined || version === '2008-10-17') {
    // If the text has a syntax error, the Version may be in the part that was lost.
    const isCertain = version !== undefined || !findings.has('syntax_error');
    if (isCertain && !('version' in others)) addOldVersion(version, findings);
    return '2008-10-17';
  }
  findings.add('version_invalid', ['Version'], {
    message: `The Version ${quoteValue(version)} does not exist. It is not the date of your change but names one of the two versions of the policy language.`,
    fix: 'Write "Version": "2012-10-17".',
  });
  return '2012-10-17';
}

function addOldVersion(version: unknown, findings: Findings): void {
  const cause = version === undefined ? 'The policy has no Version' : 'Version is "2008-10-17"';
  findings.add('version_old', version === undefined ? [] : ['Version'], {
    message: `${cause}, so IAM uses the older policy language, in which variables such as \${aws:username} are plain text.`,
    fix: 'When you next change the policy, write "Version": "2012-10-17" and review every variable in it.',
  });
}

/** Whether the suggested policy keeps a top-level element; adds a finding if not. */
function keepsTopLevelElement(key: string, policy: JsonObject, findings: Findings): boolean {
  if (key === 'Id' && typeof policy.Id !== 'string') {
    findings.add('malformed', ['Id'], {
      message: 'Id is not a string.',
      fix: 'Write it in double quotation marks, or remove it.',
    });
    return false;
  }
  if (TOP_LEVEL_ELEMENTS.includes(key)) return true;
  const quoted = quoteValue(key);
  if (ELEMENTS.includes(key)) {
    findings.add('unknown_element', [key], {
      message: `${quoted} is next to the statements but has to be inside one.`,
      fix: `Move ${quoted} into the statement that it applies to.`,
    });
    return false;
  }
  findings.add('unknown_element', [key], {
    message: `A policy has no element ${quoted}. It may have Version, Id and Statement, with exactly this spelling.`,
    fix: `Remove ${quoted}.`,
  });
  return false;
}

function repairAndParse(original: unknown, context: RepairContext): StatementEntry['usable'] {
  const { path, index, findings } = context;
  const json = isObject(original) ? repairStatement(original, context) : original;
  const parsed = parseStatement(json, index, path);
  if ('statement' in parsed) return { json: json as JsonObject, statement: parsed.statement };
  if (findings.forStatement(index).some(({ severity }) => severity === 'error')) return null;
  for (const { path: problemPath, message } of parsed.problems.slice(0, 3)) {
    findings.add('malformed', path, {
      message: `${problemPath.replace(/^Statement/, '').replace(/^\./, '') || 'The statement'} ${message}.`,
      fix: 'Correct this part, or remove the statement.',
      statementIndex: index,
    });
  }
  return null;
}

/** IAM rejects a Sid that is used twice, so the later statements lose theirs. */
function removeDuplicateSids(entries: readonly StatementEntry[], findings: Findings): StatementEntry[] {
  const usedSids = new Set<string>();
  return entries.map((entry) => {
    const sid = entry.usable?.statement.sid;
    if (!entry.usable || !sid) return entry;
    if (!usedSids.has(sid)) {
      usedSids.add(sid);
      return entry;
    }
    findings.add('sid_invalid', [...entry.path, 'Sid'], {
      message: `Two statements have the Sid ${quoteValue(sid)}. IAM rejects that.`,
      fix: 'Give each statement a different Sid, or none.',
    });
    const { Sid: _, ...json } = entry.usable.json;
    return { ...entry, usable: { json, statement: { ...entry.usable.statement, sid: null } } };
  });
}
