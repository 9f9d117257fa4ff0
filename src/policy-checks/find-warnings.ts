import type { AttributeAction } from '../broker/session-attributes.ts';
import { principalMatches } from '../trust-policy/principal.ts';
import type { Statement } from '../trust-policy/trust-policy.ts';
import { classifyStatement } from './classify-statement.ts';
import { canAssumeRole, isAllowed, type StatementSet } from './evaluate-probes.ts';
import type { Findings } from './finding.ts';
import { quoteValue } from './json-values.ts';
import { principalPath, type StatementEntry } from './policy-document.ts';
import { externalIdsJson, type PolicyRequirements, vendorPrincipal, vendorRootArn } from './requirements.ts';

/** Adds warnings about a statement that allows the vendor but is broader or more fragile than necessary. */
export function findWarnings(
  entry: StatementEntry,
  statement: Statement,
  requirements: PolicyRequirements,
  supportsVariables: boolean,
  findings: Findings,
): void {
  if (statement.effect !== 'Allow') return;
  if (classifyStatement(statement, requirements, supportsVariables) !== 'vendor') return;
  addPrincipalWarnings(entry, statement, requirements, findings);
  const { negated, patterns } = statement.actions;
  if (negated) {
    findings.add('not_action', [...entry.path, 'NotAction'], {
      message: 'NotAction allows every action that it does not name.',
      fix: 'Write "Action": "sts:AssumeRole".',
    });
  } else if (patterns.some((pattern) => /[*?]/.test(pattern))) {
    findings.add('broad_action', [...entry.path, 'Action'], {
      message: `${patterns.map(quoteValue).join(', ')} allows more than assuming the role, such as setting session tags and a source identity.`,
      fix: 'Write "Action": "sts:AssumeRole".',
    });
  }
}

function addPrincipalWarnings(
  entry: StatementEntry,
  statement: Statement,
  requirements: PolicyRequirements,
  findings: Findings,
): void {
  const { entries: principals } = statement.principals;
  for (const { value, path } of principals) {
    if (value !== requirements.vendor.brokerRoleArn) continue;
    findings.add('role_principal', principalPath(entry, path), {
      message:
        'This principal is our role itself. AWS stores the unique ID of the role, not its name: if we have to recreate it, your role no longer trusts it.',
      fix: `Write "${vendorRootArn(requirements)}", and narrow it with "StringEquals": {"aws:PrincipalArn": "${value}"}.`,
    });
  }
  const vendor = vendorPrincipal(requirements);
  const others = principals.filter(
    (principal) => principalMatches({ negated: false, entries: [principal] }, vendor) !== true,
  );
  if (others.length === 0 || principals.some(({ value }) => value === '*')) return;
  const names = others.slice(0, 3).map(({ value }) => quoteValue(value));
  const list = `${names.join(', ')}${others.length > 3 ? ' and others' : ''}`;
  findings.add('other_accounts', [...entry.path, 'Principal'], {
    message: `The same statement also trusts ${list} on the same conditions. With your external ID, which is not a secret, they can assume the role as well.`,
    fix: 'Give each of them a separate statement with a separate external ID, or remove those that you do not know.',
  });
}

/** Adds a warning if a rotation is in progress and the policy does not accept the successor yet. */
export function findMissingSuccessor(
  set: StatementSet,
  allowing: StatementEntry | undefined,
  requirements: PolicyRequirements,
  findings: Findings,
): void {
  const [current, successor] = requirements.externalIds;
  if (successor === undefined || !canAssumeRole(set, requirements, current)) return;
  if (canAssumeRole(set, requirements, successor)) return;
  findings.add('successor_missing', allowing?.path ?? ['Statement'], {
    message: `Your external ID is being replaced. The policy accepts the old one, "${current}", but not yet the new one, "${successor}".`,
    fix: `Until the rotation is complete, list both: "sts:ExternalId": ${externalIdsJson(requirements)}.`,
    statementIndex: allowing?.index ?? null,
  });
}

/** Adds an error for each action for session attributes that the policy does not allow. */
export function findMissingActions(
  set: StatementSet,
  allowing: StatementEntry | undefined,
  externalId: string,
  requirements: PolicyRequirements,
  findings: Findings,
): void {
  for (const action of requirements.sessionActions) {
    if (isAllowed(set, requirements, { externalId, action })) continue;
    const code = action === 'sts:TagSession' ? 'tag_session_missing' : 'source_identity_missing';
    const actions = JSON.stringify(['sts:AssumeRole', ...requirements.sessionActions]);
    findings.add(code, [...(allowing?.path ?? ['Statement']), 'Action'], {
      message: explainMissingAction(action, requirements),
      fix: `Write "Action": ${actions.replaceAll(',', ', ')}.`,
      statementIndex: allowing?.index ?? null,
    });
  }
}

const ATTRIBUTE_LABELS: Record<AttributeAction, string> = {
  'sts:TagSession': 'session tags',
  'sts:SetSourceIdentity': 'a source identity',
};

function explainMissingAction(action: AttributeAction, { passedOnActions }: PolicyRequirements): string {
  const label = ATTRIBUTE_LABELS[action];
  return passedOnActions.includes(action)
    ? `Our own session in AWS has ${label}. AWS carries session attributes over to every role that we assume, and requires ${action} for that. This policy does not allow it, so AWS denies us the role even with the correct external ID.`
    : `The access profile sets ${label}, which requires ${action}. This policy does not allow it, so the role can be verified but not used.`;
}
