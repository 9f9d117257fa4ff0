import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import type { Finding, Mark, SealedEvent } from '../audit/chain.ts';
import {
  type Checkpoint,
  checkSignature,
  marksOf,
  parseCheckpoints,
  readPublicKey,
  takeCheckpoint,
  toBase64,
} from '../audit/checkpoint.ts';
import type { CheckpointSigner } from '../audit/checkpoint-signer.ts';
import { ExportError, exportAuditEvents, readExport } from '../audit/export.ts';
import { loadSigningKey } from '../audit/signing-key.ts';
import { verifyDatabase } from '../audit/verify.ts';
import { type Verification, verifyChains } from '../audit/verify-chains.ts';
import { openStores } from '../compose.ts';
import { readConfig } from '../config/config.ts';
import type { Database } from '../database/database.ts';
import { systemClock } from '../lib/clock.ts';
import { idPattern } from '../lib/ids.ts';
import { createLogger } from '../observability/logger.ts';

const HELP = `countersign audit verify [--file <export>] [--checkpoint <file>]... [--public-key <key>] [--tenant <tenantId>]
countersign audit export [--tenant <tenantId>]
countersign audit checkpoint [--out <file>]

verify      reads the log in the database, or an export of it, and says what was edited, removed, reordered or added.
            A --checkpoint (one, or a log with many) that was kept elsewhere also shows an end that was cut off and a
            log that was written anew. --public-key, in base64 or a PEM file, says whose checkpoints are believed.
            Exit code: 0 everything holds, 1 something was found, 2 the command was not understood.
export      writes the log to standard output, one event in each line, for verification elsewhere.
checkpoint  signs where every chain ends now. Keep it where nobody who can change the database can change it.

For operators with access to the database, also while the server runs. Configuration as for serve.`;

const PROGRESS_EVERY = 100_000;

/** Where the command reads and writes; tests give their own. */
export interface AuditIo {
  openDatabase(): Promise<{ database: Database; close(): Promise<void> }>;
  signer(): Promise<CheckpointSigner>;
  stdout: Writable;
  stderr: Writable;
}

/** What was typed is not usable; the message says what is. */
class UsageError extends Error {}

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  file: { type: 'string' },
  checkpoint: { type: 'string', multiple: true },
  'public-key': { type: 'string' },
  tenant: { type: 'string' },
  out: { type: 'string' },
} as const;

interface Options {
  file?: string | undefined;
  checkpoint?: string[] | undefined;
  'public-key'?: string | undefined;
  tenant?: string | undefined;
  out?: string | undefined;
}

const VERBS: Record<
  string,
  { takes: (keyof Options)[]; run(options: Options, io: AuditIo): Promise<number> }
> = {
  verify: { takes: ['file', 'checkpoint', 'public-key', 'tenant'], run: verify },
  export: { takes: ['tenant'], run: exportLog },
  checkpoint: { takes: ['out'], run: checkpoint },
};

/** `countersign audit …`. Answers with the exit code. */
export async function auditCommand(args: string[], io: AuditIo = fromEnvironment()): Promise<number> {
  try {
    const { help, verb, options } = read(args);
    if (help) {
      io.stdout.write(`${HELP}\n`);
      return 0;
    }
    return await verb.run(options, io);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.stderr.write(`${error.message}\nSee countersign audit --help.\n`);
    return 2;
  }
}

function read(args: string[]) {
  const { values, positionals } = parse(args);
  const { help = false, ...options } = values;
  const [name, ...more] = positionals;
  const verb = VERBS[name ?? (help ? 'verify' : '')];
  if (!verb) throw new UsageError(name === undefined ? 'Say what to do.' : `There is no "audit ${name}".`);
  if (more.length > 0) throw new UsageError(`"${more[0]}" is too much.`);
  const stray = (Object.keys(options) as (keyof Options)[]).find((option) => !verb.takes.includes(option));
  if (stray) throw new UsageError(`"audit ${name}" takes no --${stray}.`);
  if (options.tenant !== undefined && !idPattern('tenant').test(options.tenant)) {
    throw new UsageError(`--tenant ${options.tenant} is not a tenant's ID (tenant_…).`);
  }
  return { help, verb, options };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, allowPositionals: true, options: OPTIONS });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function fromEnvironment(): AuditIo {
  return {
    openDatabase: () =>
      openStores(readConfig('sandbox'), {
        exclusive: false,
        // Standard output is the export's.
        log: createLogger('warn', (line) => process.stderr.write(line)),
      }),
    signer: () => loadSigningKey(readConfig('sandbox')),
    stdout: process.stdout,
    stderr: process.stderr,
  };
}

