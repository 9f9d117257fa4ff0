import { createReadStream, existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Mark } from '../audit/chain.ts';
import {
  checkSignature,
  marksOf,
  parseCheckpoints,
  readPublicKey,
  takeCheckpoint,
  toBase64,
} from '../audit/checkpoint.ts';
import { ExportError, exportAuditEvents, readExport } from '../audit/export.ts';
import { loadSigningKey } from '../audit/signing-key.ts';
import { verifyDatabase } from '../audit/verify.ts';
import { type Verification, verifyChains } from '../audit/verify-chains.ts';
import { openStores } from '../compose.ts';
import { type Config, readConfig } from '../config.ts';
import type { Database } from '../database/database.ts';
import { systemClock } from '../lib/clock.ts';
import { idPattern } from '../lib/ids.ts';
import { createLogger } from '../logger.ts';
import { createMetrics } from '../metrics.ts';

const HELP = `countersign audit verify [--file <export>] [--checkpoint <file>]... [--public-key <base64 or PEM file>] [--tenant <tenantId>]
countersign audit export [--tenant <tenantId>]
countersign audit checkpoint [--out <file>]

verify      finds events that were edited, removed, reordered or added. Against checkpoints that were kept elsewhere it
            also finds a tail that was cut off and a chain that was computed anew. Without --file it reads the database.
export      prints the log as lines of JSON, which verify reads offline (--file).
checkpoint  prints where every chain stands, signed. Keep it where whoever can write to the database cannot.

Exit code: 0 everything holds, 1 something was found, 2 the command was not understood.`;

/** What was typed is not usable; the message says what is. */
class UsageError extends Error {}

interface Options {
  file?: string | undefined;
  checkpoint?: string[] | undefined;
  'public-key'?: string | undefined;
  tenant?: string | undefined;
  out?: string | undefined;
}

export async function auditCommand(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      file: { type: 'string' },
      checkpoint: { type: 'string', multiple: true },
      'public-key': { type: 'string' },
      tenant: { type: 'string' },
      out: { type: 'string' },
    },
  });
  const [verb] = positionals;
  if (values.help || verb === undefined) {
    console.log(HELP);
    return values.help ? 0 : 2;
  }
  try {
    if (values.tenant !== undefined && !idPattern('tenant').test(values.tenant)) {
      throw new UsageError(`--tenant ${values.tenant} is not a tenant's ID (tenant_…).`);
    }
    switch (verb) {
      case 'verify':
        return await verify(values);
      case 'export':
        return await withDatabase(async (database) => printExport(database, values.tenant ?? null));
      case 'checkpoint':
        return await withDatabase((database, config) => writeCheckpoint(database, config, values.out));
      default:
        throw new UsageError(`There is no "audit ${verb}".\n\n${HELP}`);
    }
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof ExportError)) throw error;
    console.error(error.message);
    return error instanceof UsageError ? 2 : 1;
  }
}

async function verify(options: Options): Promise<number> {
  const { marks, broken } = await readMarks(options);
  const progress = (count: number): void => {
    if (count % 100_000 === 0) console.error(`${count} events read …`);
  };
  const chain = options.tenant ?? null;
  if (options.file !== undefined) {
    if (!existsSync(options.file)) throw new UsageError(`There is no file ${options.file}.`);
    const events = readExport(createReadStream(options.file, 'utf8'));
    const relevant = marks.filter((mark) => chain === null || mark.chain === chain);
    return tell(await verifyChains(events, relevant, { onEvent: progress }), marks.length > 0, broken);
  }
  return withDatabase(async (database) => {
    const relevant = marks.filter((mark) => chain === null || mark.chain === chain);
    const found = await verifyDatabase({ database }, { marks: relevant, chain, onEvent: progress });
    if (found.unsealed > 0)
      console.log(`${found.unsealed} events are not sealed yet; a running server does it within a second.`);
    return tell(found, marks.length > 0, broken);
  });
}

/** The places that checkpoints vouch for, and what is wrong with the checkpoints themselves. */
async function readMarks(options: Options): Promise<{ marks: Mark[]; broken: string[] }> {
  const expected = options['public-key'] === undefined ? null : await readExpectedKey(options['public-key']);
  const marks: Mark[] = [];
  const broken: string[] = [];
  for (const file of options.checkpoint ?? []) {
    if (!existsSync(file)) throw new UsageError(`There is no file ${file}.`);
    const checkpoints = parseCheckpoints(await readFile(file, 'utf8'));
    if (checkpoints.length === 0) throw new UsageError(`There is no checkpoint in ${file}.`);
    for (const checkpoint of checkpoints) {
      const wrong = checkSignature(checkpoint, expected);
      if (wrong) broken.push(`the checkpoint of ${checkpoint.at} in ${file}: ${wrong}`);
      else marks.push(...marksOf(checkpoint));
    }
  }
  if (marks.length > 0 && expected === null) {
    console.log('No --public-key was given: the checkpoints vouch only for themselves.');
  }
  return { marks, broken };
}

async function readExpectedKey(given: string): Promise<string> {
  const key = readPublicKey(existsSync(given) ? await readFile(given, 'utf8') : given);
  if (!key) throw new UsageError('--public-key must be an Ed25519 public key: base64, or a PEM file.');
  return toBase64(key);
}

function tell(found: Verification, hadMarks: boolean, broken: string[]): number {
  for (const line of broken) console.log(`BROKEN   ${line}`);
  for (const { kind, chain, sequence, eventId, message } of found.findings) {
    const where = [chain, sequence === null ? null : `number ${sequence}`, eventId]
      .filter(Boolean)
      .join(', ');
    console.log(`${kind.toUpperCase().padEnd(9)}${where}: ${message}`);
  }
  if (found.unlisted > 0) console.log(`… and ${found.unlisted} more findings.`);
  const total = found.findings.length + found.unlisted + broken.length;
  const read = `${found.events} events in ${found.chains} chains`;
  if (total > 0) {
    console.log(`${read}: ${total} findings. The log is not what was written.`);
    return 1;
  }
  console.log(`${read}: everything holds${hadMarks ? ', checkpoints included' : ''}.`);
  if (!hadMarks)
    console.log(
      'Without a checkpoint kept elsewhere, a chain that was computed anew as a whole is not seen.',
    );
  return 0;
}

async function printExport(database: Database, tenantId: string | null): Promise<number> {
  for await (const lines of exportAuditEvents({ database, metrics: createMetrics() }, tenantId)) {
    if (!process.stdout.write(lines)) await new Promise((resolve) => process.stdout.once('drain', resolve));
  }
  return 0;
}

async function writeCheckpoint(database: Database, config: Config, out: string | undefined): Promise<number> {
  const auditSigner = await loadSigningKey(config);
  const deps = { database, clock: systemClock, metrics: createMetrics(), auditSigner };
  const text = `${JSON.stringify(await takeCheckpoint(deps))}\n`;
  if (out === undefined) process.stdout.write(text);
  else await writeFile(out, text);
  console.error(`Signed with the public key ${auditSigner.publicKey}`);
  return 0;
}

async function withDatabase(work: (database: Database, config: Config) => Promise<number>): Promise<number> {
  const config = readConfig('sandbox');
  const log = createLogger('warn', (line) => process.stderr.write(line));
  const stores = await openStores(config, { exclusive: false, log });
  try {
    return await work(stores.database, config);
  } finally {
    await stores.close();
  }
}
