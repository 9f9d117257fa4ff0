import { Problem, type ProblemCode } from '../http/problem.ts';
import type { MessageKey } from './messages/languages.ts';
import type { PageContext } from './page-context.ts';

type ProblemTextKey = Extract<MessageKey, `problem.${string}`>;

/** Codes that mean something else on the page than in the API, or that customers see often. */
const TEXTS: Partial<Record<ProblemCode, Exclude<ProblemTextKey, 'problem.partition' | 'problem.request'>>> =
  {
    forbidden: 'problem.crossSite',
    not_found: 'problem.not_found',
    conflict: 'problem.conflict',
    tenant_not_active: 'problem.tenant_not_active',
    body_too_large: 'problem.body_too_large',
    rate_limited: 'problem.rate_limited',
  };

/** The text of an error in the language of the page: its own message, or else what its code means to customers. */
export function problemText({ t, translate, vendorName: vendor }: PageContext, problem: Problem): string {
  const { code, status, detailMessage } = problem;
  const fallback = status >= 500 ? 'problem.unavailable' : 'problem.validation_failed';
  const text = detailMessage === undefined ? null : translate(detailMessage);
  return text ?? t(TEXTS[code] ?? fallback, { vendor });
}

/** The same error with the text of the page, for the page's script. */
export function translateProblem(context: PageContext, problem: Problem): Problem {
  const { code, retryAfterSeconds, headers, cause } = problem;
  return new Problem(code, problemText(context, problem), {
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    headers,
    cause,
  });
}
