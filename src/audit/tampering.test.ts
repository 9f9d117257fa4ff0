import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '../lib/ids.ts';
import { chainHash, type Finding, type Mark } from './chain.ts';
import { bodyOf, forge, openTestLog, type TestLog } from './log.fixture.ts';
import { sealAuditEvents } from './seal.ts';
import { insertAuditEvents, readHeads } from './store.ts';

let log: TestLog;
let chain: string;
let other: string;
/** Where the chains stood before anybody touched them, as a checkpoint kept elsewhere has it. */
let checkpoint: Mark[];

beforeEach(async () => {
  log = await openTestLog();
  chain = await log.chain(7);
  other = await log.chain(3);
  checkpoint = (await readHeads(log.database, null)).map((head) => ({ ...head, source: 'the checkpoint' }));
});
afterEach(() => log.close());

const at = (sequence: number) => `chain = '${chain}' AND sequence = ${sequence}`;

async function eventAt(sequence: number) {
  const { rows } = await log.owner.query(
    `SELECT id, body, previous_hash AS "previousHash", hash FROM audit_events WHERE ${at(sequence)}`,
  );
  return rows[0] as { id: string; body: string; previousHash: string; hash: string };
}

/** Changes the body of an event and gives it and all after it the hashes that fit. */
async function rewriteFrom(sequence: number, { last = 7 } = {}): Promise<string[]> {
  const statements: string[] = [];
  let { previousHash } = await eventAt(sequence);
  for (let number = sequence; number <= last; number++) {
    const { body } = await eventAt(number);
    const forged = body.replace('"success"', '"failure"');
    const hash = chainHash(previousHash, number, forged);
    statements.push(
      `UPDATE audit_events SET body = '${forged}', previous_hash = '${previousHash}', hash = '${hash}' WHERE ${at(number)}`,
    );
    previousHash = hash;
  }
  return [...statements, `UPDATE audit_heads SET hash = '${previousHash}' WHERE chain = '${chain}'`];
}

function brief(findings: Finding[]): string[] {
  for (const finding of findings) expect(finding.chain).toBe(chain);
  return findings.map(({ kind, sequence }) => `${kind} ${sequence}`);
}

test('a log that nobody touched holds, with its heads and with an older checkpoint', async () => {
  await insertAuditEvents(log.database, [bodyOf(chain), bodyOf(null)]);
  await sealAuditEvents(log.deps);
  expect(await log.verify(checkpoint)).toEqual([]);
});

describe('found by the chain itself:', () => {
  test('an edited body, with its number and event ID', async () => {
    const { id } = await eventAt(3);
    await log.tamper(`UPDATE audit_events SET body = replace(body, 'success', 'failure') WHERE ${at(3)}`);
    const [finding, ...more] = await log.verify();
    expect(finding).toMatchObject({ kind: 'edited', chain, sequence: 3, eventId: id });
    expect(finding?.message).toMatch(/changed after sealing/);
    expect(more).toEqual([]);
  });

  test('an edited hash', async () => {
    await log.tamper(`UPDATE audit_events SET hash = repeat('ab', 32) WHERE ${at(3)}`);
    expect(brief(await log.verify())).toEqual(['edited 3']);
  });

  test('an edited previous hash', async () => {
    await log.tamper(`UPDATE audit_events SET previous_hash = repeat('ab', 32) WHERE ${at(3)}`);
    expect(brief(await log.verify())).toEqual(['edited 3']);
  });

  test('an edited body whose own hash was computed anew', async () => {
    const [edit = ''] = await rewriteFrom(3);
    await log.tamper(edit);
    const findings = await log.verify();
    expect(brief(findings)).toEqual(['edited 4']);
    expect(findings[0]?.message).toContain((await eventAt(3)).id);
  });

  test('an event removed in the middle', async () => {
    await log.tamper(`DELETE FROM audit_events WHERE ${at(3)}`);
    const findings = await log.verify();
    expect(brief(findings)).toEqual(['removed 3']);
    expect(findings[0]?.message).toBe(`number 3 is missing, before ${(await eventAt(4)).id}`);
  });

  test('events removed at the beginning', async () => {
    await log.tamper(`DELETE FROM audit_events WHERE chain = '${chain}' AND sequence <= 2`);
    const findings = await log.verify();
    expect(brief(findings)).toEqual(['removed 1']);
    expect(findings[0]?.message).toMatch(/numbers 1 to 2 are missing/);
  });

  test('an event removed, and those after it renumbered over the gap', async () => {
    await log.tamper(
      `DELETE FROM audit_events WHERE ${at(3)}`,
      ...[4, 5, 6, 7].map((number) => `UPDATE audit_events SET sequence = ${number - 1} WHERE ${at(number)}`),
    );
    expect(brief(await log.verify())).toEqual(
      expect.arrayContaining(['reordered 3', 'reordered 6', 'cut 7']),
    );
  });

  test('an event taken out of its chain and put among those that wait to be sealed', async () => {
    const { body } = await eventAt(3);
    await log.tamper(
      `DELETE FROM audit_events WHERE ${at(3)}`,
      `INSERT INTO unsealed_audit_events (body) VALUES ('${body}')`,
    );
    expect(brief(await log.verify())).toEqual(['removed 3']);
    await sealAuditEvents(log.deps);
    expect(brief(await log.verify())).toEqual(['removed 3']);
  });

  test('two events that changed places', async () => {
    await log.tamper(
      `UPDATE audit_events SET sequence = -1 WHERE ${at(3)}`,
      `UPDATE audit_events SET sequence = 3 WHERE ${at(5)}`,
      `UPDATE audit_events SET sequence = 5 WHERE ${at(-1)}`,
    );
    const findings = await log.verify();
    expect(brief(findings)).toEqual(['reordered 3', 'reordered 5']);
    expect(findings[0]?.message).toBe('it was sealed as number 5 and stands as number 3');
  });

  test('two events that exchanged their bodies', async () => {
    const [three, five] = [await eventAt(3), await eventAt(5)];
    await log.tamper(
      `UPDATE audit_events SET body = '${bodyOf(chain)}' WHERE ${at(3)}`,
      `UPDATE audit_events SET body = '${three.body}' WHERE ${at(5)}`,
      `UPDATE audit_events SET body = '${five.body}' WHERE ${at(3)}`,
    );
    expect(brief(await log.verify())).toEqual(['edited 3', 'mislabelled 3', 'edited 5', 'mislabelled 5']);
  });

  test('an event inserted in the middle, those after it renumbered to make room', async () => {
    const { previousHash } = await eventAt(3);
    const body = bodyOf(chain);
    await log.tamper(
      ...[7, 6, 5, 4, 3].map(
        (number) => `UPDATE audit_events SET sequence = ${number + 1} WHERE ${at(number)}`,
      ),
      forge(body, 3, previousHash),
    );
    expect(brief(await log.verify())).toEqual(
      expect.arrayContaining(['reordered 4', 'reordered 8', 'rewritten 7', 'added 8']),
    );
  });

  test('a column that tells another story than the body', async () => {
    await log.tamper(`UPDATE audit_events SET action = 'tenant.created' WHERE ${at(3)}`);
    const findings = await log.verify();
    expect(brief(findings)).toEqual(['mislabelled 3']);
    expect(findings[0]?.message).toMatch(/its action is given as tenant\.created/);
  });

  test("an event moved to another tenant's chain", async () => {
    await log.tamper(
      `UPDATE audit_events SET chain = '${other}', sequence = 4 WHERE ${at(7)}`,
      `UPDATE audit_heads SET sequence = 4 WHERE chain = '${other}'`,
    );
    const kinds = (await log.verify()).map(({ kind, chain, sequence }) => `${kind} ${chain} ${sequence}`);
    expect(kinds).toEqual(
      expect.arrayContaining([`mislabelled ${other} 4`, `reordered ${other} 4`, `cut ${chain} 7`]),
    );
  });
});

