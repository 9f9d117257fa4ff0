import { principalMatches } from '../trust-policy/principal.ts';
import type { Condition, Statement } from '../trust-policy/trust-policy.ts';
import { admits } from './ask.ts';
import { compareId, isSlipOf } from './compare-id.ts';
import { accountOf, concernOf, holdsForUs, isIdKey } from './concern.ts';
import { sayUnmetCondition } from './condition-words.ts';
import type { FindingCode, Findings, Path } from './finding.ts';
import { said } from './shape.ts';
import { conditionPath, type Slot } from './statements.ts';
import { brokerOf, conditionJson, rootArn, type Subject } from './subject.ts';

interface Scene {
  variables: boolean;
  subject: Subject;
  /** The ID that was tried. */
  externalId: string;
  findings: Findings;
}

/** Why nobody of the vendor is let in with the right ID: of each statement that is about us, what keeps it from it. */
export function findRefusals(slots: readonly Slot[], scene: Scene): void {
  const { subject, variables, findings } = scene;
  const about = slots.filter(
    ({ usable }) =>
      usable?.statement.effect === 'Allow' && concernOf(usable.statement, subject, variables) !== 'others',
  );
  // A statement for further actions, such as sts:TagSession, often stands beside the one that matters.
  const assuming = about.filter(({ usable }) => usable && allowsAssuming(usable.statement, scene));
  for (const slot of assuming.length > 0 ? assuming : about) {
    const { statement } = slot.usable as NonNullable<Slot['usable']>;
    findPrincipal(slot, statement, scene);
    findAction(slot, statement, scene);
    for (const condition of statement.conditions) {
      if (!holdsForUs(condition, subject, scene.externalId, variables)) findCondition(slot, condition, scene);
    }
  }
  // What a statement that cannot be read says of us nobody knows.
  const all = slots.every(({ usable }) => usable !== null);
  if (about.length === 0 && all && !findings.errors().some(({ mends }) => mends !== null)) {
    findings.add('vendor_not_trusted', ['Statement'], {
      message: `No statement lets us in: none names our account ${subject.vendor.accountId}.`,
      fix: `Add the statement for "${rootArn(subject)}" as the suggested policy has it.`,
    });
  }
}

function findPrincipal(slot: Slot, statement: Statement, { subject, findings }: Scene): void {
  const broker = brokerOf(subject);
  if (principalMatches(statement.principals, broker) === true) return;
  const named = statement.principals.entries.filter(({ type }) => type === 'AWS');
  if (named.length === 0) {
    findings.add('vendor_not_trusted', [...slot.at, 'Principal'], {
      message:
        'This statement has our ID, but trusts only services or identity providers. We call as an AWS account.',
      fix: `Write "Principal": {"AWS": "${rootArn(subject)}"}.`,
      mends: slot.index,
    });
  }
  // Beside an entry that is nearly ours the others are somebody else's.
  const nearly = named.filter(({ value }) => isNearly(value, subject));
  for (const { value, path } of nearly.length > 0 ? nearly : named) {
    const [code, message] = whyNotUs(value, subject);
    findings.add(code, principalPath(slot, path), {
      message,
      fix: `Write "${rootArn(subject)}".`,
      mends: slot.index,
    });
  }
}

function isNearly(value: string, { vendor }: Subject): boolean {
  const account = accountOf(value);
  return account !== undefined && (account === vendor.accountId || isSlipOf(account, vendor.accountId));
}

/** The parser's path of a principal, taken apart: `Statement[0].Principal.AWS[1]`. */
export function principalPath(slot: Slot, path: string): Path {
  const index = /\[(\d+)\]$/.exec(path.replace(/^Statement(\[\d+\])?/, ''))?.[1];
  const [, type] = /\.Principal\.(\w+)/.exec(path) ?? [];
  return [...slot.at, 'Principal', ...(type ? [type] : []), ...(index ? [Number(index)] : [])];
}

function whyNotUs(value: string, subject: Subject): [FindingCode, string] {
  const { accountId, partition, brokerRoleArn } = subject.vendor;
  const account = accountOf(value);
  if (account === undefined) {
    return [
      'other_principal',
      `${said(value)} is an internal ID of AWS. It stands where a role or user was named that has been deleted since; one of the same name does not get in.`,
    ];
  }
  if (account !== accountId) {
    const slip = isSlipOf(account, accountId)
      ? ` It looks like a typing error: ${difference(account, accountId)}.`
      : '';
    return ['wrong_account', `${said(value)} is account ${account}; ours is ${accountId}.${slip}`];
  }
  const itsPartition = /^arn:([a-z-]+):/.exec(value)?.[1];
  if (itsPartition !== undefined && itsPartition !== partition) {
    return [
      'wrong_partition',
      `${said(value)} lies in the AWS partition ${itsPartition}; we call from ${partition}, and partitions do not let each other in.`,
    ];
  }
  return [
    'other_principal',
    brokerRoleArn === null
      ? `${said(value)} is one identity in our account, and cannot be told to be the one that calls. Trust the account; the external ID narrows it.`
      : `${said(value)} is not the identity that calls: that is ${brokerRoleArn}.`,
  ];
}

