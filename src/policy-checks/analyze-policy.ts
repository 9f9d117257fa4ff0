import {
  type Check,
  determineOutcome,
  getExpectedObservation,
  type Outcome,
  PROBES,
} from '../connections/verification.ts';
import type { Statement } from '../trust-policy/trust-policy.ts';
import { isExternalIdKey } from './classify-statement.ts';
import { explainUnmetKey } from './condition-messages.ts';
import {
  createDenyCheck,
  evaluateProbes,
  evaluateRequest,
  generateProbeExternalIds,
  isAllowed,
  type ProbeExternalIds,
  type StatementSet,
} from './evaluate-probes.ts';
import { findDenialReasons } from './find-denial-reasons.ts';
import { findOtherExternalIds } from './find-other-external-ids.ts';
import { findOtherVendorIdentities } from './find-other-vendor-identities.ts';
import { addUnexplainedAccess, findUnsafeAllows } from './find-unsafe-allows.ts';
import { findMissingActions, findMissingSuccessor, findWarnings } from './find-warnings.ts';
import { Findings } from './finding.ts';
import {
  type PolicyDocument,
  parseStatement,
  type StatementEntry,
  usableStatements,
} from './policy-document.ts';
import { type PastedPolicy, readPolicy } from './read-policy.ts';
import { deniesVendor, type RepairedDeny, repairDeny } from './repair-deny.ts';
import { repairDocument } from './repair-document.ts';
import type { PolicyRequirements } from './requirements.ts';

export type Verdict = 'safe' | 'unsafe' | 'not_assumable' | 'invalid';

/** The result of analyzing a pasted policy, from which the suggested policy is made. */
export interface Analysis {
  verdict: Verdict;
  checks: Check[];
  findings: Findings;
  pasted: PastedPolicy;
  /** Undefined when no policy document could be read. */
  document: PolicyDocument | undefined;
  /** The repairs of Deny statements that deny the vendor, by statement index. */
  denyRepairs: ReadonlyMap<number, RepairedDeny>;
}

/** The checks of an invalid policy, on which no probe is run. */
const CHECKS_NOT_RUN: Check[] = PROBES.map((probe) => ({
  probe,
  expected: getExpectedObservation(probe),
  observed: 'unknown',
}));

/**
 * Reads a policy, runs the probes of a verification against it, and explains what is wrong. The verdict depends on the
 * probes alone. Findings of severity `error` may report more than the verdict, but never contradict it.
 */
export function analyzePolicy(policy: unknown, requirements: PolicyRequirements): Analysis {
  const findings = new Findings();
  const pasted = readPolicy(policy, findings);
  const document =
    pasted.document === undefined
      ? undefined
      : repairDocument(pasted.document, pasted.duplicateKeyStatements, requirements, findings);
  const isInvalid = findings.errors().length > 0;
  if (!document) {
    const checks = CHECKS_NOT_RUN;
    return { verdict: 'invalid', checks, findings, pasted, document, denyRepairs: new Map() };
  }
  const { outcome, checks, denyRepairs } = evaluateDocument(document, requirements, findings);
  return {
    verdict: isInvalid ? 'invalid' : toVerdict(outcome),
    checks: isInvalid ? CHECKS_NOT_RUN : checks,
    findings,
    pasted,
    document,
    denyRepairs,
  };
}

function evaluateDocument(
  { version, entries }: PolicyDocument,
  requirements: PolicyRequirements,
  findings: Findings,
): { outcome: Outcome; checks: Check[]; denyRepairs: ReadonlyMap<number, RepairedDeny> } {
  const supportsVariables = version === '2012-10-17';
  const set: StatementSet = { version, statements: usableStatements(entries) };
  const { externalId, probeExternalIds, checks } = runProbes(set, requirements);
  const outcome = determineOutcome(checks);
  const isVendorAllowed = outcome !== 'not_assumable';
  const denyRepairs = findDenyStatements(entries, requirements, supportsVariables, findings);
  const denyStatements = { version, statements: repairedDenyStatements(entries, denyRepairs) };
  const isDenied = createDenyCheck(denyStatements, requirements);
  const context = {
    supportsVariables,
    requirements,
    probeExternalIds,
    isVendorAllowed,
    isDenied,
    findings,
  };
  for (const entry of entries) {
    if (!entry.usable) continue;
    findUnsafeAllows(entry, entry.usable.statement, context);
    findOtherVendorIdentities(entry, entry.usable.statement, context);
  }
  findOtherExternalIds(entries, context);
  const isAssumeRoleAllowed = isAllowed(set, requirements, { externalId });
  if (!isAssumeRoleAllowed)
    findDenialReasons(entries, { supportsVariables, requirements, externalId, findings });
  for (const entry of entries) {
    if (entry.usable) findWarnings(entry, entry.usable.statement, requirements, supportsVariables, findings);
  }
  const allowingIndex = evaluateRequest(set, requirements, { externalId }).decidedBy?.index;
  const allowing = entries.find(({ index }) => index === allowingIndex);
  findMissingSuccessor(set, allowing, requirements, findings);
  if (isAssumeRoleAllowed) findMissingActions(set, allowing, externalId, requirements, findings);
  addUnexplainedResults(outcome, checks, findings);
  return { outcome, checks, denyRepairs };
}

