import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../lib/ids.ts';
import type { Finding } from './chain/chain.ts';
import { verifyChains } from './chain/verify-chains.ts';
import { ExportError, exportAuditEvents, readExport } from './export.ts';
import { newEventBody, openTestLog, type TestLog } from './log.fixture.ts';
import { insertAuditEvents } from './store.ts';

let log: TestLog;
let chain: string;
/** The lines of the export; each test tampers with a copy. */
let lines: string[];

beforeAll(async () => {
  log = await openTestLog();
  chain = newId('tenant');
  await insertAuditEvents(
    log.database,
    ['plain', 'line\u2028separators\u2029', '👩‍👩‍👧‍👦', 'four', 'five'].map((text) =>
      newEventBody(chain, { text }),
    ),
  );
  await insertAuditEvents(log.database, [newEventBody(null), newEventBody(newId('tenant'))]);
  lines = (await exportText(chain)).trimEnd().split('\n');
});
afterAll(() => log.close());

async function exportText(tenantId: string | null): Promise<string> {
  let text = '';
  for await (const part of exportAuditEvents(log.deps, tenantId)) text += part;
  return text;
}

async function* chunksOf(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

async function findingsIn(text: string, chunkSize = 65_536): Promise<Finding[]> {
  return (await verifyChains(readExport(chunksOf(text, chunkSize)), [])).findings;
}

const summarize = async (changed: (string | undefined)[]): Promise<string[]> =>
  (await findingsIn(changed.join('\n'))).map(({ kind, sequence }) => `${kind} ${sequence}`);

test('an export contains every event of every chain, including unsealed ones, and verifies without the database', async () => {
  const text = await exportText(null);
  const verification = await verifyChains(readExport(chunksOf(text, 7)), []);
  expect(verification).toEqual({ events: 7, chains: 3, findings: [], omittedFindings: 0, archivedHeads: 0 });
});

test("an export of one tenant contains only that tenant's events, oldest first", () => {
  const events = lines.map((line) => JSON.parse(line));
  expect(events.map((event) => [event.chain, event.sequence])).toEqual(
    [1, 2, 3, 4, 5].map((n) => [chain, n]),
  );
});

test('escapes the Unicode line separators in a body', async () => {
  expect(lines.join('')).not.toMatch(/[\u2028\u2029]/);
  expect(JSON.parse(JSON.parse(lines[1] ?? '').body).detail.text).toBe('line\u2028separators\u2029');
});

describe('verification of an export finds', () => {
  test('an edited event', async () => {
    expect(await summarize(lines.map((line) => line.replace('four', 'FOUR')))).toEqual(['edited 4']);
  });

  test('a removed event', async () => {
    expect(await summarize(lines.toSpliced(2, 1))).toEqual(['removed 3']);
  });

  test('an event at another position', async () => {
    const [one, two, three, four, five] = lines;
    expect(await summarize([one, three, two, four, five])).toEqual(['reordered 2']);
    expect(await summarize([two, three, four, five, one])).toEqual(['reordered 1']);
    expect(await summarize([one, five, three, four, two])).toEqual([
      'reordered 3',
      'reordered 4',
      'reordered 2',
    ]);
  });

  test('a duplicated event', async () => {
    expect(await summarize(lines.toSpliced(3, 0, lines[1] ?? ''))).toEqual(['added 2']);
  });

  test('an unsealed event among sealed ones', async () => {
    const event = { body: newEventBody(chain), chain, sequence: null, previousHash: null, hash: null };
    expect(await summarize(lines.toSpliced(3, 0, JSON.stringify(event)))).toEqual(['added null']);
  });

  test("an event in another tenant's chain", async () => {
    const relabelled = lines.map((line) => line.replace(`"chain":"${chain}"`, '"chain":"vendor"'));
    expect(await summarize(relabelled)).toEqual([1, 2, 3, 4, 5].map((number) => `mislabelled ${number}`));
  });

  test('a body that is not JSON', async () => {
    const event = { ...JSON.parse(lines[0] ?? ''), body: 'not JSON' };
    expect(await summarize(lines.with(0, JSON.stringify(event)))).toEqual(['edited 1', 'edited 1']);
  });

  test('a truncated line, and reports its number', async () => {
    const text = lines.join('\n').slice(0, -20);
    await expect(findingsIn(text)).rejects.toThrow(ExportError);
    await expect(findingsIn(text)).rejects.toThrow(/^Line 5 /);
  });
});

test('limits the list of findings and counts the others', async () => {
  const duplicated = Array.from({ length: 1500 }, () => lines[0]);
  const verification = await verifyChains(readExport(chunksOf(duplicated.join('\n'), 65_536)), []);
  expect(verification.findings).toHaveLength(1000);
  expect(verification.omittedFindings).toBe(499);
});
