import { isError } from './findings/catalogue/catalogue.ts';
import type { CaseResult } from './findings/catalogue/text.ts';
import { type Finding, finding, withoutDuplicates } from './findings/finding.ts';
import type { Verdict } from './verdict.ts';

interface CaseAnalysis {
  verdict: Verdict;
  findings: Finding[];
  pasted: { conditions?: ReadonlyMap<string, boolean> };
}

/** The result that a policy has is the first of these that one of its cases has. */
const RESULTS = ['errors', 'open', 'right', 'not_assumable'] as const satisfies readonly (
  | CaseResult
  | 'right'
)[];

type Result = (typeof RESULTS)[number];

function resultOf({ verdict, findings }: CaseAnalysis): Result {
  if (verdict === 'invalid') return 'errors';
  if (verdict === 'not_assumable') return verdict;
  if (verdict === 'unsafe') return 'open';
  return findings.some(isError) ? 'errors' : 'right';
}

/**
 * Combines the analyses of a policy in each case of its template's conditions. It is safe only if it is in every case, and a
 * case with an error is enough for that error. A case that only denies the vendor is a warning beside one that allows it,
 * because templates for several stages have both.
 */
export function combineCases<Analysis extends CaseAnalysis>(analyses: readonly Analysis[]): Analysis {
  const results = analyses.map(resultOf);
  const found = RESULTS.find((result) => results.includes(result));
  const isIncluded = (result: Result) => result === found || result !== 'not_assumable';
  const included = analyses.filter((_, i) => isIncluded(results[i] as Result));
  const [worst] = included.toSorted((one, other) => rankOf(one) - rankOf(other));
  if (!worst) throw new Error('a pasted policy has at least one case');
  const differing = RESULTS.filter((result) => result !== 'right' && results.includes(result));
  const cases =
    new Set(results).size === 1
      ? []
      : differing.map((result) => describe(result as CaseResult, analyses, results));
  const isSafe = worst.verdict === 'safe' && included.length === analyses.length;
  return {
    ...worst,
    verdict: worst.verdict === 'safe' && !isSafe ? 'undetermined' : worst.verdict,
    findings: withoutDuplicates([...cases, ...[worst, ...included].flatMap(({ findings }) => findings)]),
  };
}

/** From the worst to the best. */
const VERDICTS: readonly Verdict[] = ['invalid', 'unsafe', 'not_assumable', 'undetermined', 'safe'];

const rankOf = ({ verdict }: CaseAnalysis): number => VERDICTS.indexOf(verdict);

/** Names the conditions that lead to a result: those that are the same in each such case, if no other case has them. */
function describe(
  result: CaseResult,
  analyses: readonly CaseAnalysis[],
  results: readonly Result[],
): Finding {
  const all = analyses.map(({ pasted }) => [...(pasted.conditions ?? [])]);
  const having = all.filter((_, i) => results[i] === result);
  const [first = [], ...others] = having;
  const common = first.filter(([name, value]) => others.every((one) => new Map(one).get(name) === value));
  const isMet = (one: typeof first) => common.every(([name, value]) => new Map(one).get(name) === value);
  const isDecisive = all.filter(isMet).length === having.length;
  const details = { result, conditions: isDecisive ? common : first };
  return finding('template_condition', [], details, result === 'not_assumable' ? 'warning' : 'error');
}
