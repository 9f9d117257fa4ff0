import { createReadStream } from 'node:fs';
import type { ExpectedHead, Finding, SealedEvent } from '../../audit/chain/chain.ts';
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
import { UsageError } from '../usage-error.ts';
import { type AuditIo, type AuditOptions, formatCount, withDatabase } from './audit-io.ts';
import { readText, toReadError } from './read-file.ts';

const PROGRESS_INTERVAL = 100_000;

interface VerifyInput {
  expectedHeads: ExpectedHead[];
  chain: string | null;
  onEvent: (count: number) => void;
}

/** `countersign audit verify`. Returns 0 when there are no findings, otherwise 1. */
export async function verifyLog(options: AuditOptions, io: AuditIo): Promise<number> {
  const chain = options.tenant ?? null;
  const expectedKey = options['public-key'] === undefined ? null : await readKey(options['public-key']);
  const checkpoints = (await Promise.all((options.checkpoint ?? []).map(readCheckpoints))).flat();
  const { valid, invalid } = checkSignatures(checkpoints, expectedKey);
  for (const { checkpoint, problem } of invalid)
    io.stdout.write(`checkpoint of ${checkpoint.at}: ${problem}\n`);

  const input: VerifyInput = {
    expectedHeads: valid.flatMap(expectedHeadsOf).filter((head) => chain === null || head.chain === chain),
    chain,
    onEvent: (count) => {
      if (count % PROGRESS_INTERVAL === 0) io.stderr.write(`${formatCount(count, 'event')} …\n`);
    },
  };
  const verification =
    options.file === undefined ? await verifyStored(io, input) : await verifyExport(io, options.file, input);
  if (verification === null) return 1;
  const count = reportFindings(io, verification, invalid.length);
  reportLimits(io, valid, expectedKey);
  return count === 0 ? 0 : 1;
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
    const verification = await verifyDatabase({ database }, input);
    if (verification.unsealed > 0) {
      const events = formatCount(verification.unsealed, 'event');
      io.stderr.write(
        `Not verified: ${events} that the service has not sealed into a chain yet. It does so within about a second.\n`,
      );
    }
    return verification;
  });
}

/** Returns null after reporting that the file is not a complete export. */
async function verifyExport(io: AuditIo, file: string, input: VerifyInput): Promise<Verification | null> {
  const events = filterByChain(readExport(createReadStream(file, 'utf8')), input.chain);
  try {
    return await verifyChains(events, input.expectedHeads, { onEvent: input.onEvent });
  } catch (error) {
    if (error instanceof ExportError) {
      io.stdout.write(`${file}: ${error.message}\n`);
      return null;
    }
    throw toReadError(file, error);
  }
}

async function* filterByChain(
  events: AsyncIterable<SealedEvent>,
  chain: string | null,
): AsyncGenerator<SealedEvent> {
  for await (const event of events) {
    if (chain === null || event.chain === chain) yield event;
  }
}

/** Prints the findings and a summary, and returns their number including invalid checkpoints. */
function reportFindings(io: AuditIo, verification: Verification, invalidCheckpoints: number): number {
  const { findings, omittedFindings, events, chains } = verification;
  for (const finding of findings) io.stdout.write(`${formatFinding(finding)}\n`);
  if (omittedFindings > 0) io.stdout.write(`… and ${omittedFindings} more.\n`);
  const count = findings.length + omittedFindings + invalidCheckpoints;
  const result = count === 0 ? 'no findings' : formatCount(count, 'finding');
  io.stdout.write(`${formatCount(events, 'event')} in ${formatCount(chains, 'chain')}: ${result}.\n`);
  return count;
}

function formatFinding({ kind, chain, sequence, eventId, message }: Finding): string {
  const position = [chain, sequence === null ? '' : `number ${sequence}`, eventId ?? ''];
  return `${kind}: ${position.filter(Boolean).join(', ')}: ${message}`;
}

/** Says what the verification cannot detect without a checkpoint or a public key. */
function reportLimits(io: AuditIo, checkpoints: Checkpoint[], expectedKey: string | null): void {
  if (checkpoints.length === 0) {
    io.stdout.write(
      'Without a --checkpoint that was stored outside the database, two changes cannot be detected: a chain that lost its last events and its head, and a log that was rewritten as a whole.\n',
    );
  } else if (expectedKey === null) {
    io.stdout.write(
      'Without --public-key, a checkpoint only shows that it is unchanged since it was signed. An attacker may have signed it with another key.\n',
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
