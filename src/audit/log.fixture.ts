import pg from 'pg';
import { createTestDatabase } from '../../test/harness/database.ts';
import { type DatabasePool, openDatabase } from '../database/database.ts';
import { prepareServiceRole } from '../database/service-role.ts';
import type { Json } from '../lib/canonical-json.ts';
import { newId } from '../lib/ids.ts';
import { auditBody } from './audit-event.ts';
import { chainHash, type Finding, type Mark } from './chain.ts';
import { type SealDeps, sealAuditEvents } from './seal.ts';
import { insertAuditEvents } from './store.ts';
import { verifyDatabase } from './verify.ts';

export const AT = new Date('2026-03-01T12:00:00.000Z');

/** An audit log in a database of its own, as the service sees it and as a hostile owner of the database does. */
export interface TestLog {
  database: DatabasePool;
  deps: SealDeps & { metrics: { sealed: number } };
  serviceUrl: string;
  /** Another pool of the service, as another process has. */
  another(): DatabasePool;
  owner: pg.Client;
  /** What somebody does who owns the database and switches its defences off. */
  tamper(...statements: string[]): Promise<void>;
  /** Writes and seals a chain; its name. */
  chain(length: number): Promise<string>;
  verify(marks?: Mark[]): Promise<Finding[]>;
  close(): Promise<void>;
}

export function bodyOf(tenantId: string | null, detail: { [key: string]: Json } = {}): string {
  const actor = { type: 'system' as const, id: null, name: 'test' };
  return auditBody({ tenantId, actor, action: 'tenant.updated', outcome: 'success', detail }, AT);
}

/** A statement that puts an event into the log by force, as a hostile owner of the database does. */
export function forge(body: string, sequence: number, previousHash: string): string {
  return `INSERT INTO audit_events (position, body, id, action, chain, sequence, previous_hash, hash)
    SELECT max(position) + 1, '${body}', '${body}'::jsonb ->> 'id', '${body}'::jsonb ->> 'action',
      '${body}'::jsonb ->> 'tenantId', ${sequence}, '${previousHash}', '${chainHash(previousHash, sequence, body)}'
    FROM audit_events`;
}

export async function openTestLog(): Promise<TestLog> {
  const { ownerUrl, drop } = await createTestDatabase();
  const serviceUrl = await prepareServiceRole(ownerUrl);
  const pools: DatabasePool[] = [];
  const another = (): DatabasePool => {
    const pool = openDatabase({ url: serviceUrl, poolSize: 4, onError: () => undefined });
    pools.push(pool);
    return pool;
  };
  const database = another();
  const owner = new pg.Client(ownerUrl);
  await owner.connect();
  const deps = { database, metrics: countingMetrics() };
  return {
    database,
    deps,
    serviceUrl,
    another,
    owner,
    async tamper(...statements) {
      await owner.query('ALTER TABLE audit_events DISABLE TRIGGER USER');
      for (const statement of statements) await owner.query(statement);
      await owner.query('ALTER TABLE audit_events ENABLE TRIGGER USER');
    },
    async chain(length) {
      const tenantId = newId('tenant');
      await insertAuditEvents(
        database,
        Array.from({ length }, (_, number) => bodyOf(tenantId, { number })),
      );
      await sealAuditEvents(deps);
      return tenantId;
    },
    verify: async (marks = []) => (await verifyDatabase({ database }, { marks, chain: null })).findings,
    async close() {
      await Promise.all(pools.map((pool) => pool.close()));
      await owner.end();
      await drop();
    },
  };
}

export function countingMetrics() {
  const metrics = {
    sealed: 0,
    sealedEvents: {
      inc: (count: number): void => {
        metrics.sealed += count;
      },
    },
  };
  return metrics;
}
