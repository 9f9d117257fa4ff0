import type { Statement } from '../../trust-policy/trust-policy.ts';
import type { Analysis } from '../analyze.ts';
import { type CheckContext, setupKitStatement } from '../context.ts';
import { deniesVendor, exemptVendor, vendorRequests } from '../deny-exemption.ts';
import { applies, meets } from '../evaluate.ts';
import { isExternalIdKey } from '../external-id-key.ts';
import { type Finding, finding, isError, statementOf } from '../findings/finding.ts';
import { fromList, isObject, type JsonObject, mapEntries, toList } from '../json-values.ts';
import { mentionsVendor } from '../parse/mentions-vendor.ts';
import type { Policy, StatementEntry } from '../policy.ts';
import { vendorEntries, vendorStatements } from '../target.ts';
import { isSafeReplacement } from './is-safe-replacement.ts';

/**
 * What to do with the suggested policy: nothing, because the pasted one is right; put it in place of the pasted one; or only
 * add its statement, because not everything that the role has is known.
 */
export type SuggestedChange = 'none' | 'replace_policy' | 'add_statement';

export interface Suggestion {
  change: SuggestedChange;
  policy: JsonObject;
  /** About statements that the suggested policy omits. */
  findings: Finding[];
}

/** Suggests a policy, and the setup kit's statement alone if no whole policy can be proven to be right. */
export function suggestPolicy(analysis: Analysis, context: CheckContext): Suggestion {
  const { policy, document, pasted } = analysis;
  const kitPolicy = { Version: '2012-10-17', Statement: [setupKitStatement(context)] };
  if (isRight(analysis)) {
    const isOpen = policy?.entries.some((entry) => entry.isOpen && !isForVendor(entry, policy, context));
    return { change: 'none', policy: isOpen ? kitPolicy : (document as JsonObject), findings: [] };
  }
  const replacement = policy && pasted.isWhole ? replaceStatements(policy, analysis, context) : undefined;
  return replacement && isSafeReplacement(replacement.policy, { policy, analysis, context })
    ? { change: 'replace_policy', ...replacement }
    : { change: 'add_statement', policy: kitPolicy, findings: [] };
}

/** Whether nothing in the policy has to change. What only another tool knows is no reason to. */
function isRight({ verdict, findings, policy }: Analysis): boolean {
  if (policy === undefined || findings.some(needsChange)) return false;
  return verdict === 'safe' || verdict === 'undetermined';
}

const CHANGING_WARNINGS = [
  'successor_missing',
  'deleted_principal',
  'condition_unknown',
  'other_principal',
  'deny_hits_us',
];

/** Whether a finding requires a change, although the policy may work as it is. */
const needsChange = (found: Finding): boolean => isError(found) || CHANGING_WARNINGS.includes(found.code);

const isForVendor = (entry: StatementEntry, policy: Policy, context: CheckContext): boolean =>
  vendorStatements(policy, context).some((one) => one.entry.index === entry.index);

/**
 * Replaces the statements for the vendor that have a fault by the setup kit's, exempts the vendor from each Deny that may
 * apply to it, and keeps the others as they are.
 * @returns undefined when something would be lost that the check does not understand
 */
function replaceStatements(
  policy: Policy,
  { findings }: Analysis,
  context: CheckContext,
): { policy: JsonObject; findings: Finding[] } | undefined {
  const faulty = new Set(findings.filter(needsChange).map(statementOf));
  const leftOut: Finding[] = [];
  const statements: JsonObject[] = [];
  let replaced: StatementEntry | undefined;
  let position: number | undefined;
  const forVendor: Statement[] = [];
  for (const entry of policy.entries) {
    const kept = keepStatement(entry, policy, faulty.has(entry.index), context);
    if (kept === 'lost') return undefined;
    if (kept.isReplaced && position === undefined) {
      position = statements.length + kept.statements.length;
      if (kept.statements.length === 0) replaced = entry;
    }
    if (kept.forVendor) forVendor.push(kept.forVendor);
    statements.push(...kept.statements);
    if (kept.leftOut) leftOut.push(kept.leftOut);
  }
  const kit = allowVendor(forVendor, policy, context) ? [] : [kitStatementFor(replaced, policy, context)];
  const all = [
    ...statements.slice(0, position),
    ...kit,
    ...(position === undefined ? [] : statements.slice(position)),
  ];
  const Statement = !policy.hasStatementList && all.length === 1 ? all[0] : all;
  return { policy: { ...policy.topLevel, Statement }, findings: leftOut };
}

interface Kept {
  statements: JsonObject[];
  /** Whether the setup kit's statement replaces it, or a part of it. */
  isReplaced: boolean;
  /** The statement, if it is for the vendor and is kept. */
  forVendor?: Statement;
  leftOut?: Finding;
}

const keep = (...statements: JsonObject[]): Kept => ({ statements, isReplaced: false });
const REPLACED: Kept = { statements: [], isReplaced: true };

