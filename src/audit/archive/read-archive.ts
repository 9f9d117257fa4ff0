import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { FileStore } from '../../lib/file-store.ts';
import type { SealedEvent } from '../chain/chain.ts';
import { readExport } from '../export.ts';
import type { Manifest, ManifestPart } from './manifest.ts';

/** An archive is incomplete or differs from what is expected. The message says how. */
export class ArchiveError extends Error {}

export const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

/**
 * Reads the events of an archived month, by chain and number.
 * @throws ArchiveError if a file is missing or changed; ExportError if a line is not an event
 */
export async function* readArchivedMonth(store: FileStore, { parts }: Manifest): AsyncGenerator<SealedEvent> {
  for (const part of parts) {
    let events = 0;
    for await (const event of readExport(decompress(await readPart(store, part)))) {
      events++;
      yield event;
    }
    if (events !== part.events)
      throw new ArchiveError(`${part.name} has ${events} events, but its manifest says ${part.events}.`);
  }
}

async function readPart(store: FileStore, part: ManifestPart): Promise<Buffer> {
  const content = await store.read(part.name);
  if (content === null) throw new ArchiveError(`${part.name} is missing in ${store.location}.`);
  if (sha256(content) !== part.sha256)
    throw new ArchiveError(
      `${part.name} in ${store.location} was changed: its SHA-256 is not that of its manifest.`,
    );
  return content;
}

function decompress(content: Buffer): AsyncIterable<string> {
  return Readable.from([content]).pipe(createGunzip()).setEncoding('utf8');
}
