import type { FileStore } from '../../lib/file-store.ts';
import type { ChainHead, ExpectedHead, SealedEvent } from '../chain/chain.ts';
import type { ArchivedEvents } from '../chain/verify-database.ts';
import { checkSignature, expectedHeadsOf } from '../checkpoints/checkpoint.ts';
import type { ArchiveRecord } from '../store.ts';
import { archivedMonths, type Manifest, manifestName, parseManifest } from './manifest.ts';
import { readArchivedMonth, sha256 } from './read-archive.ts';

interface ArchivedMonth {
  store: FileStore;
  manifest: Manifest;
  manifestSha256: string;
  /** False where the files with the events were removed, and only the manifest was kept. */
  hasEvents: boolean;
}

export interface Archives extends ArchivedEvents {
  /** The last events of each month, by its signed manifest. */
  expectedHeads: ExpectedHead[];
  /** One line for each thing that is wrong with the archives themselves. */
  problems: string[];
  /** The first months, of which only the manifests are there: their events cannot be verified. */
  monthsWithoutEvents: string[];
}

interface LoadInput {
  stores: readonly FileStore[];
  expectedKey: string | null;
  /** Reads only this chain; null reads all. */
  chain: string | null;
  /** What the database says was archived; null: it is not read. */
  records: readonly ArchiveRecord[] | null;
}

/** Reads the manifests of all archives. The events of a month whose files are missing are left out if it is among the first. */
export async function loadArchives({ stores, expectedKey, chain, records }: LoadInput): Promise<Archives> {
  const problems: string[] = [];
  const all = (await Promise.all(stores.map((store) => loadMonths(store, problems)))).flat();
  all.sort((a, b) => (a.manifest.month < b.manifest.month ? -1 : 1));
  // A month that was not dropped, because its run ended before, is in the database too: its events are read from there.
  const months = all.filter(
    ({ manifest: { month } }) => records === null || records.some((record) => record.month === month),
  );
  for (const { manifest } of all) {
    const problem = checkSignature(manifest, expectedKey);
    if (problem !== null) problems.push(`the manifest of ${manifest.month}: ${problem}`);
  }
  problems.push(
    ...findMissingMonths(months),
    ...(records ?? []).flatMap((record) => compare(record, months)),
  );
  const first = months.findIndex(({ hasEvents }) => hasEvents);
  const [removed, present] = first < 0 ? [months, []] : [months.slice(0, first), months.slice(first)];
  const isWanted = (head: { chain: string }): boolean => chain === null || head.chain === chain;
  return {
    problems,
    monthsWithoutEvents: removed.map(({ manifest }) => manifest.month),
    // Also of months that the database does not list: whoever rewrote the log may have rewritten the list.
    expectedHeads: all
      .flatMap(({ manifest }) =>
        expectedHeadsOf(manifest.checkpoint).map((head) => ({
          ...head,
          source: `the manifest of ${manifest.month}`,
        })),
      )
      .filter(isWanted),
    startingHeads: new Map(
      removed.flatMap(({ manifest }) =>
        manifest.checkpoint.chains.filter(isWanted).map((head): [string, ChainHead] => [head.chain, head]),
      ),
    ),
    read: () => readMonths(present, isWanted),
  };
}

async function loadMonths(store: FileStore, problems: string[]): Promise<ArchivedMonth[]> {
  const names = await store.list();
  const months: ArchivedMonth[] = [];
  for (const month of archivedMonths(names)) {
    const content = await store.read(manifestName(month));
    const manifest = content && parseManifest(content.toString('utf8'));
    if (!content || manifest?.month !== month) {
      problems.push(`${manifestName(month)} in ${store.location} is not the manifest of ${month}`);
      continue;
    }
    const hasEvents = manifest.parts.every(({ name }) => names.includes(name));
    months.push({ store, manifest, manifestSha256: sha256(content), hasEvents });
  }
  if (months.length === 0) problems.push(`${store.location} has no archive`);
  return months;
}

/** Each manifest names the one before, so that a month cannot be removed from between two others. */
function findMissingMonths(months: readonly ArchivedMonth[]): string[] {
  return months.slice(1).flatMap(({ manifest: { month, previous } }, i) => {
    const before = months[i];
    const follows = previous?.month === before?.manifest.month && previous?.sha256 === before?.manifestSha256;
    return follows ? [] : [`the manifest of ${month} does not follow that of ${before?.manifest.month}`];
  });
}

function compare(record: ArchiveRecord, months: readonly ArchivedMonth[]): string[] {
  const found = months.find(({ manifest }) => manifest.month === record.month);
  // The oldest archives may have been removed when nobody had to keep them any more.
  if (!found) {
    const isOlder = months.every(({ manifest }) => manifest.month > record.month);
    return isOlder
      ? []
      : [`${record.month} was archived to ${record.location}, and is not in the archives given`];
  }
  const isRecorded = found.manifestSha256 === record.manifestSha256;
  return isRecorded
    ? []
    : [`the manifest of ${record.month} is not the one that was written when the month was archived`];
}

async function* readMonths(
  months: readonly ArchivedMonth[],
  isWanted: (event: SealedEvent) => boolean,
): AsyncGenerator<SealedEvent> {
  for (const { store, manifest } of months)
    for await (const event of readArchivedMonth(store, manifest)) if (isWanted(event)) yield event;
}
