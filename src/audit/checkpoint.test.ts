import { generateKeyPairSync } from 'node:crypto';
import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../lib/ids.ts';
import { createLogger } from '../observability/logger.ts';
import {
  type Checkpoint,
  checkSignature,
  marksOf,
  parseCheckpoints,
  readPublicKey,
  signCheckpoint,
  takeCheckpoint,
  toBase64,
} from './checkpoint.ts';
import { startCheckpointLog } from './checkpoint-log.ts';
import type { CheckpointSigner } from './checkpoint-signer.ts';
import { AT, bodyOf, openTestLog, type TestLog } from './log.fixture.ts';
import { loadSigningKey } from './signing-key.ts';
import { insertAuditEvents, sealBatch } from './store.ts';

let log: TestLog;
let dataDir: string;
let auditSigner: CheckpointSigner;
const clock = { now: () => AT };

beforeAll(async () => {
  log = await openTestLog();
  dataDir = await mkdtemp(path.join(tmpdir(), 'countersign-audit-'));
  auditSigner = await loadSigningKey({ auditSigningKeyFile: null, dataDir });
});
afterAll(async () => {
  await log.close();
  await rm(dataDir, { recursive: true });
});

function publicKeyOf(type: 'ed25519' | 'rsa'): string {
  const { publicKey } =
    type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519');
  return toBase64(publicKey);
}

describe('a checkpoint', () => {
  test('names where every chain ends, sorted, with all that was written before it sealed', async () => {
    const [one, two] = [newId('tenant'), newId('tenant')];
    await insertAuditEvents(log.database, [bodyOf(two), bodyOf(one), bodyOf(null), bodyOf(one)]);
    const checkpoint = await takeCheckpoint({ ...log.deps, clock, auditSigner });
    expect(checkpoint).toMatchObject({ version: 1, at: AT.toISOString(), publicKey: auditSigner.publicKey });
    expect(checkpoint.chains.map(({ chain, sequence }) => [chain, sequence])).toEqual([
      [one, 2],
      [two, 1],
      ['vendor', 1],
    ]);
    expect(checkSignature(checkpoint, auditSigner.publicKey)).toBeNull();
    expect(await log.verify(marksOf(checkpoint))).toEqual([]);
  });

  test('waits for a sealer that is at work, and then has what that one sealed', async () => {
    const chain = newId('tenant');
    await insertAuditEvents(log.database, [bodyOf(chain)]);
    let taken: Promise<Checkpoint> | undefined;
    await log.database.transaction(async (database) => {
      await sealBatch(database, 1000);
      taken = takeCheckpoint({ ...log.deps, database: log.another(), clock, auditSigner });
    });
    expect((await taken)?.chains.map((head) => head.chain)).toContain(chain);
  });
});

describe('a checkpoint is not believed when', () => {
  const head = { chain: 'vendor', sequence: 7, hash: 'ab'.repeat(32) };
  const good = () => signCheckpoint(auditSigner, AT, [head]);

  test.each<[string, (checkpoint: Checkpoint) => Checkpoint]>([
    ['its time was changed', (it) => ({ ...it, at: '2026-03-02T12:00:00.000Z' })],
    ['a number was changed', (it) => ({ ...it, chains: [{ ...head, sequence: 6 }] })],
    ['a hash was changed', (it) => ({ ...it, chains: [{ ...head, hash: 'cd'.repeat(32) }] })],
    ['a chain was taken out', (it) => ({ ...it, chains: [] })],
    ['its signature is no signature', (it) => ({ ...it, signature: '' })],
    ['it names another key', (it) => ({ ...it, publicKey: publicKeyOf('ed25519') })],
    ['its key is of another kind', (it) => ({ ...it, publicKey: publicKeyOf('rsa') })],
  ])('%s', (_, change) => {
    expect(checkSignature(good(), auditSigner.publicKey)).toBeNull();
    expect(checkSignature(change(good()), null)).not.toBeNull();
  });

  test('it is signed with another key than the expected one', () => {
    expect(checkSignature(good(), publicKeyOf('ed25519'))).toMatch(/another key/);
  });

  test('it has members of which the signature says nothing', () => {
    expect(parseCheckpoints(JSON.stringify(good()))).toEqual([good()]);
    expect(parseCheckpoints(JSON.stringify({ ...good(), note: 'trust me' }))).toEqual([]);
  });
});

