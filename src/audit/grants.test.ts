import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sqlState } from '../database/database-error.ts';
import { bodyOf, openTestLog, type TestLog } from './log.fixture.ts';
import { sealAuditEvents } from './seal.ts';
import { insertAuditEvents } from './store.ts';

let log: TestLog;
let service: pg.Client;

beforeAll(async () => {
  log = await openTestLog();
  await log.chain(3);
  await insertAuditEvents(log.database, [bodyOf(null)]);
  service = new pg.Client(log.serviceUrl);
  await service.connect();
});
afterAll(async () => {
  await service.end();
  await log.close();
});

const FORBIDDEN = '42501';
const RESTRICTED = '23001';
const stateOf = (client: pg.Client, statement: string): Promise<string | null> =>
  client.query(statement).then(() => 'allowed', sqlState);

describe("the service's own database role cannot", () => {
  test.each([
    ['change an event', "UPDATE audit_events SET body = '{}'"],
    ['change a hash', 'UPDATE audit_events SET hash = NULL'],
    ['number an event', 'UPDATE audit_events SET sequence = sequence + 1'],
    ['delete events', 'DELETE FROM audit_events'],
    ['empty the log', 'TRUNCATE audit_events'],
    [
      'write an event that is sealed already',
      `INSERT INTO audit_events (position, body, id, action, chain, sequence, previous_hash, hash)
       VALUES (99, '${bodyOf(null)}', 'event_x', 'tenant.updated', 'vendor', 9, 'x', 'y')`,
    ],
    ['change an event that is not sealed yet', "UPDATE unsealed_audit_events SET body = '{}'"],
    ['delete events that are not sealed yet', 'DELETE FROM unsealed_audit_events'],
    ['empty the table of those', 'TRUNCATE unsealed_audit_events'],
    [
      'choose the position of an event',
      `INSERT INTO unsealed_audit_events (position, body)
       OVERRIDING SYSTEM VALUE VALUES (1, '${bodyOf(null)}')`,
    ],
    ['move a head', 'UPDATE audit_heads SET sequence = 1'],
    ['begin a chain', "INSERT INTO audit_heads VALUES ('vendor', 1, 'x')"],
    ['delete a head', 'DELETE FROM audit_heads'],
    ['empty the heads', 'TRUNCATE audit_heads'],
    ['switch the triggers off', 'ALTER TABLE audit_events DISABLE TRIGGER USER'],
    ['act as a replica, for which triggers do not fire', 'SET session_replication_role = replica'],
    [
      'replace the sealing',
      `CREATE OR REPLACE FUNCTION seal_audit_events(batch_size integer)
       RETURNS integer LANGUAGE sql AS 'SELECT 1'`,
    ],
  ])('%s', async (_, statement) => {
    expect(await stateOf(service, statement)).toBe(FORBIDDEN);
  });
});

test.each([
  ["UPDATE audit_events SET body = '{}'"],
  ["UPDATE unsealed_audit_events SET body = '{}'"],
  ['DELETE FROM unsealed_audit_events'],
  ['TRUNCATE unsealed_audit_events'],
  ['DELETE FROM audit_events'],
  ['TRUNCATE audit_events'],
])('the owner is stopped too, unless it switches the triggers off: %s', async (statement) => {
  expect(await stateOf(log.owner, statement)).toBe(RESTRICTED);
});

test.each([
  ['nothing', '{}'],
  ['an array', '["id", "action"]'],
  ['an ID that is no text', '{"id": 1, "action": "tenant.created", "tenantId": null}'],
  ['no tenant, and not that there is none', '{"id": "event_1", "action": "tenant.created"}'],
])('an event that says %s is not taken, since it would stop the sealing', async (_, body) => {
  expect(await stateOf(service, `INSERT INTO unsealed_audit_events (body) VALUES ('${body}')`)).toBe('23514');
});

test('an event with the ID of another does not stop the sealing', async () => {
  const body = bodyOf(null);
  await insertAuditEvents(log.database, [body]);
  await sealAuditEvents(log.deps);
  await insertAuditEvents(log.database, [body, body]);
  expect(await sealAuditEvents(log.deps)).toBe(2);
  expect(await log.verify()).toEqual([]);
});
