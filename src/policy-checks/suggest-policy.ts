import type { Statement } from '../trust-policy/trust-policy.ts';
import { type Analysis, analyzePolicy } from './analyze-policy.ts';
import { classifyStatement } from './classify-statement.ts';
import {
  createDenyCheck,
  generateProbeExternalIds,
  isAllowed,
  type RoleRequest,
  type StatementSet,
} from './evaluate-probes.ts';
import type { FindingCode, RecordedFinding } from './finding.ts';
import type { JsonObject } from './json-values.ts';
import { type PolicyDocument, parseStatement, type StatementEntry } from './policy-document.ts';
import { type RepairAllowContext, repairAllow } from './repair-allow.ts';
import { type PolicyRequirements, setupKitPolicy, setupKitStatement } from './requirements.ts';

/** Findings about the grammar alone. Repairing the grammar is enough to resolve them. */
const SYNTAX_CODES: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'unknown_element',
  'resource_element',
  'sid_invalid',
  'unknown_operator',
  'condition_key_invalid',
  'principal_invalid',
  'action_invalid',
  'malformed',
]);

/**
 * The limit up to which faulty statements are repaired with as few changes as possible. Each takes several candidates,
 * and the time is taken from all tenants, so in a larger document the setup kit's statement replaces each of them.
 */
const MAX_REPAIRED_STATEMENTS = 12;

/** An analysis of a document that could be read. */
type DocumentAnalysis = Analysis & { document: PolicyDocument };

interface DraftStatement {
  json: JsonObject;
  statement: Statement | null;
  /** True for a statement that this module wrote, which may be removed if another one allows the same. */
  isRemovable: boolean;
}

/** Parses the statement once, because a document of many statements is evaluated once for each of them. */
function createDraft(json: JsonObject, isRemovable: boolean): DraftStatement {
  const parsed = parseStatement(json, 0, ['Statement']);
  return { json, isRemovable, statement: 'statement' in parsed ? parsed.statement : null };
}

interface Suggestion {
  policy: JsonObject;
  /** The statements for others that the suggestion had to omit. */
  omitted: readonly StatementEntry[];
}

/** Whether anything in a policy has to change; a safe policy may still need the successor of a rotation. */
const hasToChange = ({ verdict, findings }: Analysis): boolean =>
  verdict !== 'safe' || findings.errors().length > 0 || findings.has('successor_missing');

const passesCheck = (policy: JsonObject, requirements: PolicyRequirements): boolean =>
  !hasToChange(analyzePolicy(policy, requirements));

/**
 * Suggests a policy that passes the check with as few changes as possible, and keeps the statements for others in their
 * order. Each attempt has to pass the same check:
 *
 * 1. every faulty statement is repaired;
 * 2. the setup kit's statement replaces all statements for the vendor;
 * 3. the setup kit's policy replaces the whole document, for example when it is too long.
 */
export function suggestPolicy(analysis: Analysis, requirements: PolicyRequirements): Suggestion {
  const { document, pasted } = analysis;
  if (!document) return { policy: setupKitPolicy(requirements), omitted: [] };
  if (!hasToChange(analysis)) return { policy: pasted.document as JsonObject, omitted: [] };
  const unusable = document.entries.filter(
    ({ original, usable }) => !usable && !mentionsVendor(original, requirements),
  );
  const repaired = assemblePolicy(document, repairStatements({ ...analysis, document }, requirements));
  if (passesCheck(repaired, requirements)) return { policy: repaired, omitted: unusable };
  const forOthers = document.entries.flatMap((entry) => keepForOthers(entry, analysis, requirements));
  const kitStatement = setupKitStatement(requirements, supportsVariables(document));
  const replaced = assemblePolicy(document, [...forOthers, createDraft(kitStatement, true)]);
  if (passesCheck(replaced, requirements)) return { policy: replaced, omitted: unusable };
  const omitted = document.entries.filter(
    (entry) => !entry.usable || keepForOthers(entry, analysis, requirements).length > 0,
  );
  return { policy: setupKitPolicy(requirements), omitted };
}

const supportsVariables = ({ version }: PolicyDocument): boolean => version === '2012-10-17';

function repairStatements(analysis: DocumentAnalysis, requirements: PolicyRequirements): DraftStatement[] {
  const { document } = analysis;
  const denies = document.entries
    .filter(({ usable }) => usable?.statement.effect === 'Deny')
    .flatMap((entry) => keepForOthers(entry, analysis, requirements));
  const faulty = document.entries.filter((entry) => reasonsToChange(entry, analysis).length > 0);
  const context = {
    requirements,
    supportsVariables: supportsVariables(document),
    isDenied: createDenyCheck(draftStatementSet(denies, document), requirements),
    probeExternalIds: requirements.externalIds.map(generateProbeExternalIds),
    testsCandidates: faulty.length <= MAX_REPAIRED_STATEMENTS,
  };
  const drafts = document.entries.flatMap((entry) => repairEntry(entry, analysis, context));
  if (!allowsVendor(drafts, document, requirements))
    drafts.push(createDraft(setupKitStatement(requirements, context.supportsVariables), true));
  return removeRedundant(drafts, document, requirements);
}

