import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { exportAuditEvents } from '../../audit/export.ts';
import { type AuditIo, type AuditOptions, NO_METRICS, withDatabase } from './audit-io.ts';

/** `countersign audit export` */
export async function exportLog({ tenant }: AuditOptions, io: AuditIo): Promise<number> {
  return withDatabase(io, async (database) => {
    const lines = exportAuditEvents({ database, metrics: NO_METRICS }, tenant ?? null);
    await pipeline(Readable.from(lines), io.stdout, { end: false });
    return 0;
  });
}
