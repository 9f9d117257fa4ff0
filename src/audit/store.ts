import type { Database } from '../database/database.ts';
import { batched } from '../lib/batch.ts';

export async function insertAuditEvents(database: Database, bodies: string[]): Promise<void> {
  await database.prisma.$executeRaw`INSERT INTO audit_events (body) SELECT unnest(${bodies}::text[])`;
}

/** Appends bodies outside any transaction; those of requests in flight together go into one insert. */
export function auditLog(database: Database): (body: string) => Promise<void> {
  return batched(async (bodies: string[]) => {
    await database.run({
      name: 'insert_audit_events',
      text: 'INSERT INTO audit_events (body) SELECT unnest($1::text[])',
      values: [bodies],
    });
    return bodies.map(() => undefined);
  });
}
