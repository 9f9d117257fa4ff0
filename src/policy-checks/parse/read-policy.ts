import { parseTrustPolicy } from '../../trust-policy/parse/parse.ts';
import type { Statement } from '../../trust-policy/trust-policy.ts';
import { validateForCreation } from '../../trust-policy/validate-for-creation.ts';
import type { MalformedPart } from '../findings/catalogue/grammar-texts.ts';
import { type Finding, finding, type Report } from '../findings/finding.ts';
import { isObject, type JsonObject, type JsonPath, mapEntries, toList } from '../json-values.ts';
import type { Policy, StatementEntry, UsableStatement } from '../policy.ts';
import type { Pasted } from './read-pasted.ts';
import { repairConditions } from './repair-conditions.ts';
import { repairPrincipal } from './repair-principal.ts';
import { ELEMENTS, repairActions, repairEffect, repairElements, repairSid } from './repair-statement.ts';

interface ReadPolicy {
  /** Undefined when the document is not a policy. */
  policy: Policy | undefined;
  findings: Finding[];
}

/**
 * Divides a document into its statements, reports everything that IAM would reject, and repairs it where the intention is
 * beyond doubt. Each statement keeps its index, so that one mistake does not hide others.
 *
 * @param partition that of the role
 */
export function readPolicy(pasted: Pasted, partition: string): ReadPolicy {
  const findings: Finding[] = [];
  const report: Report = (code, path, ...details) => void findings.push(finding(code, path, ...details));
  const json = findStatements(pasted.value, report);
  if (json === undefined) return { policy: undefined, findings };
  const version = readVersion(json, report);
  const topLevel = repairTopLevel({ ...json, ...('Version' in json && { Version: version }) }, report);
  const { Statement: list } = json;
  const sids = new Set<string>();
  const entries = toList(list).map((original, index) => {
    const path = Array.isArray(list) ? ['Statement', index] : ['Statement'];
    const inside: Report = (code, element, ...details) => report(code, [...path, ...element], ...details);
    return readStatement({ original, index, path }, inside, { sids, partition, pasted });
  });
  return { policy: { topLevel, version, hasStatementList: Array.isArray(list), entries }, findings };
}

/** Returns the policy. A single statement, or a list of statements, is wrapped in a policy first. */
function findStatements(document: unknown, report: Report): JsonObject | undefined {
  if (isObject(document) && 'Statement' in document) {
    const { Statement } = document;
    if (isObject(Statement) || (Array.isArray(Statement) && Statement.length > 0)) return document;
    report('malformed', ['Statement'], { part: 'no_statement' });
    return undefined;
  }
  const isStatements = isObject(document)
    ? 'Effect' in document || 'Principal' in document
    : Array.isArray(document) && document.length > 0 && document.every(isObject);
  report('malformed', [], { part: isStatements ? 'statements_only' : 'not_a_policy' });
  return isStatements ? { Version: '2012-10-17', Statement: document } : undefined;
}

function readVersion({ Version: version, ...others }: JsonObject, report: Report): Policy['version'] {
  if (version === '2012-10-17') return version;
  if (version !== undefined && version !== '2008-10-17') {
    report('version_invalid', ['Version'], { version });
    return '2012-10-17';
  }
  // A misspelled Version is reported as such.
  if (!('version' in others)) report('version_old', version === undefined ? [] : ['Version'], { version });
  return '2008-10-17';
}

/** Removes the elements beside the statements that IAM rejects. */
const repairTopLevel = (json: JsonObject, report: Report): JsonObject =>
  mapEntries(json, (key, value) => {
    if (key === 'Version' || key === 'Statement' || (key === 'Id' && typeof value === 'string'))
      return [key, value];
    if (key === 'Id') report('malformed', ['Id'], { part: 'id' });
    else {
      const belongs = ELEMENTS.includes(key) ? 'inside' : 'policy';
      report('unknown_element', [key], { element: key, belongs });
    }
    return undefined;
  });

