import pg from 'pg';
import { createTestDatabase } from '../../test/harness/database.ts';
import { type DatabasePool, openDatabase } from '../database/database.ts';
import { prepareServiceRole } from '../database/service-role.ts';
import type { Json } from '../lib/canonical-json.ts';
import { newId } from '../lib/ids.ts';
import { auditBody } from './audit-event.ts';
import { chainHash, type ExpectedHead, type Finding } from './chain/chain.ts';
import { verifyDatabase } from './chain/verify-database.ts';
import { type SealDeps, sealAuditEvents } from './seal.ts';
import { insertAuditEvents } from './store.ts';

export const EVENT_TIME = new Date('2026-03-01T12:00:00.000Z');

/** An audit log in its own database, with access as the service and as a hostile owner of the database. */
export interface TestLog {
  database: DatabasePool;
  deps: SealDeps & { metrics: { sealed: number } };
  serviceUrl: string;
  ownerUrl: string;
  /** Opens another connection pool as the service, like a second process. */
  openPool(): DatabasePool;
  owner: pg.Client;
  /** Runs statements as the owner of the database, with the protecting triggers disabled. */
  tamper(...statements: string[]): Promise<void>;
  /** Writes and seals the events of a new tenant, and returns the name of its chain. */
  createChain(length: number): Promise<string>;
  verify(expectedHeads?: ExpectedHead[]): Promise<Finding[]>;
  close(): Promise<void>;
}

export function newEventBody(
  tenantId: string | null,
  detail: { [key: string]: Json } = {},
  at: Date = EVENT_TIME,
): string {
  const actor = { type: 'system' as const, id: null, name: 'test', requestId: null };
  return auditBody({ tenantId, actor, action: 'tenant.updated', outcome: 'success', detail }, at);
}

/** Returns a statement that inserts an event without sealing it, as a hostile owner of the database could. */
export function forgedEventSql(body: string, sequence: number, previousHash: string): string {
  return `INSERT INTO audit_events (month, position, body, id, action, chain, sequence, previous_hash, hash)
    SELECT max(month), max(position) + 1, '${body}', '${body}'::jsonb ->> 'id', '${body}'::jsonb ->> 'action',
      '${body}'::jsonb ->> 'tenantId', ${sequence}, '${previousHash}', '${chainHash(previousHash, sequence, body)}'
    FROM audit_events`;
}

export async function openTestLog(): Promise<TestLog> {
  const { ownerUrl, drop } = await createTestDatabase();
  const serviceUrl = await prepareServiceRole(ownerUrl);
  const pools: DatabasePool[] = [];
  const openPool = (): DatabasePool => {
    const pool = openDatabase({ url: serviceUrl, poolSize: 4 });
    pools.push(pool);
    return pool;
  };
  const database = openPool();
  const owner = new pg.Client(ownerUrl);
  await owner.connect();
  const deps = { database, metrics: countingMetrics() };
  return {
    database,
    deps,
    serviceUrl,
    ownerUrl,
    openPool,
    owner,
    async tamper(...statements) {
      await owner.query('ALTER TABLE audit_events DISABLE TRIGGER USER');
      for (const statement of statements) await owner.query(statement);
      await owner.query('ALTER TABLE audit_events ENABLE TRIGGER USER');
    },
    async createChain(length) {
      const tenantId = newId('tenant');
      await insertAuditEvents(
        database,
        Array.from({ length }, (_, number) => newEventBody(tenantId, { number })),
      );
      await sealAuditEvents(deps);
      return tenantId;
    },
    verify: async (expectedHeads = []) =>
      (await verifyDatabase({ database }, { expectedHeads, chain: null })).findings,
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
