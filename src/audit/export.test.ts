import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../lib/ids.ts';
import type { Finding } from './chain.ts';
import { ExportError, exportAuditEvents, readExport } from './export.ts';
import { bodyOf, openTestLog, type TestLog } from './log.fixture.ts';
import { insertAuditEvents } from './store.ts';
import { verifyChains } from './verify-chains.ts';

let log: TestLog;
let chain: string;
/** The export's lines, of which each test breaks a copy. */
let lines: string[];

beforeAll(async () => {
  log = await openTestLog();
  chain = newId('tenant');
  await insertAuditEvents(
    log.database,
    ['plain', 'line\u2028separators\u2029', '👩‍👩‍👧‍👦', 'four', 'five'].map((text) =>
      bodyOf(chain, { text }),
    ),
  );
  await insertAuditEvents(log.database, [bodyOf(null), bodyOf(newId('tenant'))]);
  lines = (await exported(chain)).trimEnd().split('\n');
});
afterAll(() => log.close());

async function exported(tenantId: string | null): Promise<string> {
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

const brief = async (changed: (string | undefined)[]): Promise<string[]> =>
  (await findingsIn(changed.join('\n'))).map(({ kind, sequence }) => `${kind} ${sequence}`);

test('an export has every event of every chain, also those just written, and holds by itself', async () => {
  const text = await exported(null);
  const verification = await verifyChains(readExport(chunksOf(text, 7)), []);
  expect(verification).toEqual({ events: 7, chains: 3, findings: [], unlisted: 0 });
});

test("an export of one tenant has that tenant's events alone, oldest first", () => {
  const events = lines.map((line) => JSON.parse(line));
  expect(events.map((event) => [event.chain, event.sequence])).toEqual(
    [1, 2, 3, 4, 5].map((n) => [chain, n]),
  );
});

test('no character in a body is a line end to anybody', async () => {
  expect(lines.join('')).not.toMatch(/[\u2028\u2029]/);
  expect(JSON.parse(JSON.parse(lines[1] ?? '').body).detail.text).toBe('line\u2028separators\u2029');
});

describe('in an export is found', () => {
  test('an edited event', async () => {
    expect(await brief(lines.map((line) => line.replace('four', 'FOUR')))).toEqual(['edited 4']);
  });

  test('a removed event', async () => {
    expect(await brief(lines.toSpliced(2, 1))).toEqual(['removed 3']);
  });

  test('an event in another place', async () => {
    const [one, two, three, four, five] = lines;
    expect(await brief([one, three, two, four, five])).toEqual(['reordered 2']);
    expect(await brief([two, three, four, five, one])).toEqual(['reordered 1']);
    expect(await brief([one, five, three, four, two])).toEqual(['reordered 3', 'reordered 4', 'reordered 2']);
  });

  test('an event that is there twice', async () => {
    expect(await brief(lines.toSpliced(3, 0, lines[1] ?? ''))).toEqual(['added 2']);
  });

  test('an event among the sealed ones that was never sealed', async () => {
    const event = { body: bodyOf(chain), chain, sequence: null, previousHash: null, hash: null };
    expect(await brief(lines.toSpliced(3, 0, JSON.stringify(event)))).toEqual(['added null']);
  });

  test("an event under another tenant's name", async () => {
    const stolen = lines.map((line) => line.replace(`"chain":"${chain}"`, '"chain":"vendor"'));
    expect(await brief(stolen)).toEqual([1, 2, 3, 4, 5].map((number) => `mislabelled ${number}`));
  });

  test('a body that is no JSON', async () => {
    const event = { ...JSON.parse(lines[0] ?? ''), body: 'nothing' };
    expect(await brief(lines.with(0, JSON.stringify(event)))).toEqual(['edited 1', 'edited 1']);
  });

  test('a line that is cut, by its number', async () => {
    const text = lines.join('\n').slice(0, -20);
    await expect(findingsIn(text)).rejects.toThrow(ExportError);
    await expect(findingsIn(text)).rejects.toThrow(/^Line 5 /);
  });
});

test('however much is wrong, the list of findings stays short and the count right', async () => {
  const broken = Array.from({ length: 1500 }, () => lines[0]);
  const verification = await verifyChains(readExport(chunksOf(broken.join('\n'), 65_536)), []);
  expect(verification.findings).toHaveLength(1000);
  expect(verification.unlisted).toBe(499);
});