interface ProbeRun {
  externalId: string;
  probeExternalIds: ProbeExternalIds;
  checks: Check[];
}

/** Tests the successor of a rotation first, and the current ID if it is denied, as a verification does. */
function runProbes(set: StatementSet, requirements: PolicyRequirements): ProbeRun {
  const runs = requirements.externalIds.toReversed().map((externalId) => {
    const probeExternalIds = generateProbeExternalIds(externalId);
    return { externalId, probeExternalIds, checks: evaluateProbes(set, requirements, probeExternalIds) };
  });
  const allowed = runs.find(({ checks }) => determineOutcome(checks) !== 'not_assumable');
  const run = allowed ?? runs.at(-1);
  if (!run) throw new Error('a policy check requires at least one external ID');
  return run;
}

function toVerdict(outcome: Outcome): Verdict {
  if (outcome === 'not_assumable') return outcome;
  return outcome === 'verified' ? 'safe' : 'unsafe';
}

const DENY_FIXES: Record<RepairedDeny['change'], (accountId: string) => string> = {
  external_ids_added: () =>
    'Add your external ID to the list of those that it does not deny, as in the suggested policy.',
  principal_removed: () =>
    'Remove our principal from it, as in the suggested policy. If you intend to deny us, leave it as it is.',
  vendor_exempted: (accountId) =>
    `Exempt our account with "StringNotEquals": {"aws:PrincipalAccount": "${accountId}"}. The suggested policy keeps the Deny for everyone else.`,
  statement_removed: () =>
    'It applies to us alone, so the only fix is to remove it, as in the suggested policy. If you intend to deny us, leave it as it is.',
};

/** Adds a finding for each Deny statement that denies the vendor, and returns their repairs. */
function findDenyStatements(
  entries: readonly StatementEntry[],
  requirements: PolicyRequirements,
  supportsVariables: boolean,
  findings: Findings,
): Map<number, RepairedDeny> {
  const repairs = new Map<number, RepairedDeny>();
  for (const entry of entries) {
    if (!entry.usable || !deniesVendor(entry.usable.statement, requirements, supportsVariables)) continue;
    const repaired = repairDeny(entry, requirements, supportsVariables);
    repairs.set(entry.index, repaired);
    const condition = entry.usable.statement.conditions.find((one) => !isExternalIdKey(one));
    const reason = condition
      ? ` It has a condition on ${condition.key}. ${explainUnmetKey(condition.key) ?? ''}`.trimEnd()
      : '';
    findings.add('deny_hits_us', entry.path, {
      message: `This Deny statement applies to us even with the correct external ID, and a Deny takes precedence over every Allow.${reason}`,
      fix: DENY_FIXES[repaired.change](requirements.vendor.accountId),
      statementIndex: entry.index,
    });
  }
  return repairs;
}

/** The Deny statements as the suggested policy will have them. */
function repairedDenyStatements(
  entries: readonly StatementEntry[],
  denyRepairs: ReadonlyMap<number, RepairedDeny>,
): Statement[] {
  return entries.flatMap(({ index, path, usable }) => {
    if (usable?.statement.effect !== 'Deny') return [];
    const repaired = denyRepairs.get(index);
    if (!repaired) return [usable.statement];
    const parsed = repaired.json && parseStatement(repaired.json, index, path);
    return parsed && 'statement' in parsed ? [parsed.statement] : [];
  });
}

/** Adds a general finding for each unexpected probe result that no other finding explains. */
function addUnexplainedResults(outcome: Outcome, checks: readonly Check[], findings: Findings): void {
  if (outcome === 'not_assumable') {
    if (findings.errors().length > 0) return;
    findings.add('not_admitted', ['Statement'], {
      message: 'The statements together do not allow us to assume the role with the correct external ID.',
      fix: 'Use the suggested policy.',
    });
    return;
  }
  for (const { probe, observed } of checks) {
    if (probe !== 'correct' && observed === 'allowed' && !findings.explains(probe))
      addUnexplainedAccess(undefined, probe, findings);
  }
}
