import { createReadStream } from 'node:fs';
import { type Archives, loadArchives } from '../../audit/archive/load-archives.ts';
import { ArchiveError } from '../../audit/archive/read-archive.ts';
import type { ChainHead, ExpectedHead, Finding, SealedEvent } from '../../audit/chain/chain.ts';
import { type Verification, verifyChains } from '../../audit/chain/verify-chains.ts';
import { verifyDatabase } from '../../audit/chain/verify-database.ts';
import {
  type Checkpoint,
  checkSignature,
  encodePublicKey,
  expectedHeadsOf,
  parseCheckpoints,
  parsePublicKey,
} from '../../audit/checkpoints/checkpoint.ts';
import { ExportError, readExport } from '../../audit/export.ts';
import { type ArchiveRecord, listArchiveRecords } from '../../audit/store.ts';
import { UsageError } from '../usage-error.ts';
import { openArchive } from './archive-log.ts';
import { type AuditIo, type AuditOptions, formatCount, withDatabase } from './audit-io.ts';
import { readText, toReadError } from './read-file.ts';

const PROGRESS_INTERVAL = 100_000;

interface VerifyInput {
  expectedHeads: ExpectedHead[];
  chain: string | null;
  onEvent: (count: number) => void;
  /** Reads the manifests of the archives given; undefined: none is given. */
  loadArchives: (records: ArchiveRecord[] | null) => Promise<Archives | undefined>;
}

/** `countersign audit verify`. Returns 0 when there are no findings, otherwise 1. */
export async function verifyLog(options: AuditOptions, io: AuditIo): Promise<number> {
  const chain = options.tenant ?? null;
  const expectedKey = options['public-key'] === undefined ? null : await readKey(options['public-key']);
  const checkpoints = (await Promise.all((options.checkpoint ?? []).map(readCheckpoints))).flat();
  const { valid, invalid } = checkSignatures(checkpoints, expectedKey);
  const problems = invalid.map(({ checkpoint, problem }) => `checkpoint of ${checkpoint.at}: ${problem}`);
  const stores = await Promise.all((options.archive ?? []).map((location) => openArchive(io, location)));
  if (options.offline && (stores.length === 0 || options.file !== undefined))
    throw new UsageError('--offline needs --archive, and cannot be used with --file.');

  const input: VerifyInput = {
    expectedHeads: valid.flatMap(expectedHeadsOf).filter((head) => chain === null || head.chain === chain),
    chain,
    onEvent: (count) => {
      if (count % PROGRESS_INTERVAL === 0) io.stderr.write(`${formatCount(count, 'event')} …\n`);
    },
    async loadArchives(records) {
      if (stores.length === 0) return undefined;
      const archives = await loadArchives({ stores, expectedKey, chain, records });
      problems.push(...archives.problems);
      const months = archives.monthsWithoutEvents;
      if (months.length > 0)
        io.stderr.write(
          `Not verified: the events of ${months.join(', ')}, whose files are not in the archive.\n`,
        );
      return archives;
    },
  };
  const verification = await verifyUnlessUnreadable(options, io, input);
  for (const problem of problems) io.stdout.write(`${problem}\n`);
  if (verification === null) return 1;
  const count = reportFindings(io, verification, problems.length);
  reportLimits(io, valid, { expectedKey, isArchiveGiven: stores.length > 0, ...verification });
  return count === 0 ? 0 : 1;
}

/** Returns null after reporting that an export or an archive cannot be read to its end. */
async function verifyUnlessUnreadable(
  { file, offline }: AuditOptions,
  io: AuditIo,
  input: VerifyInput,
): Promise<Verification | null> {
  try {
    if (file !== undefined) return await verifyFile(file, input);
    return await (offline ? verifyArchives(input) : verifyStored(io, input));
  } catch (error) {
    if (!(error instanceof ExportError || error instanceof ArchiveError)) throw error;
    io.stdout.write(`${file === undefined ? '' : `${file}: `}${error.message}\n`);
    return null;
  }
}

function checkSignatures(checkpoints: Checkpoint[], expectedKey: string | null) {
  const valid: Checkpoint[] = [];
  const invalid: { checkpoint: Checkpoint; problem: string }[] = [];
  for (const checkpoint of checkpoints) {
    const problem = checkSignature(checkpoint, expectedKey);
    if (problem === null) valid.push(checkpoint);
    else invalid.push({ checkpoint, problem });
  }
  return { valid, invalid };
}

