import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodePublicKey } from '../../audit/checkpoints/checkpoint.ts';
import type { CheckpointSigner } from '../../audit/checkpoints/checkpoint-signer.ts';
import { loadSigningKey } from '../../audit/checkpoints/signing-key.ts';
import { newEventBody, openTestLog, type TestLog } from '../../audit/log.fixture.ts';
import { insertAuditEvents } from '../../audit/store.ts';
import { systemClock } from '../../lib/clock.ts';
import { openFolder } from '../../lib/folder-store.ts';
import { auditCommand } from './audit.ts';

let log: TestLog;
let folder: string;
let chain: string;
let signer: CheckpointSigner;
let retentionMonths: number | null = null;

const inFolder = (name: string): string => path.join(folder, name);

async function audit(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  const writeTo = (name: keyof typeof written) =>
    new Writable({
      write(chunk, _encoding, done) {
        written[name] += chunk;
        done();
      },
    });
  const code = await auditCommand(args, {
    openDatabase: async () => ({
      database: log.database,
      ownerUrl: log.ownerUrl,
      clock: systemClock,
      close: async () => undefined,
    }),
    loadSigner: async () => signer,
    openStore: async (location) => openFolder(location),
    retentionMonths: () => retentionMonths,
    stdout: writeTo('stdout'),
    stderr: writeTo('stderr'),
  });
  return { code, ...written };
}

async function exportTo(name: string, ...args: string[]): Promise<string> {
  const { stdout } = await audit('export', ...args);
  await writeFile(inFolder(name), stdout);
  return inFolder(name);
}

async function checkpointTo(name: string): Promise<string> {
  await audit('checkpoint', '--out', inFolder(name));
  return inFolder(name);
}

