import { archiveMonths } from '../../audit/archive/archive-months.ts';
import { ArchiveError } from '../../audit/archive/read-archive.ts';
import { BucketError } from '../../aws/s3.ts';
import { withClient } from '../../database/with-client.ts';
import type { FileStore } from '../../lib/file-store.ts';
import { UsageError } from '../usage-error.ts';
import { type AuditIo, type AuditOptions, formatCount, withDatabase } from './audit-io.ts';

/** `countersign audit archive`. Returns 0 when every month that is due is archived, otherwise 1. */
export async function archiveLog(options: AuditOptions, io: AuditIo): Promise<number> {
  if (options.to === undefined) throw new UsageError('--to is missing: a folder, or s3://bucket/prefix.');
  const dryRun = options['dry-run'] === true;
  const store = await openArchive(io, options.to);
  const before = options.before === undefined ? null : parseMonth(options.before);
  const retentionMonths = io.retentionMonths();
  if (before === null && retentionMonths === null)
    throw new UsageError('Give --before, or set COUNTERSIGN_AUDIT_RETENTION_MONTHS.');
  const signer = await io.loadSigner();
  return withDatabase(io, async (_database, { ownerUrl, clock }) => {
    const end = before ?? monthsAgo(clock.now(), retentionMonths ?? 0);
    const onMonth = (month: string, events: number): void => {
      const result = dryRun ? 'would be archived' : `archived to ${store.location} and dropped`;
      io.stdout.write(`${month}: ${formatCount(events, 'event')} ${result}\n`);
    };
    try {
      await withClient(
        ownerUrl,
        (client) => archiveMonths({ client, store, signer }, { before: end, dryRun, onMonth }),
        { name: 'countersign audit archive', mayTakeLong: true },
      );
    } catch (error) {
      if (!(error instanceof ArchiveError)) throw error;
      io.stderr.write(`${error.message}\n`);
      return 1;
    }
    io.stdout.write(`No other month ended before ${end.toISOString().slice(0, 10)}.\n`);
    return 0;
  });
}

export async function openArchive(io: AuditIo, location: string): Promise<FileStore> {
  try {
    return await io.openStore(location);
  } catch (error) {
    throw error instanceof BucketError ? new UsageError(error.message) : error;
  }
}

function parseMonth(text: string): Date {
  const date = new Date(`${text}-01T00:00:00Z`);
  if (!/^\d{4}-\d{2}$/.test(text) || Number.isNaN(date.getTime()))
    throw new UsageError(`--before ${text} is not a month (YYYY-MM).`);
  return date;
}

/** The first day of the month in which the retention of today's events began. */
function monthsAgo(now: Date, months: number): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months));
}
