import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '../../lib/ids.ts';
import { forgedEventSql, newEventBody, openTestLog, type TestLog } from '../log.fixture.ts';
import { sealAuditEvents } from '../seal.ts';
import { insertAuditEvents, listHeads } from '../store.ts';
import { chainHash, type ExpectedHead, type Finding } from './chain.ts';

let log: TestLog;
let chain: string;
let other: string;
/** The heads of the chains before tampering, as in a checkpoint outside the database. */
let checkpoint: ExpectedHead[];

beforeEach(async () => {
  log = await openTestLog();
  chain = await log.createChain(7);
  other = await log.createChain(3);
  checkpoint = (await listHeads(log.database, null)).map((head) => ({ ...head, source: 'the checkpoint' }));
});
afterEach(() => log.close());

const isEvent = (sequence: number) => `chain = '${chain}' AND sequence = ${sequence}`;

async function readEvent(sequence: number) {
  const { rows } = await log.owner.query(
    `SELECT id, body, previous_hash AS "previousHash", hash FROM audit_events WHERE ${isEvent(sequence)}`,
  );
  return rows[0] as { id: string; body: string; previousHash: string; hash: string };
}

/** Returns statements that change the body of an event and hash it and all later events again. */
async function rewriteFrom(sequence: number, { last = 7 } = {}): Promise<string[]> {
  const statements: string[] = [];
  let { previousHash } = await readEvent(sequence);
  for (let number = sequence; number <= last; number++) {
    const { body } = await readEvent(number);
    const forged = body.replace('"success"', '"failure"');
    const hash = chainHash(previousHash, number, forged);
    statements.push(
      `UPDATE audit_events SET body = '${forged}', previous_hash = '${previousHash}', hash = '${hash}' WHERE ${isEvent(number)}`,
    );
    previousHash = hash;
  }
  return [...statements, `UPDATE audit_heads SET hash = '${previousHash}' WHERE chain = '${chain}'`];
}

function summarize(findings: Finding[]): string[] {
  for (const finding of findings) expect(finding.chain).toBe(chain);
  return findings.map(({ kind, sequence }) => `${kind} ${sequence}`);
}

test('an unchanged log has no findings, and matches its heads and an older checkpoint', async () => {
  await insertAuditEvents(log.database, [newEventBody(chain), newEventBody(null)]);
  await sealAuditEvents(log.deps);
  expect(await log.verify(checkpoint)).toEqual([]);
});

describe('the chain itself reveals', () => {
  test('an edited body, with its number and event ID', async () => {
    const { id } = await readEvent(3);
    await log.tamper(
      `UPDATE audit_events SET body = replace(body, 'success', 'failure') WHERE ${isEvent(3)}`,
    );
    const [finding, ...more] = await log.verify();
    expect(finding).toMatchObject({ kind: 'edited', chain, sequence: 3, eventId: id });
    expect(finding?.message).toMatch(/changed after sealing/);
    expect(more).toEqual([]);
  });

  test('an edited hash', async () => {
    await log.tamper(`UPDATE audit_events SET hash = repeat('ab', 32) WHERE ${isEvent(3)}`);
    expect(summarize(await log.verify())).toEqual(['edited 3']);
  });

  test('an edited previous hash', async () => {
    await log.tamper(`UPDATE audit_events SET previous_hash = repeat('ab', 32) WHERE ${isEvent(3)}`);
    expect(summarize(await log.verify())).toEqual(['edited 3']);
  });

  test('an edited body whose own hash was recomputed', async () => {
    const [edit = ''] = await rewriteFrom(3);
    await log.tamper(edit);
    const findings = await log.verify();
    expect(summarize(findings)).toEqual(['edited 4']);
    expect(findings[0]?.message).toContain((await readEvent(3)).id);
  });

  test('an event removed in the middle', async () => {
    await log.tamper(`DELETE FROM audit_events WHERE ${isEvent(3)}`);
    const findings = await log.verify();
    expect(summarize(findings)).toEqual(['removed 3']);
    expect(findings[0]?.message).toBe(`number 3 is missing, before ${(await readEvent(4)).id}`);
  });

  test('events removed at the beginning', async () => {
    await log.tamper(`DELETE FROM audit_events WHERE chain = '${chain}' AND sequence <= 2`);
    const findings = await log.verify();
    expect(summarize(findings)).toEqual(['removed 1']);
    expect(findings[0]?.message).toMatch(/numbers 1 to 2 are missing/);
  });

  test('an event removed, with the later events renumbered to close the gap', async () => {
    await log.tamper(
      `DELETE FROM audit_events WHERE ${isEvent(3)}`,
      ...[4, 5, 6, 7].map(
        (number) => `UPDATE audit_events SET sequence = ${number - 1} WHERE ${isEvent(number)}`,
      ),
    );
    expect(summarize(await log.verify())).toEqual(
      expect.arrayContaining(['reordered 3', 'reordered 6', 'cut 7']),
    );
  });

  test('an event moved from its chain to the unsealed events', async () => {
    const { body } = await readEvent(3);
    await log.tamper(
      `DELETE FROM audit_events WHERE ${isEvent(3)}`,
      `INSERT INTO unsealed_audit_events (body) VALUES ('${body}')`,
    );
    expect(summarize(await log.verify())).toEqual(['removed 3']);
    await sealAuditEvents(log.deps);
    expect(summarize(await log.verify())).toEqual(['removed 3']);
  });

  test('two events that exchanged their numbers', async () => {
    await log.tamper(
      `UPDATE audit_events SET sequence = -1 WHERE ${isEvent(3)}`,
      `UPDATE audit_events SET sequence = 3 WHERE ${isEvent(5)}`,
      `UPDATE audit_events SET sequence = 5 WHERE ${isEvent(-1)}`,
    );
    const findings = await log.verify();
    expect(summarize(findings)).toEqual(['reordered 3', 'reordered 5']);
    expect(findings[0]?.message).toBe('it was sealed as number 5 and is stored as number 3');
  });

  test('two events that exchanged their bodies', async () => {
    const [three, five] = [await readEvent(3), await readEvent(5)];
    await log.tamper(
      `UPDATE audit_events SET body = '${newEventBody(chain)}' WHERE ${isEvent(3)}`,
      `UPDATE audit_events SET body = '${three.body}' WHERE ${isEvent(5)}`,
      `UPDATE audit_events SET body = '${five.body}' WHERE ${isEvent(3)}`,
    );
    expect(summarize(await log.verify())).toEqual(['edited 3', 'mislabelled 3', 'edited 5', 'mislabelled 5']);
  });

  test('an event inserted in the middle, with the later events renumbered', async () => {
    const { previousHash } = await readEvent(3);
    const body = newEventBody(chain);
    await log.tamper(
      ...[7, 6, 5, 4, 3].map(
        (number) => `UPDATE audit_events SET sequence = ${number + 1} WHERE ${isEvent(number)}`,
      ),
      forgedEventSql(body, 3, previousHash),
    );
    expect(summarize(await log.verify())).toEqual(
      expect.arrayContaining(['reordered 4', 'reordered 8', 'rewritten 7', 'added 8']),
    );
  });

  test.each([
    ['action', 'action', 'tenant.created'],
    ['time', 'at', '2020-01-01T00:00:00.000Z'],
    ['connection', 'connection_id', 'connection_x'],
  ])('a column that contradicts the body: %s', async (name, column, value) => {
    await log.tamper(`UPDATE audit_events SET ${column} = '${value}' WHERE ${isEvent(3)}`);
    const findings = await log.verify();
    expect(summarize(findings)).toEqual(['mislabelled 3']);
    expect(findings[0]?.message).toContain(`its ${name} is stored as ${value}`);
  });

  test("an event moved to another tenant's chain", async () => {
    await log.tamper(
      `UPDATE audit_events SET chain = '${other}', sequence = 4 WHERE ${isEvent(7)}`,
      `UPDATE audit_heads SET sequence = 4 WHERE chain = '${other}'`,
    );
    const kinds = (await log.verify()).map(({ kind, chain, sequence }) => `${kind} ${chain} ${sequence}`);
    expect(kinds).toEqual(
      expect.arrayContaining([`mislabelled ${other} 4`, `reordered ${other} 4`, `cut ${chain} 7`]),
    );
  });
});

