import { parseTrustPolicy } from '../../trust-policy/parse/parse.ts';
import type { PolicyProblem, Statement } from '../../trust-policy/trust-policy.ts';
import { validateForCreation } from '../../trust-policy/validate-for-creation.ts';
import { type Finding, finding, isError, type JsonPath } from '../findings/finding.ts';
import { isObject, type JsonObject } from '../json-values.ts';
import type { Policy, StatementEntry } from '../policy.ts';
import { ELEMENTS, repairStatement } from './repair-statement.ts';

interface ReadPolicy {
  /** Undefined when the document is not a policy. */
  policy: Policy | undefined;
  findings: Finding[];
}

/** What is known of the text that the document comes from. */
interface Origin {
  /** The partition of the role. */
  partition: string;
  /** The paths of keys that an object has twice. */
  repeatedKeys: readonly JsonPath[];
  /** The paths of values that another tool fills in later. */
  openPaths: readonly JsonPath[];
}

/**
 * Divides a document into its statements, reports everything that IAM would reject, and repairs it where the intention is
 * beyond doubt. Each statement keeps its index, so that one mistake does not hide others.
 */
export function readPolicy(document: unknown, origin: Origin): ReadPolicy {
  const { policy: json, findings } = findStatements(document);
  if (json === undefined) return { policy: undefined, findings };
  const hasStatementList = Array.isArray(json.Statement);
  const statements = hasStatementList ? (json.Statement as unknown[]) : [json.Statement];
  const read = statements.map((original, index) =>
    readStatement(original, index, hasStatementList ? ['Statement', index] : ['Statement'], origin),
  );
  const { version, findings: versionFindings } = readVersion(json);
  const elements = Object.entries(json).map(([key, value]) => ({
    key,
    value,
    problem: topLevelProblem(key, value),
  }));
  const topLevel = Object.fromEntries(
    elements.flatMap(({ key, value, problem }) => (problem ? [] : [[key, value]])),
  );
  const unique = removeRepeatedSids(read.map(({ entry }) => entry));
  return {
    policy: {
      topLevel: 'Version' in topLevel ? { ...topLevel, Version: version } : topLevel,
      version,
      hasStatementList,
      entries: unique.entries,
    },
    findings: [
      ...findings,
      ...versionFindings,
      ...elements.flatMap(({ problem }) => problem ?? []),
      ...read.flatMap((one) => one.findings),
      ...unique.findings,
    ],
  };
}

/** Returns the policy. A single statement, or a list of statements, is wrapped in a policy first. */
function findStatements(document: unknown): { policy: JsonObject | undefined; findings: Finding[] } {
  if (isObject(document) && 'Statement' in document) {
    const { Statement } = document;
    if (isObject(Statement) || (Array.isArray(Statement) && Statement.length > 0))
      return { policy: document, findings: [] };
    const problem = 'The policy has no statement, so nobody can assume the role.';
    return {
      policy: undefined,
      findings: [finding('malformed', ['Statement'], { problem, fix: 'Use the suggested policy.' })],
    };
  }
  const isStatement = isObject(document) && ('Effect' in document || 'Principal' in document);
  const isStatementList = Array.isArray(document) && document.length > 0 && document.every(isObject);
  const found = finding('malformed', [], {
    problem:
      isStatement || isStatementList
        ? 'These are statements without the policy around them.'
        : 'This is JSON but not a trust policy: a policy has "Version" and "Statement".',
    fix: 'A policy has the form {"Version": "2012-10-17", "Statement": [ … ]}.',
  });
  const policy = isStatement || isStatementList ? { Version: '2012-10-17', Statement: document } : undefined;
  return { policy, findings: [found] };
}

function readVersion({ Version: version, ...others }: JsonObject): {
  version: Policy['version'];
  findings: Finding[];
} {
  if (version === '2012-10-17') return { version, findings: [] };
  if (version === undefined || version === '2008-10-17') {
    const path = version === undefined ? [] : ['Version'];
    // A misspelled Version is reported as such.
    const findings = 'version' in others ? [] : [finding('version_old', path, { version })];
    return { version: '2008-10-17', findings };
  }
  return { version: '2012-10-17', findings: [finding('version_invalid', ['Version'], { version })] };
}

/** Why IAM rejects an element beside the statements. */
function topLevelProblem(key: string, value: unknown): Finding | undefined {
  if (key === 'Id' && typeof value !== 'string') {
    const fix = 'Write it in double quotation marks, or remove it.';
    return finding('malformed', ['Id'], { problem: 'Id is not a string.', fix });
  }
  if (['Version', 'Id', 'Statement'].includes(key)) return undefined;
  const belongs = ELEMENTS.includes(key) ? 'inside' : 'policy';
  return finding('unknown_element', [key], { element: key, belongs });
}

function readStatement(
  original: unknown,
  index: number,
  path: JsonPath,
  { partition, repeatedKeys, openPaths }: Origin,
): { entry: StatementEntry; findings: Finding[] } {
  const isInside = (inner: JsonPath): boolean => path.every((part, i) => inner[i] === part);
  const { value: json, findings } = isObject(original)
    ? repairStatement(original, path, partition)
    : { value: original, findings: [] };
  const parsed = parseStatement(json, partition);
  const entry: StatementEntry = { index, path, original, usable: null };
  if ('statement' in parsed) {
    const usable = {
      ...parsed.statement,
      index,
      at: path,
      json: json as JsonObject,
      isOpen: openPaths.some(isInside),
    };
    // A repeated key leaves only one of its values, and which one was intended is unknown.
    return { entry: { ...entry, usable: repeatedKeys.some(isInside) ? null : usable }, findings };
  }
  if (findings.some(isError)) return { entry, findings };
  const others = parsed.problems.slice(0, 3).map(({ path: problemPath, message }) =>
    finding('malformed', path, {
      problem: `${problemPath.replace(/^Statement/, '').replace(/^\./, '') || 'The statement'} ${message}.`,
      fix: 'Correct this part, or remove the statement.',
    }),
  );
  return { entry, findings: [...findings, ...others] };
}

/** Parses one statement. Returns the problems if IAM would reject it. */
function parseStatement(
  json: unknown,
  partition: string,
): { statement: Statement } | { problems: readonly PolicyProblem[] } {
  const parsed = parseTrustPolicy({ Version: '2012-10-17', Statement: json });
  if (!parsed.ok) return { problems: parsed.problems };
  const problems = validateForCreation(parsed.policy, partition);
  const [statement] = parsed.policy.statements;
  return problems.length > 0 || statement === undefined ? { problems } : { statement };
}

/** IAM rejects a Sid that is used twice, so the later statements lose theirs. */
function removeRepeatedSids(entries: readonly StatementEntry[]): {
  entries: StatementEntry[];
  findings: Finding[];
} {
  const usedSids = new Set<string>();
  const findings: Finding[] = [];
  const unique = entries.map((entry) => {
    const sid = entry.usable?.sid;
    if (!entry.usable || !sid) return entry;
    if (!usedSids.has(sid)) {
      usedSids.add(sid);
      return entry;
    }
    findings.push(finding('sid_invalid', [...entry.path, 'Sid'], { sid, isRepeated: true }));
    const { Sid: _, ...json } = entry.usable.json;
    return { ...entry, usable: { ...entry.usable, json, sid: null } };
  });
  return { entries: unique, findings };
}