describe("found by the database's own record of the heads:", () => {
  test('an event removed at the end', async () => {
    await log.tamper(`DELETE FROM audit_events WHERE ${at(7)}`);
    const findings = await log.verify();
    expect(brief(findings)).toEqual(['cut 7']);
    expect(findings[0]?.message).toMatch(/ends at number 6, but .* has number 7: its end was cut off/);
  });

  test('a whole chain removed', async () => {
    await log.tamper(`DELETE FROM audit_events WHERE chain = '${chain}'`);
    const findings = await log.verify();
    expect(brief(findings)).toEqual(['cut 1']);
    expect(findings[0]?.message).toMatch(/none of its events are there/);
  });

  test('an event put behind the last one, with hashes that fit', async () => {
    const { hash } = await eventAt(7);
    const body = bodyOf(chain);
    await log.tamper(forge(body, 8, hash));
    expect(brief(await log.verify())).toEqual(['added 8']);
  });

  test('a chain that was never sealed', async () => {
    const body = bodyOf(newId('tenant'));
    await log.tamper(forge(body, 1, '0'.repeat(64)));
    expect((await log.verify()).map(({ kind }) => kind)).toEqual(['added']);
  });

  test('the last event edited, with hashes that fit', async () => {
    const [edit = ''] = await rewriteFrom(7);
    await log.tamper(edit);
    expect(brief(await log.verify())).toEqual(['rewritten 7']);
  });
});

describe('found only by a checkpoint that was kept elsewhere:', () => {
  const cutTogether = (): Promise<void> =>
    log.tamper(
      `DELETE FROM audit_events WHERE chain = '${chain}' AND sequence > 5`,
      `UPDATE audit_heads SET (sequence, hash) =
         (SELECT sequence, hash FROM audit_events WHERE ${at(5)}) WHERE chain = '${chain}'`,
    );

  test('an end cut off together with its head', async () => {
    await cutTogether();
    expect(await log.verify()).toEqual([]);
    expect(brief(await log.verify(checkpoint))).toEqual(['cut 6']);
  });

  test('an end cut off and grown again', async () => {
    await cutTogether();
    await insertAuditEvents(log.database, [bodyOf(chain), bodyOf(chain), bodyOf(chain)]);
    await sealAuditEvents(log.deps);
    expect(await log.verify()).toEqual([]);
    expect(brief(await log.verify(checkpoint))).toEqual(['rewritten 7']);
  });

  test('a whole chain removed together with its head', async () => {
    await log.tamper(
      `DELETE FROM audit_events WHERE chain = '${chain}'`,
      `DELETE FROM audit_heads WHERE chain = '${chain}'`,
    );
    expect(await log.verify()).toEqual([]);
    expect(brief(await log.verify(checkpoint))).toEqual(['cut 1']);
  });

  test('a chain computed anew from an edited event on', async () => {
    await log.tamper(...(await rewriteFrom(3)));
    expect(await log.verify()).toEqual([]);
    expect(brief(await log.verify(checkpoint))).toEqual(['rewritten 7']);
  });
});
