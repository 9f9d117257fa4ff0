import type { Writable } from 'node:stream';
import type { CheckpointSigner } from '../../audit/checkpoints/checkpoint-signer.ts';
import { loadSigningKey } from '../../audit/checkpoints/signing-key.ts';
import { readConfig } from '../../config/config.ts';
import type { Database } from '../../database/database.ts';
import { openServiceDatabase } from '../../database/service-database.ts';
import type { Clock } from '../../lib/clock.ts';
import { createLogger } from '../../observability/logger.ts';

/** The outside world of the audit command. Tests replace it. */
export interface AuditIo {
  openDatabase(): Promise<{ database: Database; clock: Clock; close(): Promise<void> }>;
  loadSigner(): Promise<CheckpointSigner>;
  stdout: Writable;
  stderr: Writable;
}

export interface AuditOptions {
  file?: string | undefined;
  checkpoint?: string[] | undefined;
  'public-key'?: string | undefined;
  tenant?: string | undefined;
  out?: string | undefined;
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
    stdout: process.stdout,
    stderr: process.stderr,
  };
}

export async function withDatabase<T>(
  io: AuditIo,
  work: (database: Database, clock: Clock) => Promise<T>,
): Promise<T> {
  const { database, clock, close } = await io.openDatabase();
  try {
    return await work(database, clock);
  } finally {
    await close();
  }
}

/** Formats a number with its noun, such as "1 event" or "2,000 events". */
export function formatCount(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}
