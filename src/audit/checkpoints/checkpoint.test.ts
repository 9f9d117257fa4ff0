import { generateKeyPairSync } from 'node:crypto';
import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../lib/ids.ts';
import { createLogger } from '../../observability/logger.ts';
import { EVENT_TIME, newEventBody, openTestLog, type TestLog } from '../log.fixture.ts';
import { insertAuditEvents, trySealBatch } from '../store.ts';
import {
  type Checkpoint,
  checkSignature,
  encodePublicKey,
  expectedHeadsOf,
  parseCheckpoints,
  parsePublicKey,
  signCheckpoint,
  takeCheckpoint,
} from './checkpoint.ts';
import { startCheckpointLog } from './checkpoint-log.ts';
import type { CheckpointSigner } from './checkpoint-signer.ts';
import { loadSigningKey } from './signing-key.ts';

let log: TestLog;
let dataDir: string;
let auditSigner: CheckpointSigner;
const clock = { now: () => EVENT_TIME };

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
  return encodePublicKey(publicKey);
}

describe('a checkpoint', () => {
  test('seals all written events, and lists the last event of every chain, sorted by chain', async () => {
    const [one, two] = [newId('tenant'), newId('tenant')];
    await insertAuditEvents(log.database, [
      newEventBody(two),
      newEventBody(one),
      newEventBody(null),
      newEventBody(one),
    ]);
    const checkpoint = await takeCheckpoint({ ...log.deps, clock, auditSigner });
    expect(checkpoint).toMatchObject({
      version: 1,
      at: EVENT_TIME.toISOString(),
      publicKey: auditSigner.publicKey,
    });
    expect(checkpoint.chains.map(({ chain, sequence }) => [chain, sequence])).toEqual([
      [one, 2],
      [two, 1],
      ['vendor', 1],
    ]);
    expect(checkSignature(checkpoint, auditSigner.publicKey)).toBeNull();
    expect(await log.verify(expectedHeadsOf(checkpoint))).toEqual([]);
  });

  test('waits for a sealer that is running, and includes the events that it seals', async () => {
    const chain = newId('tenant');
    await insertAuditEvents(log.database, [newEventBody(chain)]);
    let taken: Promise<Checkpoint> | undefined;
    await log.database.transaction(async (database) => {
      await trySealBatch(database, 1000);
      taken = takeCheckpoint({ ...log.deps, database: log.openPool(), clock, auditSigner });
    });
    expect((await taken)?.chains.map((head) => head.chain)).toContain(chain);
  });
});

describe('a checkpoint is rejected if', () => {
  const head = { chain: 'vendor', sequence: 7, hash: 'ab'.repeat(32) };
  const signValid = () => signCheckpoint(auditSigner, EVENT_TIME, [head]);

  test.each<[string, (checkpoint: Checkpoint) => Checkpoint]>([
    ['its time was changed', (checkpoint) => ({ ...checkpoint, at: '2026-03-02T12:00:00.000Z' })],
    ['a number was changed', (checkpoint) => ({ ...checkpoint, chains: [{ ...head, sequence: 6 }] })],
    ['a hash was changed', (checkpoint) => ({ ...checkpoint, chains: [{ ...head, hash: 'cd'.repeat(32) }] })],
    ['a chain was removed', (checkpoint) => ({ ...checkpoint, chains: [] })],
    ['its signature is empty', (checkpoint) => ({ ...checkpoint, signature: '' })],
    ['it names another key', (checkpoint) => ({ ...checkpoint, publicKey: publicKeyOf('ed25519') })],
    ['its key is not an Ed25519 key', (checkpoint) => ({ ...checkpoint, publicKey: publicKeyOf('rsa') })],
  ])('%s', (_, change) => {
    expect(checkSignature(signValid(), auditSigner.publicKey)).toBeNull();
    expect(checkSignature(change(signValid()), null)).not.toBeNull();
  });

  test('it is signed with another key than the expected one', () => {
    expect(checkSignature(signValid(), publicKeyOf('ed25519'))).toMatch(/another key than the expected one/);
  });

  test('it has members that are not signed', () => {
    expect(parseCheckpoints(JSON.stringify(signValid()))).toEqual([signValid()]);
    expect(parseCheckpoints(JSON.stringify({ ...signValid(), note: 'trust me' }))).toEqual([]);
  });
});

