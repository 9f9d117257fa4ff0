import { principalMatches } from '../trust-policy/principal.ts';
import type { Statement } from '../trust-policy/trust-policy.ts';
import { admits, type Rules } from './ask.ts';
import { concernOf } from './concern.ts';
import { principalPath } from './find-refusals.ts';
import type { Findings } from './finding.ts';
import { said } from './shape.ts';
import type { Slot } from './statements.ts';
import { brokerOf, idsJson, rootArn, type Subject } from './subject.ts';

/** What works and is worth knowing about a statement that lets us in. */
export function findRemarks(
  slot: Slot,
  statement: Statement,
  subject: Subject,
  variables: boolean,
  findings: Findings,
): void {
  if (statement.effect !== 'Allow' || concernOf(statement, subject, variables) !== 'admits') return;
  remarkPrincipals(slot, statement, subject, findings);
  const { negated, patterns } = statement.actions;
  if (negated) {
    findings.add('not_action', [...slot.at, 'NotAction'], {
      message: 'NotAction allows everything that it does not name.',
      fix: 'Write "Action": "sts:AssumeRole".',
    });
  } else if (patterns.some((pattern) => /[*?]/.test(pattern))) {
    findings.add('broad_action', [...slot.at, 'Action'], {
      message: `${patterns.map(said).join(', ')} allows more than assuming the role, such as setting tags and identities of the session.`,
      fix: 'Write "Action": "sts:AssumeRole".',
    });
  }
}

function remarkPrincipals(slot: Slot, statement: Statement, subject: Subject, findings: Findings): void {
  const broker = brokerOf(subject);
  const { entries } = statement.principals;
  const others = entries.filter(
    (entry) => principalMatches({ negated: false, entries: [entry] }, broker) !== true,
  );
  for (const { value, path } of entries) {
    if (value !== subject.vendor.brokerRoleArn) continue;
    findings.add('role_principal', principalPath(slot, path), {
      message:
        'This names our role itself. AWS remembers the role by an internal ID: when we have to make it again, under the same name, your role does not let it in any more.',
      fix: `Write "${rootArn(subject)}", and narrow it by "StringEquals": {"aws:PrincipalArn": "${value}"}.`,
    });
  }
  if (others.length === 0 || entries.some(({ value }) => value === '*')) return;
  findings.add('other_accounts', [...slot.at, 'Principal'], {
    message: `The same statement also trusts ${others
      .slice(0, 3)
      .map(({ value }) => said(value))
      .join(
        ', ',
      )}${others.length > 3 ? ' and others' : ''}, on the same conditions: with your external ID, which is no secret, they get in as well.`,
    fix: 'Give each of them a statement of its own, with an external ID of its own, or remove those that you do not know.',
  });
}

/** Whether a rotation has reached this policy. */
export function findSuccessor(
  rules: Rules,
  through: Slot | undefined,
  subject: Subject,
  findings: Findings,
): void {
  const [current, successor] = subject.externalIds;
  if (successor === undefined || !admits(rules, subject, { externalId: current })) return;
  if (admits(rules, subject, { externalId: successor })) return;
  findings.add('successor_missing', through?.at ?? ['Statement'], {
    message: `Your external ID is being replaced. The policy lets us in with the old one, "${current}", and not yet with the new one, "${successor}".`,
    fix: `Until the change is finished list both: "sts:ExternalId": ${idsJson(subject)}.`,
    mends: through?.index ?? null,
  });
}

/** What the access profile needs besides assuming the role. */
export function findNeeds(
  rules: Rules,
  through: Slot | undefined,
  externalId: string,
  subject: Subject,
  findings: Findings,
): void {
  for (const action of subject.needs) {
    if (admits(rules, subject, { externalId, action })) continue;
    const tags = action === 'sts:TagSession';
    findings.add(
      tags ? 'tag_session_missing' : 'source_identity_missing',
      [...(through?.at ?? ['Statement']), 'Action'],
      {
        message: `The access profile ${tags ? 'tags its sessions' : 'names a source identity for its sessions'}; AWS then also asks for ${action}, which this policy does not allow. The role can be verified, but not used.`,
        fix: `Write "Action": ${JSON.stringify(['sts:AssumeRole', ...subject.needs]).replaceAll(',', ', ')}.`,
        mends: through?.index ?? null,
      },
    );
  }
}