function difference(account: string, meant: string): string {
  if (account.length !== meant.length) return 'a digit is missing or too many';
  const places = [...meant].flatMap((digit, i) => (digit === account[i] ? [] : [i + 1]));
  return places.length === 1 ? `digit ${places[0]} differs` : `digits ${places.join(' and ')} are swapped`;
}

const EVERYBODY = { negated: false, entries: [{ type: '*' as const, value: '*', path: '' }] };

function allowsAssuming(statement: Statement, { subject, variables }: Scene): boolean {
  const bare = { ...statement, conditions: [], principals: EVERYBODY };
  const version = variables ? '2012-10-17' : '2008-10-17';
  return admits({ version, statements: [bare] }, subject, { externalId: null });
}

function findAction(slot: Slot, statement: Statement, scene: Scene): void {
  if (allowsAssuming(statement, scene)) return;
  const { negated, patterns } = statement.actions;
  scene.findings.add('wrong_action', [...slot.at, negated ? 'NotAction' : 'Action'], {
    message: negated
      ? 'NotAction excludes sts:AssumeRole, which is what we call.'
      : `The statement for us allows ${patterns.map(said).join(', ')}, but not sts:AssumeRole, which is what we call.`,
    fix: 'Write "Action": "sts:AssumeRole".',
    mends: slot.index,
  });
}

function findCondition(slot: Slot, condition: Condition, scene: Scene): void {
  if (isIdKey(condition)) findIdCondition(slot, condition, scene);
  else sayUnmetCondition(slot, condition, scene);
}

function findIdCondition(slot: Slot, condition: Condition, scene: Scene): void {
  const [code, message] = whyNotTheId(condition, scene);
  scene.findings.add(code, conditionPath(slot, condition), {
    message,
    fix: `Write ${conditionJson(scene.subject)}.`,
    severity: 'error',
    mends: slot.index,
  });
}

function whyNotTheId({ operator, values }: Condition, scene: Scene): [FindingCode, string] {
  const { name, comparison, negated } = operator;
  if (comparison === 'null') {
    return ['null_condition', `${name} lets us in only when no external ID is sent; we always send yours.`];
  }
  if (negated) {
    return [
      'negated_operator',
      `${name} refuses the IDs it names and lets in all others: the wrong way round.`,
    ];
  }
  if (!['string', 'like', 'string-ignoring-case'].includes(comparison)) {
    return ['operator_unsuited', `${name} does not compare texts, so it never holds for an external ID.`];
  }
  if (values.length === 0)
    return ['wrong_external_id', 'The list of external IDs is empty, so no ID gets in.'];
  return whyNotTheseValues(values, comparison, scene);
}

function whyNotTheseValues(
  values: readonly string[],
  comparison: Condition['operator']['comparison'],
  { subject, variables, externalId }: Scene,
): [FindingCode, string] {
  const compared = values.map((value) => compareId(value, subject));
  const near =
    compared.find(({ kind }) => kind === 'mistyped') ?? compared.find(({ kind }) => kind === 'retired');
  const variable = values.find((value) => value.includes('${'));
  const star = values.find((value) => /[*?]/.test(value));
  const sent = `We always send ${said(externalId)}, so we are kept out.`;
  if (near)
    return [
      near.kind === 'mistyped' ? 'external_id_mistyped' : 'retired_external_id',
      `${near.words}. ${sent}`,
    ];
  if (variable !== undefined) {
    return [
      'variable',
      `${said(variable)} ${variables ? 'is a policy variable, and our call has no such value' : 'is plain text here, since the policy has no Version 2012-10-17'}. ${sent}`,
    ];
  }
  if (star !== undefined && comparison === 'string') {
    return [
      'wrong_external_id',
      `${said(star)} is taken literally here, and a wildcard is not what is wanted either. ${sent}`,
    ];
  }
  return ['wrong_external_id', `${compared[0]?.words ?? ''}. ${sent}`];
}