function repairEntry(
  entry: StatementEntry,
  analysis: DocumentAnalysis,
  context: Omit<RepairAllowContext, 'hasOnlySyntaxErrors'>,
): DraftStatement[] {
  const { requirements, supportsVariables } = context;
  if (!entry.usable) {
    return mentionsVendor(entry.original, requirements)
      ? [createDraft(setupKitStatement(requirements, supportsVariables), true)]
      : [];
  }
  const { json, statement } = entry.usable;
  const isForOthers = classifyStatement(statement, requirements, supportsVariables) === 'others';
  if (statement.effect === 'Deny' || isForOthers) return keepForOthers(entry, analysis, requirements);
  const reasons = reasonsToChange(entry, analysis);
  if (reasons.length === 0) return [{ json, isRemovable: false, statement }];
  const hasOnlySyntaxErrors = reasons.every(({ code }) => SYNTAX_CODES.has(code));
  const { forVendor, forOthers } = repairAllow(entry, { ...context, hasOnlySyntaxErrors });
  return [...(forOthers ? [createDraft(forOthers, false)] : []), createDraft(forVendor, forVendor !== json)];
}

const reasonsToChange = ({ index }: StatementEntry, { findings }: Analysis): RecordedFinding[] =>
  findings
    .forStatement(index)
    .filter(({ severity, code }) => severity === 'error' || code === 'successor_missing');

/** The part of a statement that the suggestion keeps: all of one for others and of a Deny, none of one for the vendor. */
function keepForOthers(
  { index, usable }: StatementEntry,
  { document, denyRepairs }: Analysis,
  requirements: PolicyRequirements,
): DraftStatement[] {
  if (!usable) return [];
  if (usable.statement.effect === 'Deny') {
    const repaired = denyRepairs.get(index);
    if (!repaired) return [createDraft(usable.json, false)];
    return repaired.json ? [createDraft(repaired.json, false)] : [];
  }
  const hasVariables = document !== undefined && supportsVariables(document);
  const target = classifyStatement(usable.statement, requirements, hasVariables);
  return target === 'others' ? [createDraft(usable.json, false)] : [];
}

/** Whether an unusable statement was probably written for the vendor. */
function mentionsVendor(original: unknown, { vendor, externalIds }: PolicyRequirements): boolean {
  const text = (JSON.stringify(original) ?? '').toLowerCase();
  return [vendor.accountId, ...externalIds].some((value) => text.includes(value));
}

/** Removes removable statements, the last first, as long as the others still allow every required request. */
function removeRedundant(
  drafts: readonly DraftStatement[],
  document: PolicyDocument,
  requirements: PolicyRequirements,
): DraftStatement[] {
  const requests = requiredRequests(requirements);
  const denies = drafts.filter(({ statement }) => statement?.effect === 'Deny');
  const isDenied = createDenyCheck(draftStatementSet(denies, document), requirements);
  const drafted = drafts.map((draft) => {
    const set = draftStatementSet([draft], document);
    const allowed = requests.map((request) => !isDenied(request) && isAllowed(set, requirements, request));
    return { draft, allowed };
  });
  /** For each request, how many of the remaining statements allow it. */
  let counts = requests.map((_, index) => drafted.filter(({ allowed }) => allowed[index]).length);
  return drafted
    .toReversed()
    .filter(({ draft, allowed }) => {
      const countsWithout = counts.map((count, index) => count - Number(allowed[index]));
      if (!draft.isRemovable || countsWithout.includes(0)) return true;
      counts = countsWithout;
      return false;
    })
    .map(({ draft }) => draft)
    .toReversed();
}

/** Every request of the vendor that the policy must allow. */
const requiredRequests = ({ externalIds, sessionActions }: PolicyRequirements): RoleRequest[] =>
  externalIds.flatMap((externalId) =>
    ['sts:AssumeRole', ...sessionActions].map((action) => ({ externalId, action })),
  );

const draftStatementSet = (drafts: readonly DraftStatement[], { version }: PolicyDocument): StatementSet => ({
  version,
  statements: drafts.flatMap(({ statement }) => statement ?? []),
});

const allowsVendor = (
  drafts: readonly DraftStatement[],
  document: PolicyDocument,
  requirements: PolicyRequirements,
): boolean => {
  const set = draftStatementSet(drafts, document);
  return requiredRequests(requirements).every((request) => isAllowed(set, requirements, request));
};

function assemblePolicy(
  { topLevel, hasStatementList }: PolicyDocument,
  drafts: readonly DraftStatement[],
): JsonObject {
  const statements = drafts.map(({ json }) => json);
  const Statement = !hasStatementList && statements.length === 1 ? statements[0] : statements;
  return { ...topLevel, Statement };
}
