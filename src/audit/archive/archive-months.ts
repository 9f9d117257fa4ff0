import type pg from 'pg';
import type { FileStore } from '../../lib/file-store.ts';
import type { ChainHead } from '../chain/chain.ts';
import { verifyChains } from '../chain/verify-chains.ts';
import { checkSignature } from '../checkpoints/checkpoint.ts';
import type { CheckpointSigner } from '../checkpoints/checkpoint-signer.ts';
import { type Manifest, manifestName, monthOf, parseManifest, signManifest } from './manifest.ts';
import { ArchiveError, readArchivedMonth, sha256 } from './read-archive.ts';
import {
  describeMonth,
  dropMonth,
  endPastMonths,
  findLastArchive,
  listEndedMonths,
  listPrecedingHeads,
  type StoredMonth,
  tryLockArchive,
} from './store.ts';
import { writeMonth } from './write-month.ts';

interface ArchiveDeps {
  /** A connection of the database's owner. */
  client: pg.Client;
  store: FileStore;
  signer: CheckpointSigner;
}

interface ArchiveInput {
  /** Archives the months that end before this day. */
  before: Date;
  dryRun: boolean;
  /** Called for each month: when it is archived, or would be. */
  onMonth(month: string, events: number): void;
}

/**
 * Moves the months that have ended to files, the oldest first. A month is dropped from the database only after its files
 * were written, read back and verified. A run that ends at any point is continued by the next one.
 * @throws ArchiveError if another process archives, or if an archive differs from the database
 */
export async function archiveMonths(
  deps: ArchiveDeps,
  { before, dryRun, onMonth }: ArchiveInput,
): Promise<void> {
  const { client } = deps;
  if (!(await tryLockArchive(client)))
    throw new ArchiveError('Another process is archiving this log. Wait until it has finished.');
  // By the clock alone, a month that ends after this line would be among those that have ended, and still get events.
  const end = dryRun ? before : earlierOf(before, await endPastMonths(client));
  for (const month of await listEndedMonths(client, end)) {
    const events = dryRun ? (await describeMonth(client, month)).events : await archiveMonth(deps, month);
    onMonth(monthOf(month.month), events);
  }
}

const earlierOf = (one: Date, other: Date): Date => (one < other ? one : other);

/** Returns the number of archived events. */
async function archiveMonth(deps: ArchiveDeps, month: StoredMonth): Promise<number> {
  const { client, store } = deps;
  const { events, heads } = await describeMonth(client, month);
  const name = manifestName(monthOf(month.month));
  if ((await store.read(name)) === null) {
    const manifest = signManifest(deps.signer, {
      month: monthOf(month.month),
      previous: await findLastArchive(client),
      events,
      parts: await writeMonth(deps, month),
      heads,
      end: month.end,
    });
    // While the files were written, another log may have been archived to the same place.
    if ((await store.read(name)) === null)
      await store.write(name, Buffer.from(`${JSON.stringify(manifest)}\n`));
  }
  // Also an archive that an earlier run has written is read, and all of it from where it is stored.
  const content = await store.read(name);
  if (content === null)
    throw new ArchiveError(`${name} is missing in ${store.location} after it was written.`);
  const manifest = await assertArchived(deps, { month, events, heads, content });
  await dropMonth(client, month, {
    location: store.location,
    events: manifest.events,
    manifestSha256: sha256(content),
  });
  return events;
}

interface ExpectedMonth {
  month: StoredMonth;
  events: number;
  heads: ChainHead[];
  /** The manifest as it is stored. */
  content: Buffer;
}

/** @throws ArchiveError unless the archive has every event of the month, in chains that continue those archived before */
async function assertArchived(
  { client, store, signer }: ArchiveDeps,
  { month, events, heads, content }: ExpectedMonth,
): Promise<Manifest> {
  const label = monthOf(month.month);
  const reject = (problem: string): never => {
    throw new ArchiveError(
      `The archive of ${label} in ${store.location} does not match the database: ${problem}. The month stays in the ` +
        'database. See "The archive does not match" in docs/operations.md.',
    );
  };
  const manifest = parseManifest(content.toString('utf8')) ?? reject('its manifest is not one');
  const problem = checkSignature(manifest, signer.publicKey);
  if (problem !== null) reject(`the manifest: ${problem}`);
  if (manifest.month !== label || manifest.events !== events) reject('it has other events');
  const verification = await verifyChains(
    readArchivedMonth(store, manifest),
    heads.map((head) => ({ ...head, source: 'the database' })),
    { startingHeads: new Map((await listPrecedingHeads(client, month)).map((head) => [head.chain, head])) },
  );
  const [finding] = verification.findings;
  if (finding) reject(`${finding.kind}: ${finding.chain}, number ${finding.sequence}: ${finding.message}`);
  if (verification.events !== events) reject(`it has ${verification.events} events instead of ${events}`);
  return manifest;
}
