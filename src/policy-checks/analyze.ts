import {
  type Check,
  determineOutcome,
  getExpectedObservation,
  isNegativeProbe,
  type Outcome,
  PROBES,
} from '../connections/verification.ts';
import type { CheckContext } from './context.ts';
import {
  applies,
  decide,
  evaluateProbes,
  generateProbeExternalIds,
  type ProbeExternalIds,
  type StatementSet,
} from './evaluate.ts';
import { findDenials } from './findings/find-denials.ts';
import { findDenyHits, findUnknownConditions } from './findings/find-deny-hits.ts';
import { findOtherExternalIds } from './findings/find-other-external-ids.ts';
import { findUnsafeAllows } from './findings/find-unsafe-allows.ts';
import {
  findExpiry,
  findMissingActions,
  findMissingSuccessor,
  findWarnings,
} from './findings/find-warnings.ts';
import { type Finding, finding, isError, statementOf, withoutDuplicates } from './findings/finding.ts';
import { resolveExpressions } from './parse/expressions.ts';
import { type Pasted, readPasted } from './parse/read-pasted.ts';
import { readPolicy } from './parse/read-policy.ts';
import { type Policy, usableEntries } from './policy.ts';

export type Verdict = 'safe' | 'unsafe' | 'not_assumable' | 'undetermined' | 'invalid';

/** The result of analyzing a pasted policy, from which the suggested policy is made. */
export interface Analysis {
  verdict: Verdict;
  checks: Check[];
  findings: Finding[];
  pasted: Pasted;
  /** The document with the values that another tool fills in later; undefined when there is none. */
  document: unknown;
  /** Undefined when no policy could be read. */
  policy: Policy | undefined;
}

/** The checks of an invalid policy, on which no probe is run. */
const CHECKS_NOT_RUN: Check[] = PROBES.map((probe) => ({
  probe,
  expected: getExpectedObservation(probe),
  observed: 'unknown',
}));

const VERDICTS: Record<Outcome, Verdict> = {
  verified: 'safe',
  external_id_not_enforced: 'unsafe',
  not_assumable: 'not_assumable',
  inconclusive: 'undetermined',
};

/**
 * Reads a policy, runs the probes of a verification against it, and finds what is wrong. The verdict depends on the
 * probes alone. Findings of severity `error` may report more than the verdict, but never contradict it.
 */
export function analyzePolicy(input: unknown, context: CheckContext): Analysis {
  const pasted = readPasted(input, context);
  if (pasted.value === undefined) {
    const { findings } = pasted;
    return {
      verdict: 'invalid',
      checks: CHECKS_NOT_RUN,
      findings,
      pasted,
      document: undefined,
      policy: undefined,
    };
  }
  const resolved = resolveExpressions(pasted.value, pasted.parameters, context);
  const { policy, findings: grammar } = readPolicy(resolved.value, {
    partition: context.vendor.partition,
    repeatedKeys: pasted.repeatedKeys,
    openPaths: resolved.findings.map(({ path }) => path),
  });
  const read = [...pasted.findings, ...grammar, ...resolved.findings];
  const isInvalid = read.some(isError);
  const evaluated = policy && evaluatePolicy(policy, context);
  const findings = withoutDuplicates([...read, ...(evaluated?.findings ?? [])]);
  const base = { findings, pasted, document: resolved.value, policy };
  if (isInvalid || !policy || !evaluated) return { ...base, verdict: 'invalid', checks: CHECKS_NOT_RUN };
  const verdict = VERDICTS[determineOutcome(evaluated.checks)];
  const isAssumed = verdict === 'safe' && resolved.findings.some((one) => mayConcernVendor(one, policy));
  return { ...base, verdict: isAssumed ? 'undetermined' : verdict, checks: evaluated.checks };
}

/** Services and identity providers never call as the vendor does, whatever a value in their statement is. */
function mayConcernVendor(found: Finding, { entries }: Policy): boolean {
  const statement = entries.find(({ index }) => index === statementOf(found))?.usable?.statement;
  return !statement?.principals.entries.every(({ type }) => type === 'Service' || type === 'Federated');
}

function evaluatePolicy(policy: Policy, context: CheckContext): { checks: Check[]; findings: Finding[] } {
  const set = {
    version: policy.version,
    statements: usableEntries(policy).map(({ statement }) => statement),
  };
  const { externalId, ids, checks } = runProbes(set, context);
  const outcome = determineOutcome(checks);
  const correct = decide(set, context, { externalId });
  const allowing = usableEntries(policy, 'Allow').find(
    ({ statement }) => applies(statement, policy.version, context, { externalId }) === true,
  )?.entry;
  const unsafe = findUnsafeAllows({ policy, context, ids, isVendorAllowed: outcome !== 'not_assumable' });
  const found = [
    ...findDenyHits(policy, context),
    ...unsafe,
    ...(correct === 'allowed' ? [] : findDenials({ policy, context, externalId })),
    ...findOtherExternalIds(policy, context, unsafe),
    ...findUnknownConditions(policy, context, ids),
    ...findWarnings(policy, context),
    ...(correct === 'allowed' ? findExpiry(policy, context, externalId) : []),
    ...findMissingSuccessor(set, allowing, context),
    ...(correct === 'denied' ? [] : findMissingActions(set, allowing, context, externalId)),
  ];
  return { checks, findings: [...found, ...explainResult(outcome, checks, found, policy)] };
}

/** Tests the successor of a rotation first, and the current ID if it is denied, as a verification does. */
function runProbes(
  set: StatementSet,
  context: CheckContext,
): { externalId: string; ids: ProbeExternalIds; checks: Check[] } {
  const runs = context.externalIds.toReversed().map((externalId) => {
    const ids = generateProbeExternalIds(externalId);
    return { externalId, ids, checks: evaluateProbes(set, context, ids) };
  });
  const run = runs.find(({ checks }) => determineOutcome(checks) !== 'not_assumable') ?? runs.at(-1);
  if (!run) throw new Error('a policy check requires at least one external ID');
  return run;
}

/** A general finding for a result that no other finding explains. */
function explainResult(
  outcome: Outcome,
  checks: readonly Check[],
  found: readonly Finding[],
  policy: Policy,
): Finding[] {
  const areAllUsable = policy.entries.every(({ usable }) => usable !== null);
  if (found.some(isError) || !areAllUsable) return [];
  if (outcome === 'not_assumable') return [finding('not_admitted', [])];
  return checks.flatMap(({ probe, observed }) =>
    isNegativeProbe(probe) && observed === 'allowed'
      ? [finding('opens_without_right_id', [], { probe })]
      : [],
  );
}
