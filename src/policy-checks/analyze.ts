import {
  type Check,
  determineOutcome,
  getExpectedObservation,
  isNegativeProbe,
  type Observed,
  type Outcome,
  PROBES,
  type Probe,
} from '../connections/verification.ts';
import type { CheckContext } from './context.ts';
import { generateProbeExternalIds, PolicyEvaluator, type ProbeExternalIds } from './evaluate.ts';
import { isError } from './findings/catalogue/catalogue.ts';
import { findDenials, findDenyHits, findUnknownConditions } from './findings/find-denials.ts';
import { findOtherExternalIds, findUnsafeAllows } from './findings/find-unsafe-allows.ts';
import { findExpiry, findMissingParts, findWarnings } from './findings/find-warnings.ts';
import { type Finding, finding, statementOf, withoutDuplicates } from './findings/finding.ts';
import type { Pasted } from './parse/read-pasted.ts';
import { readPolicy } from './parse/read-policy.ts';
import { isShared } from './principals.ts';
import type { Verdict } from './verdict.ts';

/** The result of analyzing a pasted policy, from which the suggested policy is made. */
export interface Analysis {
  verdict: Verdict;
  checks: Check[];
  findings: Finding[];
  pasted: Pasted;
  /** Undefined when no policy could be read. */
  evaluator?: PolicyEvaluator | undefined;
}

const VERDICTS: Record<Outcome, Verdict> = {
  verified: 'safe',
  external_id_not_enforced: 'unsafe',
  not_assumable: 'not_assumable',
  inconclusive: 'undetermined',
};

/**
 * Runs the probes of a verification against a policy, and finds what is wrong. The verdict depends on the
 * probes alone. Findings of severity `error` may report more than the verdict, but never contradict it.
 */
export function analyzePolicy(pasted: Pasted, context: CheckContext): Analysis {
  // No probe is run on an invalid policy.
  const invalid = { verdict: 'invalid' as const, checks: checksBy(() => 'unknown'), pasted };
  if (pasted.value === undefined) return { ...invalid, findings: pasted.findings };
  const { policy, findings: grammar } = readPolicy(pasted, context.vendor.partition);
  const read = [...pasted.findings, ...grammar];
  const evaluator = policy && new PolicyEvaluator(policy, context);
  const evaluated = evaluator && evaluatePolicy(evaluator);
  const findings = withoutDuplicates([...read, ...(evaluated?.findings ?? [])]);
  const base = { pasted, evaluator, findings };
  if (read.some(isError) || !evaluated) return { ...invalid, ...base };
  const verdict = VERDICTS[determineOutcome(evaluated.checks)];
  const isAssumed = pasted.findings.some(
    (one) =>
      one.code === 'template_conditions_untested' ||
      (one.code === 'unresolved_value' && mayConcernVendor(one, evaluator)),
  );
  return {
    ...base,
    verdict: verdict === 'safe' && isAssumed ? 'undetermined' : verdict,
    checks: evaluated.checks,
  };
}

const checksBy = (observe: (probe: Probe) => Observed): Check[] =>
  PROBES.map((probe) => ({ probe, expected: getExpectedObservation(probe), observed: observe(probe) }));

/** Services and identity providers never call as the vendor does, whatever a value in their statement is. */
function mayConcernVendor(found: Finding, { statements }: PolicyEvaluator): boolean {
  const statement = statements.find(({ index }) => index === statementOf(found));
  return !statement?.principals.entries.every(({ type }) => type === 'Service' || type === 'Federated');
}

function evaluatePolicy(evaluator: PolicyEvaluator): { checks: Check[]; findings: Finding[] } {
  const { externalId, ids, checks, allIds } = runProbes(evaluator);
  const outcome = determineOutcome(checks);
  const isAllowed = evaluator.decide({ externalId }) === 'allowed';
  const unsafe = allIds.flatMap((one) => findUnsafeAllows(evaluator, one, outcome !== 'not_assumable'));
  const found = [
    ...findDenyHits(evaluator),
    ...unsafe,
    ...(isAllowed ? [] : findDenials(evaluator, externalId)),
    ...findOtherExternalIds(evaluator, unsafe),
    ...findUnknownConditions(evaluator, ids),
    ...findWarnings(evaluator),
    ...(isAllowed ? findExpiry(evaluator, externalId) : []),
    ...findMissingParts(evaluator, externalId),
  ].map((one) => (changesShared(one, evaluator) ? { ...one, isShared: true } : one));
  const isExplained = found.some(isError) || evaluator.policy.entries.some(({ usable }) => usable === null);
  return { checks, findings: isExplained ? found : [...found, ...explainResult(outcome, checks)] };
}

/** Whether the fix of a finding changes more of a statement for the vendor and others than one principal. */
function changesShared(found: Finding, { forVendor, context }: PolicyEvaluator): boolean {
  const statement = forVendor.find(({ index }) => index === statementOf(found));
  if (!statement || !isShared(statement, context)) return false;
  return found.code === 'role_principal' || found.path[statement.at.length] !== 'Principal';
}

/** Runs the probes of a verification: the successor of a rotation first, and the current ID if it is denied. */
function runProbes(evaluator: PolicyEvaluator): {
  externalId: string;
  ids: ProbeExternalIds;
  checks: Check[];
  /** Those of each correct external ID, since a statement may enforce one of two and not the other. */
  allIds: ProbeExternalIds[];
} {
  const runs = evaluator.context.externalIds.toReversed().map((externalId) => {
    const ids = generateProbeExternalIds(externalId);
    return { externalId, ids, checks: checksBy((probe) => evaluator.canAssumeRole(ids[probe])) };
  });
  const run = runs.find(({ checks }) => determineOutcome(checks) !== 'not_assumable') ?? runs.at(-1);
  if (!run) throw new Error('a policy check requires at least one external ID');
  return { ...run, allIds: runs.map((one) => one.ids) };
}

/** A general finding for a result that no other finding explains. */
function explainResult(outcome: Outcome, checks: readonly Check[]): Finding[] {
  if (outcome === 'not_assumable') return [finding('not_admitted', [])];
  return checks.flatMap(({ probe, observed }) =>
    isNegativeProbe(probe) && observed === 'allowed'
      ? [finding('opens_without_right_id', [], { probe })]
      : [],
  );
}