describe('with an audit log', () => {
  beforeEach(async () => {
    log = await openTestLog();
    folder = await mkdtemp(path.join(tmpdir(), 'countersign-audit-'));
    signer = await loadSigningKey({ auditSigningKeyFile: null, dataDir: folder });
    chain = await log.createChain(5);
  });
  afterEach(async () => {
    await log.close();
    await rm(folder, { recursive: true });
  });

  describe('audit verify', () => {
    test('exits with 0 without findings, and says what it cannot detect without a checkpoint', async () => {
      const { code, stdout } = await audit('verify');
      expect(code).toBe(0);
      expect(stdout).toMatch(/^5 events in 1 chain: no findings\.\nWithout a --checkpoint /);
    });

    test('exits with 1 and names chain, number and event when the log was tampered with', async () => {
      const { rows } = await log.owner.query('SELECT id FROM audit_events WHERE sequence = 3');
      await log.tamper(
        "UPDATE audit_events SET body = replace(body, 'success', 'failure') WHERE sequence = 3",
      );
      const { code, stdout } = await audit('verify');
      expect(code).toBe(1);
      expect(stdout).toContain(`edited: ${chain}, number 3, ${rows[0].id}: its hash does not match`);
      expect(stdout).toContain('5 events in 1 chain: 1 finding.');
    });

    test('detects a deleted chain by a checkpoint, and ignores chains of other tenants with --tenant', async () => {
      const other = await log.createChain(2);
      const checkpoint = await checkpointTo('checkpoint.json');
      await log.tamper(
        `DELETE FROM audit_events WHERE chain = '${chain}'`,
        `DELETE FROM audit_heads WHERE chain = '${chain}'`,
      );
      const args = ['verify', '--checkpoint', checkpoint, '--public-key', signer.publicKey];
      expect(await audit(...args)).toMatchObject({
        code: 1,
        stdout: expect.stringContaining(`cut: ${chain}`),
      });
      expect(await audit(...args, '--tenant', chain)).toMatchObject({ code: 1 });
      expect(await audit(...args, '--tenant', other)).toMatchObject({ code: 0 });
    });

    test('verifies an export without the database, against a checkpoint', async () => {
      const file = await exportTo('export.ndjson');
      const args = ['verify', '--file', file, '--checkpoint', await checkpointTo('checkpoint.json')];
      expect(await audit(...args)).toMatchObject({ code: 0 });
      const lines = (await readFile(file, 'utf8')).split('\n');
      await writeFile(file, lines.toSpliced(4, 1).join('\n'));
      expect(await audit(...args)).toMatchObject({
        code: 1,
        stdout: expect.stringContaining(`cut: ${chain}`),
      });
      await writeFile(file, lines.join('\n').slice(0, -9));
      expect(await audit(...args)).toMatchObject({
        code: 1,
        stdout: expect.stringContaining('Line 5 is not'),
      });
    });

    test('says that a checkpoint without a public key does not prove who signed it', async () => {
      const { code, stdout } = await audit('verify', '--checkpoint', await checkpointTo('checkpoint.json'));
      expect(code).toBe(0);
      expect(stdout).toMatch(
        /Without --public-key, a checkpoint or an archive only shows that it is unchanged/,
      );
    });

    test('rejects a checkpoint that was changed or signed with another key', async () => {
      const file = await checkpointTo('checkpoint.json');
      const other = encodePublicKey(generateKeyPairSync('ed25519').publicKey);
      const { code, stdout } = await audit('verify', '--checkpoint', file, '--public-key', other);
      expect(code).toBe(1);
      expect(stdout).toMatch(/^checkpoint of .*: it is signed with another key than the expected one\n/);
      await writeFile(file, (await readFile(file, 'utf8')).replace('"sequence":5', '"sequence":4'));
      expect(await audit('verify', '--checkpoint', file)).toMatchObject({
        code: 1,
        stdout: expect.stringContaining('its signature is not valid'),
      });
    });

    test('reads the public key from a PEM file, and checkpoints from a log with other lines', async () => {
      const { privateKey, publicKey } = generateKeyPairSync('ed25519');
      await writeFile(inFolder('key.pem'), privateKey.export({ format: 'pem', type: 'pkcs8' }));
      await writeFile(inFolder('public.pem'), publicKey.export({ format: 'pem', type: 'spki' }));
      signer = await loadSigningKey({ auditSigningKeyFile: inFolder('key.pem'), dataDir: folder });
      const { stdout } = await audit('checkpoint');
      await writeFile(
        inFolder('service.log'),
        `{"msg":"request"}\nnot JSON\n{"checkpoint":${stdout.trim()}}\n`,
      );
      const args = ['--checkpoint', inFolder('service.log'), '--public-key', inFolder('public.pem')];
      expect(await audit('verify', ...args)).toMatchObject({ code: 0 });
    });

    test('reports events that are not sealed yet', async () => {
      await insertAuditEvents(log.database, [newEventBody(chain)]);
      const { code, stderr } = await audit('verify');
      expect(code).toBe(0);
      expect(stderr).toMatch(/^Not verified: 1 event that the service has not sealed/);
    });
  });

  describe('audit checkpoint', () => {
    test('never overwrites an existing file', async () => {
      const file = await checkpointTo('checkpoint.json');
      const before = await readFile(file, 'utf8');
      expect(await audit('checkpoint', '--out', file)).toMatchObject({ code: 2 });
      expect(await readFile(file, 'utf8')).toBe(before);
    });
  });

  describe('audit archive', () => {
    test('moves months to a place, from which verify reads them, with the database or without', async () => {
      const checkpoint = await checkpointTo('checkpoint.json');
      const to = inFolder('archive');
      expect((await audit('archive', '--to', to, '--before', '2026-04', '--dry-run')).stdout).toContain(
        '2026-03: 5 events would be archived\n',
      );
      const archived = await audit('archive', '--to', to, '--before', '2026-04');
      expect(archived).toMatchObject({
        code: 0,
        stdout: `2026-03: 5 events archived to ${to} and dropped\nNo other month ended before 2026-04-01.\n`,
      });
      const key = ['--checkpoint', checkpoint, '--public-key', signer.publicKey];
      expect((await audit('verify', ...key)).stdout).toContain('0 events in 0 chains: no findings.');
      await insertAuditEvents(log.database, [newEventBody(chain)]);
      const file = await exportTo('export.ndjson');
      for (const [args, events] of [
        [['--archive', to], '6 events in 1 chain'],
        [['--archive', to, '--offline'], '5 events in 1 chain'],
        [['--archive', to, '--file', file], '6 events in 1 chain'],
        [['--archive', to, '--tenant', chain], '6 events in 1 chain'],
        [['--file', file], '1 event in 1 chain'],
      ] as const) {
        const { code, stdout } = await audit('verify', ...args, ...key);
        expect({ code, stdout }, args.join(' ')).toEqual({
          code: 0,
          stdout: expect.stringContaining(`${events}: no findings.`),
        });
      }
      const part = (await readdir(to)).find((name) => name.endsWith('.gz')) ?? '';
      const content = await readFile(path.join(to, part));
      await rm(path.join(to, part));
      expect(await audit('verify', '--archive', to)).toMatchObject({
        code: 0,
        stderr: expect.stringContaining(
          'Not verified: the events of 2026-03, whose files are not in the archive.',
        ),
      });
      await writeFile(path.join(to, part), content.subarray(1));
      expect(await audit('verify', '--archive', to)).toMatchObject({
        code: 1,
        stdout: expect.stringContaining('was changed: its SHA-256'),
      });
    });

    test('without --before, moves what is older than the retention, and nothing without a retention', async () => {
      expect(await audit('archive', '--to', inFolder('archive'))).toMatchObject({ code: 2 });
      retentionMonths = 1200;
      expect((await audit('archive', '--to', inFolder('archive'))).stdout).not.toContain('archived');
      retentionMonths = 1;
      expect((await audit('archive', '--to', inFolder('archive'))).stdout).toContain('2026-03: 5 events');
      retentionMonths = null;
    });

    test('exits with 1 while another process archives', async () => {
      await log.owner.query(`SELECT pg_advisory_lock(hashtext('countersign.archive_audit_events'))`);
      const { code, stderr } = await audit('archive', '--to', inFolder('archive'), '--before', '2026-04');
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('Another process') });
    });
  });

  test('audit export writes the events to standard output, of all tenants or of one', async () => {
    await log.createChain(2);
    expect((await audit('export')).stdout.trimEnd().split('\n')).toHaveLength(7);
    expect((await audit('export', '--tenant', chain)).stdout.trimEnd().split('\n')).toHaveLength(5);
  });
});

test('--help shows the usage', async () => {
  for (const args of [['--help'], ['verify', '-h']]) {
    expect(await audit(...args)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('audit verify [--file'),
    });
  }
});

test.each([
  [[]],
  [['destroy']],
  [['verify', '--unknown']],
  [['verify', 'something']],
  [['verify', '--tenant', 'me']],
  [['verify', '--out', 'file']],
  [['verify', '--file', '/nowhere/export.ndjson']],
  [['verify', '--checkpoint', '/nowhere/checkpoint.json']],
  [['verify', '--checkpoint', 'package.json']],
  [['verify', '--public-key', 'package.json']],
  [['verify', '--offline']],
  [['export', '--file', 'file']],
  [['archive', '--before', '2026-01']],
  [['archive', '--to', 'folder', '--before', '2026-13']],
])('exits with 2 and explains invalid arguments on standard error: audit %j', async (args) => {
  const { code, stdout, stderr } = await audit(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/See countersign audit --help\.\n$/);
});
