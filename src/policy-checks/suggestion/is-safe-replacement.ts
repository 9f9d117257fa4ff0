import type { CallerPrincipal } from '../../trust-policy/conditions/request-context.ts';
import { parseTrustPolicy } from '../../trust-policy/parse/parse.ts';
import { classifyPrincipal } from '../../trust-policy/principal.ts';
import type { Statement, TrustPolicy } from '../../trust-policy/trust-policy.ts';
import { validateForCreation } from '../../trust-policy/validate-for-creation.ts';
import { type Analysis, analyzePolicy } from '../analyze.ts';
import type { CheckContext } from '../context.ts';
import { applies, decide, type RoleRequest, type StatementSet } from '../evaluate.ts';
import { isExternalIdKey } from '../external-id-key.ts';
import { isError, statementOf } from '../findings/finding.ts';
import { callerOf, namedArns, strangerRequests } from '../identities.ts';
import type { JsonObject } from '../json-values.ts';
import { type Policy, usableEntries } from '../policy.ts';
import { accountOf } from '../target.ts';

/** What a suggested policy is compared with. */
interface Before {
  policy: Policy | undefined;
  analysis: Analysis;
  context: CheckContext;
}

/** Keeps the work bounded; each principal is tested with several external IDs and actions. */
const MAX_PRINCIPALS = 16;
const MAX_EXTERNAL_IDS = 6;

/**
 * Whether a suggested policy passes the check, IAM accepts it, and nobody named anywhere in the document nor a stranger
 * gains or loses access by it, except through a statement that an error names.
 */
export function isSafeReplacement(suggested: JsonObject, before: Before): boolean {
  const { context, policy } = before;
  const parsed = parseTrustPolicy(suggested);
  if (!policy || !parsed.ok || !isAcceptedByIam(parsed.policy, context)) return false;
  const again = analyzePolicy(suggested, context);
  const isRight = again.verdict === 'safe' && !again.findings.some(isError);
  return isRight && keepsAccess(policy, parsed.policy, before);
}

function isAcceptedByIam(policy: TrustPolicy, { vendor }: CheckContext): boolean {
  const principals = policy.statements.flatMap((statement) => statement.principals.entries);
  return (
    validateForCreation(policy, vendor.partition).length === 0 &&
    principals.every(({ type, value }) => type !== 'AWS' || classifyPrincipal(value) !== 'unique-id')
  );
}

function keepsAccess(policy: Policy, after: TrustPolicy, { analysis, context }: Before): boolean {
  const old = usableEntries(policy).map(({ statement }) => statement);
  const named = new Set(analysis.findings.filter(isError).map(statementOf));
  const unchanged = new Set(after.statements.map(contentOf));
  const removed = old.filter((statement) => !unchanged.has(contentOf(statement)));
  const kept = new Set(old.map(contentOf));
  const added = after.statements.filter((statement) => !kept.has(contentOf(statement)));
  const sets = { before: { version: policy.version, statements: old }, after };
  return testRequests([...old, ...after.statements], context).every((request) => {
    const concerned = (statements: readonly Statement[], { version }: StatementSet) =>
      statements.filter((statement) => applies(statement, version, context, request) !== false);
    const [lost, gained] = [concerned(removed, sets.before), concerned(added, sets.after)];
    if (lost.length + gained.length === 0) return true;
    if (decide(sets.before, context, request) === decide(sets.after, context, request)) return true;
    // The vendor's own account may gain what the setup kit's statement allows.
    if (request.principal?.accountId === context.vendor.accountId) return true;
    return lost.length > 0 && lost.every(({ index }) => named.has(index));
  });
}

/** Everything that decides about requests: not the position, nor the Sid. */
const contentOf = ({ effect, principals, actions, conditions }: Statement): string =>
  JSON.stringify([
    effect,
    principals.entries.map(({ type, value }) => [type, value]),
    actions,
    conditions.map(({ operator, key, values }) => [operator.name, key, values]),
  ]);

/** Requests of everyone whom the statements name, and of a stranger, with every external ID that they name and others. */
function testRequests(statements: readonly Statement[], context: CheckContext): RoleRequest[] {
  const conditions = statements.flatMap((statement) => statement.conditions);
  const accounts = conditions
    .filter(({ key }) => /^aws:principalaccount$/i.test(key))
    .flatMap(({ values }) => values);
  const arns = [
    ...statements.flatMap(namedArns),
    ...accounts.map((account) => `arn:${context.vendor.partition}:iam::${account}:root`),
  ];
  const principals = new Map(
    arns.flatMap((arn): [string, CallerPrincipal][] => {
      const account = /^\d{12}$/.test(arn) ? arn : accountOf(arn);
      const isWhole = account !== undefined && !arn.includes('/');
      const caller = callerOf(isWhole ? `arn:${context.vendor.partition}:iam::${account}:role/x` : arn);
      return caller ? [[String(caller.arn), caller]] : [];
    }),
  );
  const externalIds = conditions.filter(isExternalIdKey).flatMap(({ values }) => values);
  const ids = [null, context.externalIds[0], 'another-external-id', ...externalIds];
  const callers = [...principals.values()].slice(0, MAX_PRINCIPALS);
  const strangers = strangerRequests(context)
    .flatMap(({ principal }) => principal ?? [])
    .slice(0, 1);
  return [...strangers, ...callers].flatMap((principal) =>
    [...new Set(ids)].slice(0, MAX_EXTERNAL_IDS).flatMap((externalId) =>
      ['sts:AssumeRole', 'sts:TagSession'].map((action) => ({
        principal,
        externalId,
        action,
        isStranger: true,
      })),
    ),
  );
}