describe('the signing key', () => {
  test('is created once when several processes start together, in a file that only its owner can read', async () => {
    const newFolder = path.join(dataDir, 'fresh', 'folder');
    const signers = await Promise.all(
      Array.from({ length: 8 }, () => loadSigningKey({ auditSigningKeyFile: null, dataDir: newFolder })),
    );
    expect(new Set(signers.map(({ publicKey }) => publicKey)).size).toBe(1);
    expect((await stat(path.join(newFolder, 'audit-signing-key.pem'))).mode & 0o777).toBe(0o600);
  });

  test('is read from the configured file', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const file = path.join(dataDir, 'configured.pem');
    await writeFile(file, privateKey.export({ format: 'pem', type: 'pkcs8' }));
    const signer = await loadSigningKey({ auditSigningKeyFile: file, dataDir: '/nowhere' });
    expect(signer.publicKey).toBe(encodePublicKey(publicKey));
    const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
    expect(parsePublicKey(pem)?.equals(publicKey)).toBe(true);
  });

  test.each([
    ['is missing', null],
    ['is not a key', 'garbage'],
    [
      'is another type of key',
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'pem', type: 'pkcs8' }),
    ],
  ])('is rejected with the name of the variable if the configured file %s', async (_, content) => {
    const file = path.join(dataDir, 'invalid.pem');
    await rm(file, { force: true });
    if (content !== null) await writeFile(file, content).then(() => chmod(file, 0o600));
    await expect(loadSigningKey({ auditSigningKeyFile: file, dataDir })).rejects.toThrow(
      /COUNTERSIGN_AUDIT_SIGNING_KEY_FILE must name an Ed25519 private key/,
    );
  });
});

describe('checkpoints in the log', () => {
  /** Captures the lines of a logger; `next` resolves when the next line arrives. */
  function captureLog() {
    const lines: string[] = [];
    let onLine = (): void => undefined;
    const logger = createLogger('info', (line) => {
      lines.push(line);
      onLine();
    });
    const next = (): Promise<void> => new Promise((resolve) => (onLine = resolve));
    return { lines, logger, next };
  }

  test('are written at an interval, contain only chains with new events, and are omitted if there are none', async () => {
    const chain = await log.createChain(2);
    const { lines, logger, next } = captureLog();
    const firstLine = next();
    const job = startCheckpointLog(
      { ...log.deps, clock, auditSigner, log: logger },
      { intervalSeconds: 0.001 },
    );
    await firstLine;
    const secondLine = next();
    await insertAuditEvents(log.database, [newEventBody(chain)]);
    await secondLine;
    await job.stop();
    const [first, second, ...more] = parseCheckpoints(lines.join(''));
    expect(first?.chains.find((head) => head.chain === chain)?.sequence).toBe(2);
    expect(second?.chains).toEqual([{ chain, sequence: 3, hash: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
    expect(more).toEqual([]);
    for (const checkpoint of [first, second]) {
      expect(checkpoint && checkSignature(checkpoint, auditSigner.publicKey)).toBeNull();
    }
  });

  test('include events written until shutdown, in lines that container runtimes do not split', async () => {
    await insertAuditEvents(
      log.database,
      Array.from({ length: 200 }, () => newEventBody(newId('tenant'))),
    );
    const { lines, logger } = captureLog();
    const deps = { ...log.deps, clock, auditSigner, log: logger };
    await startCheckpointLog(deps, { intervalSeconds: 3600 }).stop();
    const checkpoints = parseCheckpoints(lines.join(''));
    const heads = await takeCheckpoint({ ...log.deps, clock, auditSigner });
    expect(checkpoints.flatMap(({ chains }) => chains)).toEqual(heads.chains);
    for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThan(16_384);
    expect(await log.verify(checkpoints.flatMap(expectedHeadsOf))).toEqual([]);
  });
});
