import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../test/harness/caller.ts';
import {
  createConnectedTenant,
  createKey,
  createProfile,
  startTestService,
  type TestConnection,
  type TestService,
  type TestTenant,
} from '../../test/harness/service.ts';
import { newId } from '../lib/ids.ts';
import { createEvidenceReport, type EvidenceReport } from './report.ts';
import { verifyNewestChains } from './verify-newest-chains.ts';

let service: TestService;
let tenant: TestTenant;
let connection: TestConnection;
let auditor: Caller;

beforeAll(async () => {
  service = await startTestService();
  ({ tenant, connection } = await createConnectedTenant(service));
  auditor = (await createKey(service, { role: 'auditor' })).caller;
  const { caller: worker } = await createKey(service, { role: 'worker' });
  const issued = await worker.post(`${connection.path}/credentials`, {});
  if (issued.status !== 200) throw new Error(JSON.stringify(issued.body));
  for (const broker of service.deps.brokers.values())
    broker.settings.brokerRoleArn = `arn:aws:iam::${broker.settings.accountId}:role/CountersignBroker`;
});
afterAll(() => service?.close());

async function report(): Promise<EvidenceReport> {
  const { status, body } = await auditor.get('/v1/evidence');
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body;
}

const resultsOf = ({ rules, requirements }: EvidenceReport): Record<string, boolean | null> =>
  Object.fromEntries([
    ...rules.map(({ number, holds }) => [number, holds]),
    ...requirements.map(({ id, holds }) => [id, holds]),
  ]);

describe('of an installation in order', () => {
  test('every rule holds that it can show, each with facts, and it says which only the tests can show', async () => {
    const evidence = await report();
    const unknown = evidence.rules.filter(({ holds }) => holds === null).map(({ number }) => number);
    expect(unknown).toEqual([8, 11, 17]);
    expect(evidence.rules.filter(({ holds }) => holds === false)).toEqual([]);
    expect(evidence.rules.map(({ number }) => number)).toEqual(Array.from({ length: 17 }, (_, i) => i + 1));
    expect(evidence.requirements.map(({ id, holds }) => `${id} ${holds}`)).toEqual(
      [1, 2, 3, 4, 5, 6, 7].map((number) => `CAA-00${number} true`),
    );
    for (const { number, reason, facts } of evidence.rules) {
      expect(reason, String(number)).toMatch(/\.$/);
      if (!unknown.includes(number)) expect(facts.length, String(number)).toBeGreaterThan(0);
    }
    expect(evidence.summary).toEqual({ hold: 14, doNotHold: 0, unknown: 3 });
    expect(evidence.service.isSandbox).toBe(true);
  });

  test('ten questions of an audit are answered by its facts', async () => {
    const { rules } = await report();
    const facts = Object.fromEntries(
      rules.flatMap((rule) => rule.facts.map(({ name, value }) => [`${rule.number} ${name}`, value])),
    );
    expect(facts).toMatchObject({
      '1 default of the column external_ids.value': 'gen_random_uuid()',
      '1 rights to change external_ids, besides its owner':
        'countersign_service: INSERT state, countersign_service: INSERT tenant_id, countersign_service: UPDATE state',
      '2 unique index over all values': 'yes',
      '2 oldest external ID issued at': expect.stringMatching(/^\d{4}-/),
      '6 interval between verifications, in seconds': '21600',
      '6 connections in the status verified': expect.stringContaining('1 (last verified within a day: 1'),
      '9 roles that may request credentials': 'worker',
      '10 findings': '0',
      '10 key that signs checkpoints and this report': service.deps.auditSigner.publicKey,
      "10 last event of the vendor's chain": expect.stringMatching(/^number \d+, hash [0-9a-f]{64}$/),
      '12 API keys of the role auditor': '1 valid, 0 revoked or expired',
      '13 rotations completed, in the months that are not archived': '0',
      '15 broker in aws': expect.stringMatching(/^working since .*; account 999988887777;/),
      '16 webhooks': '0 enabled, 0 disabled',
    });
    for (const secret of [service.adminKey, tenant.externalId, 'csk_', 'SANDBOX'])
      expect(JSON.stringify(rules)).not.toContain(secret);
  });
});

/** Breaks one fact as the owner of the database, and repairs it again. */
interface Break {
  broken: string;
  repaired: string;
  /** The rules and requirements that no longer hold. */
  fails: string[];
  reason: RegExp;
}

const EACH_MONTH = (change: 'DISABLE' | 'ENABLE'): string => `DO $$ DECLARE month regclass; BEGIN
  FOR month IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'audit_events'::regclass LOOP
    EXECUTE format('ALTER TABLE %s ${change} TRIGGER audit_events_protect', month);
  END LOOP; END $$`;