describe('the heads in the database reveal', () => {
  test('an event removed at the end', async () => {
    await log.tamper(`DELETE FROM audit_events WHERE ${isEvent(7)}`);
    const findings = await log.verify();
    expect(summarize(findings)).toEqual(['cut 7']);
    expect(findings[0]?.message).toMatch(/ends at number 6, but .* has number 7: its end was cut off/);
  });

  test('a whole chain removed', async () => {
    await log.tamper(`DELETE FROM audit_events WHERE chain = '${chain}'`);
    const findings = await log.verify();
    expect(summarize(findings)).toEqual(['cut 1']);
    expect(findings[0]?.message).toMatch(/the chain has no events/);
  });

  test('an event appended without sealing, with correct hashes', async () => {
    const { hash } = await readEvent(7);
    const body = newEventBody(chain);
    await log.tamper(forgedEventSql(body, 8, hash));
    expect(summarize(await log.verify())).toEqual(['added 8']);
  });

  test('a chain that was never sealed', async () => {
    const body = newEventBody(newId('tenant'));
    await log.tamper(forgedEventSql(body, 1, '0'.repeat(64)));
    expect((await log.verify()).map(({ kind }) => kind)).toEqual(['added']);
  });

  test('an edited last event with correct hashes', async () => {
    const [edit = ''] = await rewriteFrom(7);
    await log.tamper(edit);
    expect(summarize(await log.verify())).toEqual(['rewritten 7']);
  });
});

describe('only a checkpoint outside the database reveals', () => {
  const removeEndAndHead = (): Promise<void> =>
    log.tamper(
      `DELETE FROM audit_events WHERE chain = '${chain}' AND sequence > 5`,
      `UPDATE audit_heads SET (sequence, hash) =
         (SELECT sequence, hash FROM audit_events WHERE ${isEvent(5)}) WHERE chain = '${chain}'`,
    );

  test('the last events removed together with the head', async () => {
    await removeEndAndHead();
    expect(await log.verify()).toEqual([]);
    expect(summarize(await log.verify(checkpoint))).toEqual(['cut 6']);
  });

  test('the last events replaced by new ones', async () => {
    await removeEndAndHead();
    await insertAuditEvents(log.database, [newEventBody(chain), newEventBody(chain), newEventBody(chain)]);
    await sealAuditEvents(log.deps);
    expect(await log.verify()).toEqual([]);
    expect(summarize(await log.verify(checkpoint))).toEqual(['rewritten 7']);
  });

  test('a whole chain removed together with its head', async () => {
    await log.tamper(
      `DELETE FROM audit_events WHERE chain = '${chain}'`,
      `DELETE FROM audit_heads WHERE chain = '${chain}'`,
    );
    expect(await log.verify()).toEqual([]);
    expect(summarize(await log.verify(checkpoint))).toEqual(['cut 1']);
  });

  test('a chain that was hashed again after an edited event', async () => {
    await log.tamper(...(await rewriteFrom(3)));
    expect(await log.verify()).toEqual([]);
    expect(summarize(await log.verify(checkpoint))).toEqual(['rewritten 7']);
  });
});