function keepStatement(
  entry: StatementEntry,
  policy: Policy,
  isFaulty: boolean,
  context: CheckContext,
): Kept | 'lost' {
  if (!entry.usable) return keepUnusable(entry, context);
  const { json, statement } = entry.usable;
  const isOurs = isForVendor(entry, policy, context);
  if (entry.isOpen && !isOurs) return 'lost';
  if (statement.principals.entries.every(({ value }) => /^A(RO|ID)A[A-Z0-9]+$/.test(value)))
    return isOurs ? REPLACED : { ...keep(), leftOut: leaveOut(entry, 'deleted') };
  if (statement.effect === 'Deny') {
    if (deniesVendor(statement, policy.version, context) === false) return keep(json);
    const exempted = exemptVendor(json, statement, policy.version, context);
    return exempted.json === null ? keep() : keep(exempted.json);
  }
  if (!isOurs) return keep(json);
  if (!isFaulty && !entry.isOpen) return { ...keep(json), forVendor: statement };
  const others = withoutVendor(json, statement, context);
  return others === null ? REPLACED : { ...keep(others), isReplaced: true };
}

/** A statement that IAM rejects and that cannot be repaired. */
function keepUnusable(entry: StatementEntry, context: CheckContext): Kept | 'lost' {
  const { original } = entry;
  const isAllow = isObject(original) && original.Effect === 'Allow';
  const isPermission = isObject(original) && 'Resource' in original;
  if (isAllow && mentionsVendor(original, context)) {
    return hasOtherPrincipals(original, context)
      ? { ...REPLACED, leftOut: leaveOut(entry, 'rejected') }
      : REPLACED;
  }
  // Without a Deny, or a statement of which nothing is known, the policy could allow more than it should.
  return isAllow || isPermission ? { ...keep(), leftOut: leaveOut(entry, 'rejected') } : 'lost';
}

const leaveOut = (entry: StatementEntry, reason: 'rejected' | 'deleted'): Finding =>
  finding('statement_left_out', entry.path, { label: `statement ${entry.index + 1}`, reason });

function hasOtherPrincipals({ Principal: principal }: JsonObject, { vendor }: CheckContext): boolean {
  const values = isObject(principal) ? Object.values(principal).flatMap(toList) : toList(principal);
  return values.some((value) => value !== undefined && !String(value).includes(vendor.accountId));
}

/**
 * The statement for the principals that are not the vendor; null if there are none. A statement that has the external ID and
 * does not name the vendor was meant for it, so that none of its AWS principals stays.
 */
function withoutVendor(json: JsonObject, statement: Statement, context: CheckContext): JsonObject | null {
  const { Principal: principal } = json;
  if (!isObject(principal)) return null;
  const ours = new Set(vendorEntries(statement, context).map(({ value }) => value));
  const Principal = mapEntries(principal, (type, values) => {
    if (type !== 'AWS') return [type, values];
    const others = toList(values).filter(
      (value) => ours.size > 0 && !ours.has(String(value)) && value !== '*',
    );
    return others.length === 0 ? undefined : [type, fromList(others)];
  });
  return Object.keys(Principal).length === 0 ? null : { ...json, Principal };
}

/** Whether the statements together allow the vendor everything that it needs, with each correct external ID. */
const allowVendor = (statements: readonly Statement[], { version }: Policy, context: CheckContext): boolean =>
  vendorRequests(context).every((request) =>
    statements.some((statement) => applies(statement, version, context, request) === true),
  );

/** The setup kit's statement, with the Sid of the one that it replaces and the conditions there that the vendor always meets. */
function kitStatementFor(
  entry: StatementEntry | undefined,
  { version }: Policy,
  context: CheckContext,
): JsonObject {
  const kit = setupKitStatement(context, version === '2012-10-17');
  if (!entry?.usable) return kit;
  const { json, statement } = entry.usable;
  const request = { externalId: context.externalIds[0], isAtAnyTime: true };
  const met = statement.conditions.filter(
    (one) => !isExternalIdKey(one) && meets(one, version, context, request) === true,
  );
  const isMet = (operator: string, key: string) =>
    met.some((one) => one.operator.name === operator && one.key === key);
  const Condition = mapEntries(isObject(json.Condition) ? json.Condition : {}, (operator, block) => {
    const keys = mapEntries(block as JsonObject, (key, values) =>
      isMet(operator, key) ? [key, values] : undefined,
    );
    return Object.keys(keys).length === 0 ? undefined : [operator, keys];
  });
  const kitConditions = kit.Condition as Record<string, JsonObject>;
  const StringEquals = { ...(Condition.StringEquals as JsonObject), ...kitConditions.StringEquals };
  return { ...('Sid' in json && { Sid: json.Sid }), ...kit, Condition: { ...Condition, StringEquals } };
}
