import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sqlState } from '../database/database-error.ts';
import { newEventBody, openTestLog, type TestLog } from './log.fixture.ts';
import { sealAuditEvents } from './seal.ts';
import { insertAuditEvents } from './store.ts';

let log: TestLog;
let service: pg.Client;

beforeAll(async () => {
  log = await openTestLog();
  await log.createChain(3);
  await insertAuditEvents(log.database, [newEventBody(null)]);
  service = new pg.Client(log.serviceUrl);
  await service.connect();
});
afterAll(async () => {
  await service.end();
  await log.close();
});

/** SQLSTATE insufficient_privilege. */
const INSUFFICIENT_PRIVILEGE = '42501';
/** SQLSTATE restrict_violation, which the triggers raise. */
const RESTRICT_VIOLATION = '23001';
/** SQLSTATE check_violation. */
const CHECK_VIOLATION = '23514';
const sqlStateOf = (client: pg.Client, statement: string): Promise<string | null> =>
  client.query(statement).then(() => 'allowed', sqlState);

describe("the service's own database role cannot", () => {
  test.each([
    ['change an event', "UPDATE audit_events SET body = '{}'"],
    ['change a hash', 'UPDATE audit_events SET hash = NULL'],
    ['renumber events', 'UPDATE audit_events SET sequence = sequence + 1'],
    ['delete events', 'DELETE FROM audit_events'],
    ['truncate the log', 'TRUNCATE audit_events'],
    [
      'insert an event that is already sealed',
      `INSERT INTO audit_events (position, body, id, action, chain, sequence, previous_hash, hash)
       VALUES (99, '${newEventBody(null)}', 'event_x', 'tenant.updated', 'vendor', 9, 'x', 'y')`,
    ],
    ['change an unsealed event', "UPDATE unsealed_audit_events SET body = '{}'"],
    ['delete unsealed events', 'DELETE FROM unsealed_audit_events'],
    ['truncate the unsealed events', 'TRUNCATE unsealed_audit_events'],
    [
      'choose the position of an event',
      `INSERT INTO unsealed_audit_events (position, body)
       OVERRIDING SYSTEM VALUE VALUES (1, '${newEventBody(null)}')`,
    ],
    ['move a head', 'UPDATE audit_heads SET sequence = 1'],
    ['start a chain', "INSERT INTO audit_heads VALUES ('vendor', 1, 'x')"],
    ['delete a head', 'DELETE FROM audit_heads'],
    ['truncate the heads', 'TRUNCATE audit_heads'],
    ['drop a month', 'DROP TABLE audit_events_2026_03'],
    ['detach a month', 'ALTER TABLE audit_events DETACH PARTITION audit_events_2026_03'],
    ['read a month past the log', 'SELECT FROM audit_events_2026_03'],
    ['create a month', "SELECT create_audit_month('2030-01-01')"],
    ['choose the month of an event', "UPDATE audit_month SET month = '2030-01-01'"],
    ['claim that a month was archived', "INSERT INTO audit_archives VALUES ('2026-01-01', '', 0, '')"],
    ['claim where a chain continues', "INSERT INTO audit_archived_heads VALUES ('vendor', 1, '')"],
    ['disable the triggers', 'ALTER TABLE audit_events DISABLE TRIGGER USER'],
    ['act as a replica, for which triggers do not fire', 'SET session_replication_role = replica'],
    [
      'replace the sealing function',
      `CREATE OR REPLACE FUNCTION seal_audit_events(batch_size integer)
       RETURNS integer LANGUAGE sql AS 'SELECT 1'`,
    ],
  ])('%s', async (_, statement) => {
    expect(await sqlStateOf(service, statement)).toBe(INSUFFICIENT_PRIVILEGE);
  });
});

test.each([
  ["UPDATE audit_events SET body = '{}'"],
  ["UPDATE unsealed_audit_events SET body = '{}'"],
  ['DELETE FROM unsealed_audit_events'],
  ['TRUNCATE unsealed_audit_events'],
  ['DELETE FROM audit_events'],
  ['TRUNCATE audit_events'],
])('triggers stop even the owner of the database until it disables them: %s', async (statement) => {
  expect(await sqlStateOf(log.owner, statement)).toBe(RESTRICT_VIOLATION);
});

test.each([
  ['is empty', '{}'],
  ['is an array', '["id", "action"]'],
  ['has an ID that is not text', '{"id": 1, "action": "tenant.created", "tenantId": null}'],
  ['omits tenantId instead of setting it to null', '{"id": "event_1", "action": "tenant.created"}'],
])('rejects an event that %s, because sealing it would fail', async (_, body) => {
  expect(await sqlStateOf(service, `INSERT INTO unsealed_audit_events (body) VALUES ('${body}')`)).toBe(
    CHECK_VIOLATION,
  );
});

test('seals events with a duplicate ID', async () => {
  const body = newEventBody(null);
  await insertAuditEvents(log.database, [body]);
  await sealAuditEvents(log.deps);
  await insertAuditEvents(log.database, [body, body]);
  expect(await sealAuditEvents(log.deps)).toBe(2);
  expect(await log.verify()).toEqual([]);
});