describe('the signing key', () => {
  test('is made once: processes that need it at the same moment get the same, in a file for its owner alone', async () => {
    const fresh = path.join(dataDir, 'fresh', 'folder');
    const signers = await Promise.all(
      Array.from({ length: 8 }, () => loadSigningKey({ auditSigningKeyFile: null, dataDir: fresh })),
    );
    expect(new Set(signers.map(({ publicKey }) => publicKey)).size).toBe(1);
    expect((await stat(path.join(fresh, 'audit-signing-key.pem'))).mode & 0o777).toBe(0o600);
  });

  test('is the configured one where there is one', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const file = path.join(dataDir, 'configured.pem');
    await writeFile(file, privateKey.export({ format: 'pem', type: 'pkcs8' }));
    const signer = await loadSigningKey({ auditSigningKeyFile: file, dataDir: '/nowhere' });
    expect(signer.publicKey).toBe(toBase64(publicKey));
    const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
    expect(readPublicKey(pem)?.equals(publicKey)).toBe(true);
  });

  test.each([
    ['is missing', null],
    ['is no key', 'garbage'],
    [
      'is of another kind',
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'pem', type: 'pkcs8' }),
    ],
  ])('is refused, and the variable named, when the configured file %s', async (_, content) => {
    const file = path.join(dataDir, 'wrong.pem');
    await rm(file, { force: true });
    if (content !== null) await writeFile(file, content).then(() => chmod(file, 0o600));
    await expect(loadSigningKey({ auditSigningKeyFile: file, dataDir })).rejects.toThrow(
      /COUNTERSIGN_AUDIT_SIGNING_KEY_FILE must name an Ed25519 private key/,
    );
  });
});

describe('checkpoints in the log', () => {
  /** The log as it is shipped, and a promise of its next checkpoint. */
  function shippedLog() {
    const lines: string[] = [];
    let arrived = (): void => undefined;
    const logger = createLogger('info', (line) => {
      lines.push(line);
      arrived();
    });
    const next = (): Promise<void> => new Promise((resolve) => (arrived = resolve));
    return { lines, logger, next };
  }

  test('are there by themselves, only with chains that went on, and none when nothing happened', async () => {
    const chain = await log.chain(2);
    const { lines, logger, next } = shippedLog();
    const first = next();
    const writing = startCheckpointLog(
      { ...log.deps, clock, auditSigner, log: logger },
      { everySeconds: 0.001 },
    );
    await first;
    const second = next();
    await insertAuditEvents(log.database, [bodyOf(chain)]);
    await second;
    await writing.stop();
    const [all, news, ...more] = parseCheckpoints(lines.join(''));
    expect(all?.chains.find((head) => head.chain === chain)?.sequence).toBe(2);
    expect(news?.chains).toEqual([{ chain, sequence: 3, hash: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
    expect(more).toEqual([]);
    for (const checkpoint of [all, news]) {
      expect(checkpoint && checkSignature(checkpoint, auditSigner.publicKey)).toBeNull();
    }
  });

  test('have what was written until the end, in lines that no container runtime cuts', async () => {
    await insertAuditEvents(
      log.database,
      Array.from({ length: 200 }, () => bodyOf(newId('tenant'))),
    );
    const { lines, logger } = shippedLog();
    const deps = { ...log.deps, clock, auditSigner, log: logger };
    await startCheckpointLog(deps, { everySeconds: 3600 }).stop();
    const checkpoints = parseCheckpoints(lines.join(''));
    const heads = await takeCheckpoint({ ...log.deps, clock, auditSigner });
    expect(checkpoints.flatMap(({ chains }) => chains)).toEqual(heads.chains);
    for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThan(16_384);
    expect(await log.verify(checkpoints.flatMap(marksOf))).toEqual([]);
  });
});