const EACH_MONTH_GRANT = (action: string, preposition: string): string => `DO $$ DECLARE month regclass; BEGIN
  FOR month IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'audit_events'::regclass LOOP
    EXECUTE format('${action} DELETE ON %s ${preposition} countersign_service', month);
  END LOOP; END $$`;

const BREAKS: Record<string, Break> = {
  'the service may update the value of an external ID': {
    broken: 'GRANT UPDATE (value) ON external_ids TO countersign_service',
    repaired: 'REVOKE UPDATE (value) ON external_ids FROM countersign_service',
    fails: ['1', 'CAA-004', 'CAA-006'],
    reason: /allows countersign_service to UPDATE value on external_ids.*can write external_ids\.value/,
  },
  'everybody may insert external IDs': {
    broken: 'GRANT INSERT ON external_ids TO PUBLIC',
    repaired: 'REVOKE INSERT ON external_ids FROM PUBLIC',
    fails: ['1', 'CAA-004', 'CAA-006'],
    reason: /allows PUBLIC to INSERT on external_ids/,
  },
  'the trigger that generates IDs is disabled': {
    broken: 'ALTER TABLE external_ids DISABLE TRIGGER external_ids_issue',
    repaired: 'ALTER TABLE external_ids ENABLE TRIGGER external_ids_issue',
    fails: ['1', 'CAA-004', 'CAA-006'],
    reason: /no enabled trigger external_ids_issue/,
  },
  'the function of a trigger was replaced by one that does nothing': {
    broken: `ALTER FUNCTION external_ids_protect() RENAME TO original;
      CREATE FUNCTION external_ids_protect() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog
        AS 'BEGIN RETURN NEW; END';
      DROP TRIGGER external_ids_protect ON external_ids;
      CREATE TRIGGER external_ids_protect BEFORE UPDATE OR DELETE ON external_ids
        FOR EACH ROW EXECUTE FUNCTION external_ids_protect()`,
    repaired: `DROP TRIGGER external_ids_protect ON external_ids; DROP FUNCTION external_ids_protect();
      ALTER FUNCTION original() RENAME TO external_ids_protect;
      CREATE TRIGGER external_ids_protect BEFORE UPDATE OR DELETE ON external_ids
        FOR EACH ROW EXECUTE FUNCTION external_ids_protect()`,
    fails: ['1', '2', 'CAA-004', 'CAA-005', 'CAA-006'],
    reason: /The trigger external_ids_protect is not as this release created it/,
  },
  'events that are not sealed yet can be deleted': {
    broken: 'ALTER TABLE unsealed_audit_events DISABLE TRIGGER unsealed_audit_events_protect',
    repaired: 'ALTER TABLE unsealed_audit_events ENABLE TRIGGER unsealed_audit_events_protect',
    fails: ['10'],
    reason: /no enabled trigger unsealed_audit_events_protect/,
  },
  'external IDs are not unique': {
    broken: 'ALTER TABLE external_ids DROP CONSTRAINT external_ids_value_key',
    repaired: 'ALTER TABLE external_ids ADD CONSTRAINT external_ids_value_key UNIQUE (value)',
    fails: ['2', 'CAA-005'],
    reason: /No unique index/,
  },
  'a tenant may be left without an ID': {
    broken: 'ALTER TABLE tenants DISABLE TRIGGER tenants_keep_current_external_id',
    repaired: 'ALTER TABLE tenants ENABLE TRIGGER tenants_keep_current_external_id',
    fails: ['3', '13', 'CAA-002', 'CAA-006'],
    reason: /no enabled trigger tenants_keep_current_external_id/,
  },
  'a connection is verified without a verification': {
    broken: 'UPDATE connections SET last_checked_at = NULL',
    repaired: 'UPDATE connections SET last_checked_at = now()',
    fails: ['4', 'CAA-002'],
    reason: /1 connections count as verified although no verification is recorded/,
  },
  'an insecure connection got credentials': {
    broken: `UPDATE connections SET status = 'insecure', status_since = status_since - interval '1 hour'`,
    repaired: `UPDATE connections SET status = 'verified', status_since = status_since + interval '1 hour'`,
    fails: ['5', '12', 'CAA-002'],
    reason: /issued for insecure connections: connection_\w+ \(insecure\)/,
  },
  'a disabled connection got credentials': {
    broken: `UPDATE connections SET status = 'disabled', status_since = status_since - interval '1 hour'`,
    repaired: `UPDATE connections SET status = 'verified', status_since = status_since + interval '1 hour'`,
    fails: ['12'],
    reason: /after the connection was stopped: connection_\w+ \(disabled\)/,
  },
  'verifications stand still': {
    broken: `UPDATE connections SET next_verification_at = next_verification_at - interval '2 days'`,
    repaired: `UPDATE connections SET next_verification_at = next_verification_at + interval '2 days'`,
    fails: ['6', 'CAA-002'],
    reason: /A verification that was due at .* has not begun/,
  },
  'the service may delete audit events': {
    broken: 'GRANT DELETE ON audit_events TO countersign_service',
    repaired: 'REVOKE DELETE ON audit_events FROM countersign_service',
    fails: ['1', '10', 'CAA-004', 'CAA-006'],
    reason: /allows countersign_service to DELETE on audit_events/,
  },
  'the service may write where the archived chains continue': {
    broken: 'GRANT UPDATE (hash) ON audit_archived_heads TO countersign_service',
    repaired: 'REVOKE UPDATE (hash) ON audit_archived_heads FROM countersign_service',
    fails: ['1', '10', 'CAA-004', 'CAA-006'],
    reason: /allows countersign_service to UPDATE hash on audit_archived_heads/,
  },
  'a role may write every table by its membership': {
    broken: 'CREATE ROLE writer_of_everything; GRANT pg_write_all_data TO writer_of_everything',
    repaired: 'DROP ROLE writer_of_everything',
    fails: ['1', '10', 'CAA-004', 'CAA-006'],
    reason: /allows writer_of_everything to DELETE.* on external_ids/,
  },
  'the service may delete one month of audit events': {
    broken: EACH_MONTH_GRANT('GRANT', 'TO'),
    repaired: EACH_MONTH_GRANT('REVOKE', 'FROM'),
    fails: ['10'],
    reason: /allows countersign_service to DELETE on audit_events/,
  },
  'audit events can be changed': {
    broken: 'ALTER TABLE audit_events DISABLE TRIGGER audit_events_protect',
    repaired: 'ALTER TABLE audit_events ENABLE TRIGGER audit_events_protect',
    fails: ['10'],
    reason: /no enabled trigger audit_events_protect/,
  },
  'the events of one month can be changed': {
    broken: EACH_MONTH('DISABLE'),
    repaired: EACH_MONTH('ENABLE'),
    fails: ['10'],
    reason: /no enabled trigger audit_events_protect/,
  },
  'an event is not published': {
    broken: `INSERT INTO events (id, type, at, data) VALUES ('${newId('event')}', 'tenant.created', now() - interval '1 hour', '{}')`,
    repaired: 'DELETE FROM events WHERE position IS NULL',
    fails: ['16'],
    reason: /is not in the feed yet/,
  },
  'the database has a column for access keys': {
    broken: 'ALTER TABLE tenants ADD COLUMN aws_access_key_id text',
    repaired: 'ALTER TABLE tenants DROP COLUMN aws_access_key_id',
    fails: ['CAA-003'],
    reason: /columns that may hold credentials: tenants\.aws_access_key_id/,
  },
};

