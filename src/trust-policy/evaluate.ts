import type { Answer } from './compare.ts';
import { all, conditionHolds } from './condition.ts';
import { principalMatches } from './principal.ts';
import { type RequestKeys, requestKeys, type TrustRequest } from './request-keys.ts';
import type { ActionElement, Statement, TrustPolicy } from './trust-policy.ts';
import { matches, wildcardPattern } from './wildcard.ts';

/** What a trust policy says to a request, and why. */
export interface TrustEvaluation {
  readonly decision: 'allowed' | 'denied';
  readonly reason: 'statement_allows' | 'statement_denies' | 'nothing_allows';
  /** The statement that decided; `null` when nothing allows. */
  readonly decidedBy: { readonly index: number; readonly sid: string | null } | null;
  readonly statements: readonly StatementOutcome[];
}

export interface StatementOutcome {
  readonly index: number;
  readonly sid: string | null;
  readonly effect: 'Allow' | 'Deny';
  readonly applies: boolean;
  /** The parts that kept it from applying, or were not understood; conditions by their path in the document. */
  readonly unmet: readonly { readonly part: 'principal' | 'action' | 'condition'; readonly path: string }[];
}

/**
 * Decides as IAM does: an explicit deny wins, then an allow, else denied (Policy evaluation logic).
 *
 * Where a part is not understood it fails closed: such an Allow does not apply, and such a Deny does, unless another
 * of its parts rules it out.
 */
export function evaluateTrustPolicy(policy: TrustPolicy, request: TrustRequest): TrustEvaluation {
  const keys = requestKeys(request);
  const variables = policy.version === '2012-10-17';
  const statements = policy.statements.map((statement) => outcome(statement, request, keys, variables));
  const deny = statements.find(({ effect, applies }) => effect === 'Deny' && applies);
  const allow = statements.find(({ effect, applies }) => effect === 'Allow' && applies);
  const decider = deny ?? allow;
  return {
    decision: decider !== undefined && decider === allow ? 'allowed' : 'denied',
    reason: deny ? 'statement_denies' : allow ? 'statement_allows' : 'nothing_allows',
    decidedBy: decider === undefined ? null : { index: decider.index, sid: decider.sid },
    statements,
  };
}

function outcome(
  statement: Statement,
  request: TrustRequest,
  keys: RequestKeys,
  variables: boolean,
): StatementOutcome {
  const { index, path, sid, effect } = statement;
  const parts: { part: 'principal' | 'action' | 'condition'; path: string; answer: Answer }[] = [
    { part: 'principal', path, answer: principalMatches(statement.principals, request.principal) },
    { part: 'action', path, answer: actionMatches(statement.actions, request.action) },
    ...statement.conditions.map((condition) => ({
      part: 'condition' as const,
      path: condition.path,
      answer: conditionHolds(condition, keys, variables),
    })),
  ];
  const answer = all(parts.map((part) => part.answer));
  return {
    index,
    sid,
    effect,
    applies: effect === 'Allow' ? answer === true : answer !== false,
    unmet: parts.filter((part) => part.answer !== true).map((part) => ({ part: part.part, path: part.path })),
  };
}

function actionMatches({ negated, patterns }: ActionElement, action: string): boolean {
  const named = patterns.some((pattern) =>
    matches(wildcardPattern(pattern.toLowerCase()), action.toLowerCase()),
  );
  return named !== negated;
}
