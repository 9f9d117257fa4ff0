import type { CallerPrincipal } from '../../trust-policy/conditions/request-context.ts';
import type { Analysis } from '../analyze.ts';
import { isExternalIdKey } from '../condition-keys.ts';
import type { Decision, PolicyEvaluator, RoleRequest } from '../evaluate.ts';
import { isError } from '../findings/catalogue/catalogue.ts';
import { statementOf } from '../findings/finding.ts';
import type { UsableStatement } from '../policy.ts';
import { callerOf, namedPrincipals, strangersTo } from '../principals.ts';

/** Keeps the work bounded; each principal is tested with several external IDs and actions. */
const MAX_PRINCIPALS = 16;
const MAX_EXTERNAL_IDS = 6;

/**
 * Whether a suggested policy passes the check, IAM accepts it, and nobody named anywhere in the document nor a stranger
 * gains or loses access by it, except through a statement that an error names.
 */
export function isSafeReplacement(before: Analysis, { verdict, findings, evaluator }: Analysis): boolean {
  // IAM shows the unique ID of a deleted principal, but does not save it again.
  const isAccepted = !findings.some((one) => isError(one) || one.code === 'deleted_principal');
  if (verdict !== 'safe' || !isAccepted || !evaluator || !before.evaluator) return false;
  const named = new Set(before.findings.filter(isError).map(statementOf));
  return keepsAccess(before.evaluator, evaluator, named);
}

function keepsAccess(
  before: PolicyEvaluator,
  after: PolicyEvaluator,
  named: ReadonlySet<number | undefined>,
): boolean {
  const removed = statementsWithout(before, after);
  const added = statementsWithout(after, before);
  return testRequests(before, after).every((request) => {
    const changed = removed.filter((statement) => before.applies(statement, request) !== false);
    if (changed.length === 0 && !added.some((one) => after.applies(one, request) !== false)) return true;
    const from = DECISIONS.indexOf(before.decide(request));
    const to = DECISIONS.indexOf(after.decide(request));
    // The vendor's own account may gain what the setup kit's statement allows.
    if (from === to || request.principal?.accountId === before.context.vendor.accountId) return true;
    // An Allow that is gone explains why somebody loses access, and a Deny why somebody gains it.
    const reasons = changed.filter(({ effect }) => effect === (to < from ? 'Allow' : 'Deny'));
    return reasons.length > 0 && reasons.every(({ index }) => named.has(index));
  });
}

/** From the least access to the most. */
const DECISIONS: readonly Decision[] = ['denied', 'unknown', 'allowed'];

/** The statements of one policy that the other does not have. The position and the Sid decide nothing. */
function statementsWithout(policy: PolicyEvaluator, other: PolicyEvaluator): UsableStatement[] {
  const contentOf = ({ json }: UsableStatement) => JSON.stringify({ ...json, Sid: undefined });
  const common = new Set(other.statements.map(contentOf));
  return policy.statements.filter((statement) => !common.has(contentOf(statement)));
}

/** Requests of everyone whom the statements name, and of a stranger, with every external ID that they name and others. */
function testRequests(before: PolicyEvaluator, after: PolicyEvaluator): RoleRequest[] {
  const { context } = before;
  const statements = [...before.statements, ...after.statements];
  const named = statements
    .flatMap(namedPrincipals)
    .flatMap((principal) => callerOf(principal, context.vendor.partition) ?? [])
    .map((caller): [string, CallerPrincipal] => [String(caller.arn), caller]);
  const callers = [...new Map(named).values()].slice(0, MAX_PRINCIPALS);
  const inConditions = statements
    .flatMap(({ conditions }) => conditions.filter(isExternalIdKey))
    .flatMap(({ values }) => values);
  const externalIds = new Set([null, context.externalIds[0], 'another-external-id', ...inConditions]);
  return [...strangersTo(context), ...callers].flatMap((principal) =>
    [...externalIds].slice(0, MAX_EXTERNAL_IDS).flatMap((externalId) =>
      ['sts:AssumeRole', 'sts:TagSession'].map((action) => ({
        principal,
        externalId,
        action,
        isStranger: true,
      })),
    ),
  );
}
