import { attributeActions } from '../../broker/session-attributes.ts';
import type { Analysis } from '../analyze.ts';
import { isExternalIdKey } from '../condition-keys.ts';
import { type CheckContext, mentionsVendor, setupKitStatement } from '../context.ts';
import { exemptVendor, withoutPrincipals } from '../deny-exemption.ts';
import type { PolicyEvaluator } from '../evaluate.ts';
import { type DetailsOf, type FindingCode, isError } from '../findings/catalogue/catalogue.ts';
import { type Finding, finding, statementOf } from '../findings/finding.ts';
import { fromList, isObject, type JsonObject, mapEntries, toList } from '../json-values.ts';
import { hasStandIn } from '../parse/stand-ins.ts';
import type { StatementEntry, UsableStatement } from '../policy.ts';
import { vendorEntries } from '../principals.ts';

/**
 * What to do with the suggested policy: nothing, because the pasted one is right; put it in place of the pasted one; or only
 * add its statement, because not everything that the role has is known.
 */
export type SuggestedChange = 'none' | 'replace_policy' | 'add_statement';

/** Why there is only the statement to add. */
export type AdditionReason =
  | 'unread'
  | 'too_long'
  | 'several_policies'
  | 'repeated_key'
  | 'permissions_policy'
  | 'statements_only'
  | 'no_statement'
  | 'not_a_policy'
  | 'template'
  | 'unproven';

export interface Suggestion {
  change: SuggestedChange;
  /** Set if the change is to add the statement. */
  reason?: AdditionReason;
  policy: JsonObject;
  /** About statements that the suggested policy omits. */
  findings: Finding[];
}

/** Suggests a policy, and the setup kit's statement alone if no whole policy can be proven to be right. */
export function suggestPolicy(
  analysis: Analysis,
  context: CheckContext,
  isSafe: (policy: JsonObject) => boolean,
): Suggestion {
  const { evaluator, pasted, findings } = analysis;
  const kitPolicy = { Version: '2012-10-17', Statement: [setupKitStatement(context)] };
  if (evaluator && isRight(analysis)) {
    const isOpen =
      pasted.choosesPrincipals ||
      (pasted.standIns ?? []).length > 0 ||
      evaluator.statements.some((one) => one.isOpen && !evaluator.forVendor.includes(one));
    return { change: 'none', policy: isOpen ? kitPolicy : (pasted.value as JsonObject), findings: [] };
  }
  const reason = reasonToAdd(analysis);
  const replacement = evaluator && !reason ? replaceStatements(evaluator, findings) : undefined;
  const { standIns = [] } = pasted;
  if (replacement && !hasStandIn(replacement.policy, standIns) && isSafe(replacement.policy))
    return { change: 'replace_policy', ...replacement };
  const isOpen = standIns.length > 0 || evaluator?.statements.some((one) => one.isOpen);
  const otherReason = isOpen ? 'template' : 'unproven';
  return { change: 'add_statement', reason: reason ?? otherReason, policy: kitPolicy, findings: [] };
}

/**
 * Why the role may have statements that the check has not seen: the text was not read, is a part of a policy, is not a trust
 * policy, or repeats a key, of which only the last value was read.
 */
function reasonToAdd({ pasted, findings }: Analysis): AdditionReason | undefined {
  const reasons = findings.map(({ code, details }): AdditionReason | undefined => {
    if (code === 'malformed') return REASONS_BY_PART[(details as DetailsOf<'malformed'>).part];
    // What was read in spite of a mistake is complete.
    return code === 'syntax_error' && pasted.value !== undefined ? undefined : REASONS_BY_CODE[code];
  });
  return reasons.find((one) => one !== undefined) ?? (pasted.choosesPrincipals ? 'template' : undefined);
}

const REASONS_BY_CODE: Partial<Record<FindingCode, AdditionReason>> = {
  syntax_error: 'unread',
  policy_too_long: 'too_long',
  several_policies: 'several_policies',
  repeated_key: 'repeated_key',
  not_a_trust_policy: 'permissions_policy',
  template_conditions_untested: 'template',
};

