import type { Writable } from 'node:stream';
import type { CheckpointSigner } from '../../audit/checkpoints/checkpoint-signer.ts';
import { loadSigningKey } from '../../audit/checkpoints/signing-key.ts';
import { openBucket } from '../../aws/s3.ts';
import { readConfig } from '../../config/config.ts';
import type { Database } from '../../database/database.ts';
import { openServiceDatabase } from '../../database/service-database.ts';
import type { Clock } from '../../lib/clock.ts';
import type { FileStore } from '../../lib/file-store.ts';
import { openFolder } from '../../lib/folder-store.ts';
import { createLogger } from '../../observability/logger.ts';

/** The outside world of the audit command. Tests replace it. */
export interface AuditIo {
  openDatabase(): Promise<AuditDatabase>;
  loadSigner(): Promise<CheckpointSigner>;
  /** @param location a folder, or the URL of a bucket */
  openStore(location: string): Promise<FileStore>;
  /** How many months of events stay in the database; null: all. */
  retentionMonths(): number | null;
  stdout: Writable;
  stderr: Writable;
}

interface AuditDatabase {
  database: Database;
  ownerUrl: string;
  clock: Clock;
  close(): Promise<void>;
}

export interface AuditOptions {
  file?: string | undefined;
  checkpoint?: string[] | undefined;
  'public-key'?: string | undefined;
  tenant?: string | undefined;
  out?: string | undefined;
  archive?: string[] | undefined;
  offline?: boolean | undefined;
  to?: string | undefined;
  before?: string | undefined;
  'dry-run'?: boolean | undefined;
}

/** The metrics of commands, which nobody scrapes. */
export const NO_METRICS = { sealedEvents: { inc: () => undefined } };

export function createAuditIo(): AuditIo {
  return {
    openDatabase: () =>
      openServiceDatabase(readConfig('sandbox'), {
        exclusive: false,
        // Standard output is reserved for the export.
        log: createLogger('warn', (line) => process.stderr.write(line)),
      }),
    loadSigner: () => loadSigningKey(readConfig('sandbox')),
    openStore: async (location) =>
      location.startsWith('s3://')
        ? openBucket({ url: location, ...readConfig('sandbox') })
        : openFolder(location),
    retentionMonths: () => readConfig('sandbox').auditRetentionMonths,
    stdout: process.stdout,
    stderr: process.stderr,
  };
}

export async function withDatabase<T>(
  io: AuditIo,
  work: (database: Database, opened: AuditDatabase) => Promise<T>,
): Promise<T> {
  const opened = await io.openDatabase();
  try {
    return await work(opened.database, opened);
  } finally {
    await opened.close();
  }
}

/** Formats a number with its noun, such as "1 event" or "2,000 events". */
export function formatCount(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}