async function verifyStored(io: AuditIo, input: VerifyInput): Promise<Verification> {
  return withDatabase(io, async (database) => {
    const archived = await input.loadArchives(await listArchiveRecords(database));
    const expectedHeads = [...input.expectedHeads, ...(archived?.expectedHeads ?? [])];
    const verification = await verifyDatabase({ database }, { ...input, expectedHeads, archived });
    if (verification.unsealed > 0) {
      const events = formatCount(verification.unsealed, 'event');
      io.stderr.write(
        `Not verified: ${events} that the service has not sealed into a chain yet. It does so within about a second.\n`,
      );
    }
    return verification;
  });
}

async function verifyArchives({ loadArchives, expectedHeads, onEvent }: VerifyInput): Promise<Verification> {
  const archives = await loadArchives(null);
  if (!archives) throw new UsageError('--archive is missing.');
  const { startingHeads, read } = archives;
  return verifyChains(read(), [...expectedHeads, ...archives.expectedHeads], { startingHeads, onEvent });
}

async function verifyFile(file: string, input: VerifyInput): Promise<Verification> {
  const archives = await input.loadArchives(null);
  const startingHeads = new Map<string, ChainHead>(archives?.startingHeads);
  const lines = readExport(createReadStream(file, 'utf8'), (head) => {
    if (!archives) startingHeads.set(head.chain, head);
  });
  const events = concatenate(archives?.read(), filterByChain(lines, input.chain));
  const expectedHeads = [...input.expectedHeads, ...(archives?.expectedHeads ?? [])];
  try {
    return await verifyChains(events, expectedHeads, { startingHeads, onEvent: input.onEvent });
  } catch (error) {
    throw toReadError(file, error);
  }
}

async function* concatenate(...all: (AsyncIterable<SealedEvent> | undefined)[]): AsyncGenerator<SealedEvent> {
  for (const events of all) if (events) yield* events;
}

async function* filterByChain(
  events: AsyncIterable<SealedEvent>,
  chain: string | null,
): AsyncGenerator<SealedEvent> {
  for await (const event of events) {
    if (chain === null || event.chain === chain) yield event;
  }
}

/** Prints the findings and a summary, and returns their number including other problems. */
function reportFindings(io: AuditIo, verification: Verification, problems: number): number {
  const { findings, omittedFindings, events, chains } = verification;
  for (const finding of findings) io.stdout.write(`${formatFinding(finding)}\n`);
  if (omittedFindings > 0) io.stdout.write(`… and ${omittedFindings} more.\n`);
  const count = findings.length + omittedFindings + problems;
  const result = count === 0 ? 'no findings' : formatCount(count, 'finding');
  io.stdout.write(`${formatCount(events, 'event')} in ${formatCount(chains, 'chain')}: ${result}.\n`);
  return count;
}

function formatFinding({ kind, chain, sequence, eventId, message }: Finding): string {
  const position = [chain, sequence === null ? '' : `number ${sequence}`, eventId ?? ''];
  return `${kind}: ${position.filter(Boolean).join(', ')}: ${message}`;
}

/** Says what the verification cannot detect without a checkpoint or a public key. */
function reportLimits(
  io: AuditIo,
  checkpoints: Checkpoint[],
  verified: Pick<Verification, 'archivedHeads'> & { expectedKey: string | null; isArchiveGiven: boolean },
): void {
  const { expectedKey, isArchiveGiven, archivedHeads } = verified;
  if (archivedHeads > 0 && !isArchiveGiven) {
    const heads = formatCount(archivedHeads, 'last event');
    io.stdout.write(
      `Without --archive, the archived months are not verified, and neither ${archivedHeads === 1 ? 'is' : 'are'} ${heads} of the checkpoints, which ${archivedHeads === 1 ? 'is' : 'are'} in them.\n`,
    );
  }
  if (checkpoints.length === 0) {
    io.stdout.write(
      'Without a --checkpoint that was stored outside the database, two changes cannot be detected: a chain that lost its last events and its head, and a log that was rewritten as a whole.\n',
    );
  }
  if ((checkpoints.length > 0 || isArchiveGiven) && expectedKey === null) {
    io.stdout.write(
      'Without --public-key, a checkpoint or an archive only shows that it is unchanged since it was signed. An attacker may have signed it with another key.\n',
    );
  }
}

async function readKey(value: string): Promise<string> {
  const key = parsePublicKey(value) ?? parsePublicKey(await readText(value));
  if (!key) throw new UsageError(`--public-key ${value} is not an Ed25519 public key in base64 or PEM.`);
  return encodePublicKey(key);
}

async function readCheckpoints(file: string): Promise<Checkpoint[]> {
  const checkpoints = parseCheckpoints(await readText(file));
  if (checkpoints.length === 0) throw new UsageError(`${file} contains no checkpoint.`);
  return checkpoints;
}