const REASONS_BY_PART: Partial<Record<DetailsOf<'malformed'>['part'], AdditionReason>> = {
  statements_only: 'statements_only',
  no_statement: 'no_statement',
  not_a_policy: 'not_a_policy',
};

/** Whether nothing in the policy has to change. What only another tool knows is no reason to. */
const isRight = ({ verdict, findings }: Analysis): boolean =>
  !findings.some(needsChange) && (verdict === 'safe' || verdict === 'undetermined');

const CHANGING_WARNINGS = [
  'successor_missing',
  'deleted_principal',
  'condition_unknown',
  'deny_hits_us',
  'wildcard',
  'template_conditions_untested',
];

/** Whether a finding requires a change, although the policy may work as it is. */
const needsChange = (found: Finding): boolean => isError(found) || CHANGING_WARNINGS.includes(found.code);

/**
 * Replaces the statements for the vendor that have a fault by the setup kit's, exempts the vendor from each Deny that may
 * apply to it, and keeps the others as they are.
 * @returns undefined when something would be lost that the check does not understand
 */
function replaceStatements(
  evaluator: PolicyEvaluator,
  findings: readonly Finding[],
): { policy: JsonObject; findings: Finding[] } | undefined {
  const { policy, context, forVendor } = evaluator;
  // Reading the policy has removed the deleted principals, so the rest of their statement can stay.
  const isFault = (one: Finding) => needsChange(one) && one.code !== 'deleted_principal';
  const faulty = new Set(findings.filter(isFault).map(statementOf));
  const forStrangers = new Set(findings.filter(({ code }) => code === 'wildcard_principal').map(statementOf));
  const kept: Kept[] = [];
  for (const entry of policy.entries) {
    const one = entry.usable
      ? keepStatement(entry.usable, evaluator, {
          isOurs: forVendor.includes(entry.usable),
          isFaulty: faulty.has(entry.index),
          isForStrangers: forStrangers.has(entry.index),
        })
      : keepUnusable(entry, context);
    if (one === 'lost') return undefined;
    kept.push(one);
  }
  const position = kept.findIndex(({ isReplaced }) => isReplaced);
  const replaced = kept[position]?.statement ? undefined : policy.entries[position]?.usable;
  const keptForVendor = kept.flatMap(({ forVendor }) => forVendor ?? []);
  const kit = allowVendor(keptForVendor, evaluator) ? [] : [kitStatementFor(replaced, evaluator)];
  const statements = kept.flatMap(({ statement }, i) => [
    ...(statement ? [statement] : []),
    ...(i === position ? kit : []),
  ]);
  if (position < 0) statements.push(...kit);
  const Statement = !policy.hasStatementList && statements.length === 1 ? statements[0] : statements;
  return {
    policy: { ...policy.topLevel, Statement },
    findings: kept.flatMap(({ leftOut }) => leftOut ?? []),
  };
}

/** What becomes of one statement. */
interface Kept {
  /** What stays of it. */
  statement?: JsonObject | null;
  /** Whether the setup kit's statement replaces it, or a part of it. */
  isReplaced?: boolean;
  /** The statement, if it is for the vendor and is kept. */
  forVendor?: UsableStatement;
  leftOut?: Finding | undefined;
}

