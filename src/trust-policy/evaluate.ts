import { evaluateCondition } from './conditions/evaluate-condition.ts';
import {
  type AuthorizationRequest,
  buildRequestContext,
  type RequestContext,
} from './conditions/request-context.ts';
import { matchesPattern, wildcardPattern } from './conditions/wildcard.ts';
import { principalMatches } from './principal.ts';
import type { ActionElement, Statement, TrustPolicy } from './trust-policy.ts';
import { all, any, not, type Truth } from './truth.ts';

/** The decision of a trust policy about a request, with its reason. */
export interface TrustEvaluation {
  /** `unknown` only if the request leaves values open. */
  readonly decision: 'allowed' | 'denied' | 'unknown';
  readonly reason: 'statement_allows' | 'statement_denies' | 'nothing_allows';
  /** The statement that decided; `null` when no statement applies. */
  readonly decidedBy: { readonly index: number; readonly sid: string | null } | null;
  readonly statements: readonly StatementOutcome[];
}

interface StatementOutcome {
  readonly index: number;
  readonly sid: string | null;
  readonly effect: 'Allow' | 'Deny';
  readonly applies: boolean | 'unknown';
  /** The parts that do not match or are unsupported. The path of a condition is its position in the document. */
  readonly unmet: readonly { readonly part: 'principal' | 'action' | 'condition'; readonly path: string }[];
}

/**
 * Decides as IAM does: an explicit deny wins, then an allow; otherwise the request is denied (Policy evaluation logic).
 *
 * A part of the request that is not known makes the decision unknown, unless it is the same in every case.
 * Unsupported elements fail closed, unless another part of their statement does not match: an Allow that contains one
 * does not apply, and a Deny that contains one does.
 */
export function evaluateTrustPolicy(policy: TrustPolicy, request: AuthorizationRequest): TrustEvaluation {
  const context = buildRequestContext(request);
  const hasVariables = policy.version === '2012-10-17';
  const statements = policy.statements.map((statement) =>
    evaluateStatement(statement, request, context, hasVariables),
  );
  const outcomesOf = (effect: 'Allow' | 'Deny') => statements.filter((one) => one.effect === effect);
  const deny = outcomesOf('Deny').find(({ applies }) => applies === true);
  const allow = outcomesOf('Allow').find(({ applies }) => applies === true);
  const decider = deny ?? allow;
  const isAllowed = all([
    any(outcomesOf('Allow').map(({ applies }) => applies)),
    not(any(outcomesOf('Deny').map(({ applies }) => applies))),
  ]);
  return {
    decision: isAllowed === true ? 'allowed' : isAllowed === 'unknown' ? 'unknown' : 'denied',
    reason: deny ? 'statement_denies' : allow ? 'statement_allows' : 'nothing_allows',
    decidedBy: decider === undefined ? null : { index: decider.index, sid: decider.sid },
    statements,
  };
}

function evaluateStatement(
  statement: Statement,
  request: AuthorizationRequest,
  context: RequestContext,
  hasVariables: boolean,
): StatementOutcome {
  const { index, path, sid, effect } = statement;
  const parts: { part: 'principal' | 'action' | 'condition'; path: string; isMet: Truth }[] = [
    { part: 'principal', path, isMet: principalMatches(statement.principals, request.principal) },
    { part: 'action', path, isMet: actionMatches(statement.actions, request.action) },
    ...statement.conditions.map((condition) => ({
      part: 'condition' as const,
      path: condition.path,
      isMet: evaluateCondition(condition, context, hasVariables),
    })),
  ];
  // An unsupported part fails closed by itself, so that one that is not known beside it cannot open the statement.
  const isDeny = effect === 'Deny';
  return {
    index,
    sid,
    effect,
    applies: all(parts.map(({ isMet }) => isMet ?? isDeny)) ?? isDeny,
    unmet: parts.filter(({ isMet }) => isMet !== true).map(({ part, path }) => ({ part, path })),
  };
}

function actionMatches({ negated, patterns }: ActionElement, action: string): boolean {
  const isNamed = patterns.some((pattern) =>
    matchesPattern(wildcardPattern(pattern.toLowerCase()), action.toLowerCase()),
  );
  return isNamed !== negated;
}
