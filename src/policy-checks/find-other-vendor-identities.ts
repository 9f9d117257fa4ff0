import type { CallerPrincipal } from '../trust-policy/conditions/request-context.ts';
import type { Statement } from '../trust-policy/trust-policy.ts';
import {
  type AnalysisContext,
  statementLabel,
  toStatementSet,
  withoutUnknownConditions,
} from './analysis-context.ts';
import { accountOf, classifyStatement, hasWildcardPrincipal } from './classify-statement.ts';
import { isAllowed } from './evaluate-probes.ts';
import { quoteValue } from './json-values.ts';
import type { StatementEntry } from './policy-document.ts';
import { externalIdConditionJson, type PolicyRequirements } from './requirements.ts';

/**
 * Finds statements that allow another identity in the vendor's account without the external ID. That identity can be
 * tricked into assuming the role for the wrong customer as well, and the probes cannot detect it because they all use
 * one identity.
 */
export function findOtherVendorIdentities(
  entry: StatementEntry,
  statement: Statement,
  context: AnalysisContext,
): void {
  const { requirements, supportsVariables, probeExternalIds, isDenied, findings } = context;
  if (statement.effect !== 'Allow') return;
  if (classifyStatement(statement, requirements, supportsVariables) === 'others') return;
  // A finding with probes covers the identity that calls, and has the same fix.
  if (findings.forStatement(entry.index).some(({ probes }) => probes.length > 0)) return;
  const set = toStatementSet(withoutUnknownConditions(statement, requirements), context);
  const allowed = identitiesToTest(statement, requirements).find((principal) =>
    [probeExternalIds.missing, probeExternalIds.wrong, probeExternalIds.extended].some((externalId) => {
      const request = { externalId, principal };
      return !isDenied(request) && isAllowed(set, requirements, request);
    }),
  );
  if (!allowed) return;
  findings.add('external_id_not_demanded', entry.path, {
    message: `${statementLabel(entry)} allows other identities in our account, such as ${quoteValue(allowed.arn)}, without your external ID. Anyone who gives us the ARN of this role could then reach it through one of them, whatever other statements require.`,
    fix: `Add to its Condition: ${externalIdConditionJson(requirements)}. If another statement already allows us, remove this one.`,
    statementIndex: entry.index,
  });
}

const MAX_TESTED_IDENTITIES = 8;

/** The identities in the vendor's account that a statement names as principals or in a condition on the caller. */
function identitiesToTest(
  { principals, conditions }: Statement,
  { vendor }: PolicyRequirements,
): CallerPrincipal[] {
  const { accountId, partition } = vendor;
  const principalArns = principals.entries.filter(({ type }) => type === 'AWS').map(({ value }) => value);
  const conditionArns = conditions
    .filter(({ key }) => key.toLowerCase() === 'aws:principalarn')
    .flatMap(({ values }) => values.map((value) => value.replace(/[*?]/g, 'x')));
  const mayMatchOthers =
    principalArns.some((value) => accountOf(value) === accountId) || hasWildcardPrincipal({ principals });
  const arns = [
    ...principalArns,
    ...(mayMatchOthers ? [...conditionArns, `arn:${partition}:iam::${accountId}:role/x`] : []),
  ];
  return arns
    .filter(
      (arn) => arn.startsWith(`arn:${partition}:`) && accountOf(arn) === accountId && !arn.endsWith(':root'),
    )
    .slice(0, MAX_TESTED_IDENTITIES)
    .map((arn) => {
      const type = arn.includes(':user/') ? 'user' : 'role';
      return { type, arn, sessionArn: arn, accountId, partition };
    });
}
