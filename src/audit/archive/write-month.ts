import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { createGzip } from 'node:zlib';
import type pg from 'pg';
import type { FileStore } from '../../lib/file-store.ts';
import type { SealedEvent } from '../chain/chain.ts';
import { toExportLine } from '../export.ts';
import { type ManifestPart, monthOf, partName } from './manifest.ts';
import { sha256 } from './read-archive.ts';
import { readMonth, type StoredMonth } from './store.ts';

/** Events of one file, which is held in memory: compressed, it has some tens of megabytes. */
const MAX_PART_EVENTS = 100_000;

/** Writes the events of a month to files, and returns what the manifest says about them. */
export async function writeMonth(
  { client, store }: { client: pg.Client; store: FileStore },
  month: StoredMonth,
  maxPartEvents = MAX_PART_EVENTS,
): Promise<ManifestPart[]> {
  const parts: ManifestPart[] = [];
  const pages = readMonth(client, month);
  for (let next = await pages.next(); !next.done; ) {
    const compressor = openCompressor();
    let events = 0;
    for (; !next.done && events < maxPartEvents; next = await pages.next()) {
      await compressor.write(next.value);
      events += next.value.length;
    }
    const content = await compressor.end();
    const hash = sha256(content);
    const name = partName(monthOf(month.month), parts.length + 1, hash);
    await store.write(name, content);
    parts.push({ name, events, sha256: hash });
  }
  return parts;
}

function openCompressor() {
  const gzip = createGzip();
  const content = buffer(gzip);
  return {
    async write(events: SealedEvent[]): Promise<void> {
      if (!gzip.write(events.map(toExportLine).join(''))) await once(gzip, 'drain');
    },
    end(): Promise<Buffer> {
      gzip.end();
      return content;
    },
  };
}