async function verify(options: Options, io: AuditIo): Promise<number> {
  const chain = options.tenant ?? null;
  const expected = options['public-key'] === undefined ? null : await publicKeyFrom(options['public-key']);
  const checkpoints = (await Promise.all((options.checkpoint ?? []).map(checkpointsIn))).flat();
  const bad = checkpoints.flatMap((one) => {
    const wrong = checkSignature(one, expected);
    return wrong === null ? [] : [{ one, wrong }];
  });
  for (const { one, wrong } of bad) io.stdout.write(`checkpoint of ${one.at}: ${wrong}\n`);
  const believed = checkpoints.filter((one) => !bad.some((other) => other.one === one));
  const marks = believed.flatMap(marksOf).filter((mark) => chain === null || mark.chain === chain);

  const onEvent = (count: number): void => {
    if (count % PROGRESS_EVERY === 0) io.stderr.write(`${count.toLocaleString('en')} events …\n`);
  };
  const verification = await (options.file === undefined
    ? verifyHere(io, { marks, chain, onEvent })
    : verifyFile(io, options.file, { marks, chain, onEvent }));
  if (verification === null) return 1;
  for (const finding of verification.findings) io.stdout.write(`${lineOf(finding)}\n`);
  if (verification.unlisted > 0) io.stdout.write(`… and ${verification.unlisted} more.\n`);
  const found = verification.findings.length + verification.unlisted + bad.length;
  const read = `${count(verification.events, 'event')} in ${count(verification.chains, 'chain')}`;
  io.stdout.write(found === 0 ? `${read}: everything holds.\n` : `${read}: ${count(found, 'finding')}.\n`);
  tellLimits(io, believed, expected);
  return found === 0 ? 0 : 1;
}

interface Reading {
  marks: Mark[];
  chain: string | null;
  onEvent: (count: number) => void;
}

async function verifyHere(io: AuditIo, reading: Reading): Promise<Verification> {
  const { database, close } = await io.openDatabase();
  try {
    const verification = await verifyDatabase({ database }, reading);
    if (verification.unsealed > 0) {
      const waiting = count(verification.unsealed, 'event');
      io.stderr.write(
        `${waiting} not sealed yet and so in no chain; the service seals within about a second.\n`,
      );
    }
    return verification;
  } finally {
    await close();
  }
}

async function verifyFile(io: AuditIo, file: string, reading: Reading): Promise<Verification | null> {
  const events = readExport(createReadStream(file, 'utf8'));
  try {
    return await verifyChains(only(events, reading.chain), reading.marks, { onEvent: reading.onEvent });
  } catch (error) {
    if (error instanceof ExportError) {
      io.stdout.write(`${file}: ${error.message}\n`);
      return null;
    }
    throw unreadable(file, error);
  }
}

async function* only(events: AsyncIterable<SealedEvent>, chain: string | null): AsyncGenerator<SealedEvent> {
  for await (const event of events) {
    if (chain === null || event.chain === chain) yield event;
  }
}

/** What the verdict does not say, so that nobody takes it for more. */
function tellLimits(io: AuditIo, checkpoints: Checkpoint[], expected: string | null): void {
  if (checkpoints.length === 0) {
    io.stdout.write(
      'Without a --checkpoint that was kept elsewhere, an end cut off together with its record, or a log written anew, is not seen.\n',
    );
  } else if (expected === null) {
    io.stdout.write(
      'Without --public-key a checkpoint vouches only for itself: whoever wrote it may have signed it with a key of their own.\n',
    );
  }
}

function lineOf({ kind, chain, sequence, eventId, message }: Finding): string {
  const place = [chain, sequence === null ? '' : `number ${sequence}`, eventId ?? '']
    .filter(Boolean)
    .join(', ');
  return `${kind}: ${place}: ${message}`;
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}

async function publicKeyFrom(value: string): Promise<string> {
  const key = readPublicKey(value) ?? readPublicKey(await textOf(value));
  if (!key) throw new UsageError(`--public-key ${value} is not an Ed25519 public key in base64 or PEM.`);
  return toBase64(key);
}

async function checkpointsIn(file: string): Promise<Checkpoint[]> {
  const checkpoints = parseCheckpoints(await textOf(file));
  if (checkpoints.length === 0) throw new UsageError(`${file} holds no checkpoint.`);
  return checkpoints;
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(file: string, error: unknown): unknown {
  const { syscall, message } = error as NodeJS.ErrnoException;
  return syscall === undefined ? error : new UsageError(`${file} cannot be read: ${message}`);
}

/** What is sealed here is counted by nobody. */
const UNCOUNTED = { sealedEvents: { inc: () => undefined } };

async function exportLog({ tenant }: Options, io: AuditIo): Promise<number> {
  const { database, close } = await io.openDatabase();
  try {
    const lines = exportAuditEvents({ database, metrics: UNCOUNTED }, tenant ?? null);
    await pipeline(Readable.from(lines), io.stdout, { end: false });
    return 0;
  } finally {
    await close();
  }
}

async function checkpoint({ out }: Options, io: AuditIo): Promise<number> {
  const auditSigner = await io.signer();
  const { database, close } = await io.openDatabase();
  try {
    const taken = await takeCheckpoint({ database, metrics: UNCOUNTED, clock: systemClock, auditSigner });
    const text = `${JSON.stringify(taken)}\n`;
    if (out === undefined) io.stdout.write(text);
    else await writeNew(out, text);
    io.stderr.write(
      `${count(taken.chains.length, 'chain')}, signed with ${taken.publicKey}. Keep that key apart from the checkpoint.\n`,
    );
    return 0;
  } finally {
    await close();
  }
}

/** An older checkpoint is worth more than a new one, and so is never written over. */
async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST')
      throw new UsageError(`${file} is there already; checkpoints are kept, not replaced.`);
    throw new UsageError(`${file} cannot be written: ${message}`);
  }
}