describe('says which rule does not hold, and why, when', () => {
  async function expectFailures(fails: string[], reason: RegExp): Promise<void> {
    const evidence = await report();
    const failed = Object.entries(resultsOf(evidence)).filter(([, holds]) => holds === false);
    expect(failed.map(([name]) => name).sort()).toEqual([...fails].sort());
    const reasons = [...evidence.rules, ...evidence.requirements]
      .filter(({ holds }) => holds === false)
      .map((assessed) => assessed.reason);
    expect(reasons.join('\n')).toMatch(reason);
  }

  test.each(Object.entries(BREAKS))('%s', async (_, { broken, repaired, fails, reason }) => {
    await service.queryAsOwner(broken);
    try {
      await expectFailures(fails, reason);
    } finally {
      await service.queryAsOwner(repaired);
    }
    expect(Object.values(resultsOf(await report()))).not.toContain(false);
  });

  test('the sessions of the service run without triggers, as after a load of data', async () => {
    const setRole = (change: string) =>
      service.queryAsOwner(
        `DO $$ BEGIN EXECUTE format('ALTER ROLE countersign_service IN DATABASE %I ${change}', current_database()); END $$`,
      );
    await setRole('SET session_replication_role = replica');
    const replica = await startTestService({ replicaOf: service });
    try {
      const { rules } = await createEvidenceReport(replica.deps);
      const failed = rules.filter(({ holds }) => holds === false).map(({ number }) => number);
      expect(failed).toEqual([1, 2, 3, 4, 10, 13, 14]);
      expect(rules[0]?.reason).toMatch(/no enabled trigger .* runs without triggers/);
    } finally {
      await setRole('RESET session_replication_role');
      await replica.close();
    }
  });

  test("a role is in the vendor's own account", async () => {
    service.deps.config.ownAccountIds.push('111111111111');
    await expectFailures(['7', 'CAA-001'], /1 connections name roles in the vendor's own accounts/);
    service.deps.config.ownAccountIds.pop();
  });

  test('the template grants more than least privilege, or trusts the whole account', async () => {
    const { path } = await createProfile(service, {
      managedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
    });
    await expectFailures(['14', 'CAA-007'], /grants arn:aws:iam::aws:policy\/AdministratorAccess/);
    await service.admin.delete(path);
    const broker = service.deps.brokers.get('aws');
    if (!broker) throw new Error('no broker');
    broker.settings.brokerRoleArn = null;
    await expectFailures(['14', 'CAA-007'], /not narrowed to the broker's role in aws/);
    broker.settings.brokerRoleArn = 'arn:aws:iam::999988887777:role/CountersignBroker';
  });

  test('a customer is blamed while the broker fails', async () => {
    const broker = service.deps.brokers.get('aws');
    if (!broker) throw new Error('no broker');
    const { state } = broker.health;
    const failing = { status: 'failing', statusSince: new Date(0), problem: null };
    Object.defineProperty(broker.health, 'state', { value: failing, configurable: true });
    await service.queryAsOwner(`UPDATE connections SET status = 'unreachable'`);
    const { rules } = await report();
    expect(rules[14]).toMatchObject({
      number: 15,
      holds: false,
      reason: expect.stringMatching(/^1 connections were/),
    });
    await service.queryAsOwner(`UPDATE connections SET status = 'verified'`);
    Object.defineProperty(broker.health, 'state', {
      value: { ...failing, status: 'unknown' },
      configurable: true,
    });
    expect((await report()).rules[14]).toMatchObject({ holds: null, reason: expect.stringContaining('aws') });
    Object.defineProperty(broker.health, 'state', { value: state, configurable: true });
  });

  test('an audit event was changed, and it names the event', async () => {
    const change = (from: string, to: string) =>
      service.queryAsOwner(
        `ALTER TABLE audit_events DISABLE TRIGGER audit_events_protect;
         UPDATE audit_events SET body = replace(body, '${from}', '${to}') WHERE action = 'credentials.issued';
         ALTER TABLE audit_events ENABLE TRIGGER audit_events_protect`,
      );
    await change(connection.roleName, 'AnotherRole');
    await expectFailures(['10'], new RegExp(`event that was edited \\(${tenant.id}, number \\d+\\)`));
    await change('AnotherRole', connection.roleName);
    await expect(report().then(resultsOf)).resolves.toMatchObject({ 10: true });
  });
});

test('a log that is longer than a report verifies makes the rule unknown, not true', async () => {
  await report();
  const { database } = service.deps;
  const all = await verifyNewestChains(database);
  expect(all).toMatchObject({ verifiedChains: 2, findings: [] });
  const some = await verifyNewestChains(database, { maxChains: 2, maxEvents: 1 });
  expect(some.findings).toEqual([]);
  expect(some.verifiedChains).toBe(1);
  expect(await verifyNewestChains(database, { maxChains: 1, maxEvents: 1 })).toMatchObject({
    verifiedChains: 1,
    vendorHead: all.vendorHead,
    findings: [],
  });
});

test('months that were archived are named, because their events are not verified', async () => {
  const before = (await report()).rules[9];
  expect(before?.reason).toContain('All chains were verified from their first to their last event.');
  await service.queryAsOwner(
    `INSERT INTO audit_archives (month, location, events, manifest_sha256) VALUES ('2026-01-01', '/archive', 1, '')`,
  );
  const after = (await report()).rules[9];
  expect(after?.reason).toContain('from where the archive ends to their last event.');
  const fact = { name: 'archived months, which a report does not verify', value: '2026-01' };
  expect(after?.facts).toContainEqual(fact);
  await service.queryAsOwner('DELETE FROM audit_archives');
});

test('the page shows the report, runs no script, and contains the signed report itself', async () => {
  const { headers, text } = await auditor.get('/v1/evidence', { accept: 'text/html' });
  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
  expect(text).not.toMatch(/<script|\sstyle=|\son\w+=/);
  const [, data = ''] = /base64,([\w+/=]+)"/.exec(text) ?? [];
  const evidence: EvidenceReport = JSON.parse(Buffer.from(data, 'base64').toString());
  expect(evidence.publicKey).toBe(service.deps.auditSigner.publicKey);
  for (const { title } of [...evidence.rules, ...evidence.requirements])
    expect(text).toContain(title.replaceAll("'", '&#39;'));
  expect(text).toContain(evidence.signature);
});
