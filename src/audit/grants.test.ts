import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sqlState } from '../database/database-error.ts';
import { bodyOf, openTestLog, type TestLog } from './log.fixture.ts';

let log: TestLog;
let service: pg.Client;

beforeAll(async () => {
  log = await openTestLog();
  await log.chain(3);
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
      `INSERT INTO audit_events (body, sequence, previous_hash, hash)
       VALUES ('${bodyOf(null)}', 9, 'x', 'y')`,
    ],
    [
      'choose the position of an event',
      `INSERT INTO audit_events (position, body)
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
  ['UPDATE audit_events SET hash = NULL, sequence = NULL, previous_hash = NULL'],
  ['DELETE FROM audit_events'],
  ['TRUNCATE audit_events'],
])('the owner is stopped too, unless it switches the triggers off: %s', async (statement) => {
  expect(await stateOf(log.owner, statement)).toBe(RESTRICTED);
});

test('an event that says nothing of what happened is not taken', async () => {
  expect(await stateOf(service, "INSERT INTO audit_events (body) VALUES ('{}')")).toBe('23502');
});
