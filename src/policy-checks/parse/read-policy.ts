import { parseTrustPolicy } from '../../trust-policy/parse/parse.ts';
import { validateForCreation } from '../../trust-policy/validate-for-creation.ts';
import { type Finding, finding } from '../findings/finding.ts';
import { isObject, type JsonObject, type JsonPath } from '../json-values.ts';
import type { Policy, StatementEntry, UsableStatement } from '../policy.ts';
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
  const { json, findings: documentFindings } = findStatements(document);
  if (json === undefined) return { policy: undefined, findings: documentFindings };
  const { Statement: list } = json;
  const hasStatementList = Array.isArray(list);
  const { version, findings: versionFindings } = readVersion(json);
  const elements = Object.entries(json).map(
    ([key, value]) => [key, value, topLevelProblem(key, value)] as const,
  );
  const topLevel = Object.fromEntries(elements.filter(([, , problem]) => !problem));
  const read = (hasStatementList ? (list as unknown[]) : [list]).map((original, index) =>
    readStatement(original, index, hasStatementList ? ['Statement', index] : ['Statement'], origin),
  );
  const [entries, sidFindings] = removeRepeatedSids(read.map(({ entry }) => entry));
  return {
    policy: {
      topLevel: 'Version' in topLevel ? { ...topLevel, Version: version } : topLevel,
      version,
      hasStatementList,
      entries,
    },
    findings: [
      ...documentFindings,
      ...versionFindings,
      ...elements.flatMap(([, , problem]) => problem ?? []),
      ...read.flatMap((one) => one.findings),
      ...sidFindings,
    ],
  };
}

/** Returns the policy. A single statement, or a list of statements, is wrapped in a policy first. */
function findStatements(document: unknown): { json?: JsonObject; findings: Finding[] } {
  if (isObject(document) && 'Statement' in document) {
    const { Statement } = document;
    if (isObject(Statement) || (Array.isArray(Statement) && Statement.length > 0))
      return { json: document, findings: [] };
    const problem = 'The policy has no statement, so nobody can assume the role.';
    return { findings: [finding('malformed', ['Statement'], { problem, fix: 'Use the suggested policy.' })] };
  }
  const isStatement = isObject(document) && ('Effect' in document || 'Principal' in document);
  const isList = Array.isArray(document) && document.length > 0 && document.every(isObject);
  const problem =
    isStatement || isList
      ? 'These are statements without the policy around them.'
      : 'This is JSON but not a trust policy: a policy has "Version" and "Statement".';
  const fix = 'A policy has the form {"Version": "2012-10-17", "Statement": [ … ]}.';
  return {
    findings: [finding('malformed', [], { problem, fix })],
    ...((isStatement || isList) && { json: { Version: '2012-10-17', Statement: document } }),
  };
}

function readVersion({ Version: version, ...others }: JsonObject): {
  version: Policy['version'];
  findings: Finding[];
} {
  if (version === '2012-10-17') return { version, findings: [] };
  if (version !== undefined && version !== '2008-10-17')
    return { version: '2012-10-17', findings: [finding('version_invalid', ['Version'], { version })] };
  // A misspelled Version is reported as such.
  const isMisspelled = 'version' in others;
  const found = finding('version_old', version === undefined ? [] : ['Version'], { version });
  return { version: '2008-10-17', findings: isMisspelled ? [] : [found] };
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
  const { json, findings } = isObject(original)
    ? repairStatement(original, path, partition)
    : { json: original, findings: [] };
  const parsed = parseTrustPolicy({ Version: '2012-10-17', Statement: json });
  const problems = parsed.ok ? validateForCreation(parsed.policy, partition) : parsed.problems;
  const statement = parsed.ok && problems.length === 0 ? parsed.policy.statements[0] : undefined;
  // A repeated key leaves only one of its values, and which one was intended is unknown.
  const usable: UsableStatement | null =
    statement && isObject(json) && !repeatedKeys.some(isInside)
      ? { ...statement, index, at: path, json, isOpen: openPaths.some(isInside) }
      : null;
  const isExplained = findings.some(({ code }) => code !== 'deleted_principal');
  const unexplained = isExplained ? [] : problems.slice(0, 3);
  const others = unexplained.map(({ path: problemPath, message }) => {
    const position = problemPath.replace(/^Statement\.?/, '') || 'The statement';
    const fix = 'Correct this part, or remove the statement.';
    return finding('malformed', path, { problem: `${position} ${message}.`, fix });
  });
  return { entry: { index, path, original, usable }, findings: [...findings, ...others] };
}

/** IAM rejects a Sid that is used twice, so the later statements lose theirs. */
function removeRepeatedSids(entries: readonly StatementEntry[]): [StatementEntry[], Finding[]] {
  const used = new Set<string>();
  const findings: Finding[] = [];
  const unique = entries.map((entry) => {
    const { usable, path } = entry;
    const sid = usable?.sid || undefined;
    if (!usable || sid === undefined || !used.has(sid)) {
      if (sid !== undefined) used.add(sid);
      return entry;
    }
    findings.push(finding('sid_invalid', [...path, 'Sid'], { sid, isRepeated: true }));
    const { Sid: _, ...json } = usable.json;
    return { ...entry, usable: { ...usable, json, sid: null } };
  });
  return [unique, findings];
}