/** The element of a statement, the operator or type of principal in it, the key, and the position in a list. */
const PARSER_PATH = /^Statement(?:\.(\w+))?(?:\.([^.[]+))?(?:\.(.+?))?(?:\[(\d+)\])?$/;
const INDEX = 3;

/** Converts a path of the evaluator's parser, such as `Statement.Principal.AWS[1]`, to a JSON path. */
function toJsonPath(path: string): JsonPath {
  const parts: (string | undefined)[] = PARSER_PATH.exec(path)?.slice(1) ?? [];
  return parts.flatMap((part, i) => (part === undefined ? [] : [i === INDEX ? Number(part) : part]));
}

/** The part of a statement that the parser rejects and no repair is about. */
function partAt([element, operator, key]: JsonPath): MalformedPart {
  if (element === undefined) return 'statement';
  if (/^(Not)?Action$/.test(String(element))) return 'no_action';
  if (element !== 'Condition') return 'other';
  if (operator === undefined) return 'operators';
  return key === undefined ? 'keys' : 'condition_value';
}

function readStatement(
  entry: Omit<StatementEntry, 'usable'>,
  report: Report,
  { sids, partition, pasted }: { sids: Set<string>; partition: string; pasted: Pasted },
): StatementEntry {
  const { original, index, path } = entry;
  const isInside = (inner: JsonPath): boolean => path.every((part, i) => inner[i] === part);
  const explained = new Set<string | number | undefined>();
  const reportMistake: Report = (code, inside, ...details) => {
    if (code !== 'deleted_principal') explained.add(inside[0]);
    report(code, inside, ...details);
  };
  const json = isObject(original) ? repairStatement(original, reportMistake, partition, sids) : original;
  const parsed = parseTrustPolicy({ Version: '2012-10-17', Statement: json });
  const problems = parsed.ok ? validateForCreation(parsed.policy, partition) : parsed.problems;
  for (const problem of problems.slice(0, 3)) {
    const inside = toJsonPath(problem.path);
    if (explained.has(inside[0]) || (explained.size > 0 && inside.length === 0)) continue;
    report('malformed', inside, { part: partAt(inside), value: problem.path.replace(/^Statement\.?/, '') });
  }
  const statement = parsed.ok && problems.length === 0 ? parsed.policy.statements[0] : undefined;
  // A repeated key leaves only one of its values, and which one was intended is unknown.
  if (!statement || !isObject(json) || (pasted.repeatedKeys ?? []).some(isInside))
    return { ...entry, usable: null };
  const isOpen =
    pasted.findings.some((one) => one.code === 'unresolved_value' && isInside(one.path)) ||
    (pasted.choices ?? []).some(isInside);
  return { ...entry, usable: { ...withPaths(statement, path), index, json, isOpen } };
}

/** Adds the JSON path of each part to it. */
function withPaths(statement: Statement, at: JsonPath): Omit<UsableStatement, 'json' | 'isOpen'> {
  const { principals, conditions } = statement;
  const entries = principals.entries.map((one) => ({ ...one, at: [...at, ...toJsonPath(one.path)] }));
  return {
    ...statement,
    at,
    principals: { ...principals, entries },
    conditions: conditions.map((one) => ({ ...one, at: [...at, 'Condition', one.operator.name, one.key] })),
  };
}

/**
 * Repairs the grammar of a statement where the intention is beyond doubt, and reports each mistake. A repair never allows
 * more than the statement says: where it would be a guess, the statement stays unchanged and unusable.
 */
function repairStatement(
  original: JsonObject,
  report: Report,
  partition: string,
  sids: Set<string>,
): JsonObject {
  const isForPrincipals = Object.keys(original).some((key) => /^(not)?principals?$/i.test(key));
  if (!isForPrincipals && ('Resource' in original || 'NotResource' in original)) {
    report('not_a_trust_policy', []);
    return original;
  }
  const steps = [
    repairElements,
    (statement: JsonObject) => repairSid(statement, report, sids),
    repairEffect,
    (statement: JsonObject) => repairPrincipal(statement, report, partition),
    repairActions,
    repairConditions,
  ];
  return steps.reduce((statement, step) => step(statement, report), original);
}