function keepStatement(
  statement: UsableStatement,
  evaluator: PolicyEvaluator,
  { isOurs, isFaulty, isForStrangers }: { isOurs: boolean; isFaulty: boolean; isForStrangers: boolean },
): Kept | 'lost' {
  const { json, effect, principals, isOpen } = statement;
  if (isOpen && !isOurs) return 'lost';
  if (principals.entries.every(({ value }) => /^A(RO|ID)A[A-Z0-9]+$/.test(value)))
    return isOurs ? { isReplaced: true } : { leftOut: leaveOut(statement.at, statement.index, 'deleted') };
  if (effect === 'Deny') {
    const isExempt = evaluator.deniesVendor(statement) === false;
    return { statement: isExempt ? json : exemptVendor(statement, evaluator.context).json };
  }
  if (!isOurs) return { statement: json };
  if (!isFaulty && !isOpen) return { statement: json, forVendor: statement };
  if (!isForStrangers && evaluator.mayAllowOthers(statement))
    return { statement: exemptVendor(statement, evaluator.context).json, isReplaced: true };
  // A statement that has the external ID and does not name the vendor was meant for it, so none of its AWS principals stays.
  const ofVendor = vendorEntries(statement, evaluator.context).map(({ value }) => value);
  // What the others are allowed may depend on a value that is not known.
  if (isOpen && ofVendor.length > 0 && ofVendor.length < principals.entries.length) return 'lost';
  const isRemoved = (principal: string) =>
    principal === '*' || ofVendor.length === 0 || ofVendor.includes(principal);
  return { statement: withoutPrincipals(json, isRemoved), isReplaced: true };
}

/** A statement that IAM rejects and that cannot be repaired. */
function keepUnusable({ original, path, index }: StatementEntry, context: CheckContext): Kept | 'lost' {
  // Without a Deny, or a statement of which nothing is known, the policy could allow more than it should.
  if (!isObject(original) || original.Effect !== 'Allow') return 'lost';
  const leftOut = leaveOut(path, index, 'rejected');
  return mentionsVendor(original, context)
    ? { isReplaced: true, leftOut: hasOtherPrincipals(original, context) ? leftOut : undefined }
    : { leftOut };
}

const leaveOut = (path: Finding['path'], index: number, reason: 'rejected' | 'deleted'): Finding =>
  finding('statement_left_out', path, { number: index + 1, reason });

function hasOtherPrincipals({ Principal: principal }: JsonObject, { vendor }: CheckContext): boolean {
  const values = isObject(principal) ? Object.values(principal).flatMap(toList) : toList(principal);
  return values.some((value) => value !== undefined && !String(value).includes(vendor.accountId));
}

/** Whether the statements together allow the vendor everything that it needs, with each correct external ID. */
const allowVendor = (statements: readonly UsableStatement[], evaluator: PolicyEvaluator): boolean =>
  evaluator.vendorRequests.every((request) =>
    statements.some((statement) => evaluator.applies(statement, request) === true),
  );

const ATTRIBUTE_ACTIONS = attributeActions({ sessionTags: true, sourceIdentity: true });

/**
 * The setup kit's statement, with what it keeps of the one that it replaces: its Sid, the conditions that the vendor always
 * meets, and the actions for session attributes, which another access profile may need.
 */
function kitStatementFor(
  replaced: UsableStatement | null | undefined,
  evaluator: PolicyEvaluator,
): JsonObject {
  const { policy, context } = evaluator;
  const kit = setupKitStatement(context, policy.version === '2012-10-17');
  if (!replaced) return kit;
  const { json, conditions, actions } = replaced;
  const named = actions.negated ? [] : actions.patterns.map((pattern) => pattern.toLowerCase());
  const kept = ATTRIBUTE_ACTIONS.filter((action) => named.includes(action.toLowerCase()));
  const Action = fromList([...new Set([...toList(kit.Action), ...kept])]);
  const request = { externalId: context.externalIds[0], time: 'any' as const };
  const met = conditions.filter((one) => !isExternalIdKey(one) && evaluator.meets(one, request) === true);
  const Condition = mapEntries(isObject(json.Condition) ? json.Condition : {}, (operator, block) => {
    const keys = mapEntries(block as JsonObject, (key, values) =>
      met.some((one) => one.operator.name === operator && one.key === key) ? [key, values] : undefined,
    );
    return Object.keys(keys).length === 0 ? undefined : [operator, keys];
  });
  const StringEquals = { ...(Condition.StringEquals as JsonObject), ...kit.Condition.StringEquals };
  return {
    ...('Sid' in json && { Sid: json.Sid }),
    ...kit,
    Action,
    Condition: { ...Condition, StringEquals },
  };
}
