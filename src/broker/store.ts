import { randomBytes } from 'node:crypto';
import type { Database } from '../database/database.ts';
import type { Witness } from './broker-settings.ts';

interface Sample {
  partition: string;
  excludedTenantId: string | null;
  limit: number;
}

/**
 * Verified connections of up to `limit` tenants, one of each, beginning at a random place: no tenant can fill the list
 * with roles of its own, whatever it registers. Each step finds the next tenant by an index, so that the cost does not
 * grow with their number.
 */
export async function findWitnesses(database: Database, sample: Sample): Promise<Witness[]> {
  const start = randomBytes(16).toString('hex');
  const found = await findWitnessesAfter(database, sample, start);
  if (found.length >= sample.limit) return found;
  const wrapped = await findWitnessesAfter(database, sample, '');
  const known = new Set(found.map(({ roleArn }) => roleArn));
  return [...found, ...wrapped.filter(({ roleArn }) => !known.has(roleArn))].slice(0, sample.limit);
}

async function findWitnessesAfter(
  database: Database,
  { partition, excludedTenantId, limit }: Sample,
  start: string,
): Promise<Witness[]> {
  return database.prisma.$queryRaw<Witness[]>`
    WITH RECURSIVE sampled AS (
      SELECT 0 AS n, ${start}::text AS hash, NULL::text AS id
      UNION ALL
      SELECT n + 1, next.hash, next.id
      FROM sampled CROSS JOIN LATERAL (
        SELECT md5(c.tenant_id) AS hash, c.id FROM public.connections c
        WHERE c.partition = ${partition} AND c.status = 'verified' AND md5(c.tenant_id) > sampled.hash
        ORDER BY md5(c.tenant_id) LIMIT 1) AS next
      WHERE n <= ${limit}
    )
    SELECT c.role_arn AS "roleArn", e.value::text AS "externalId"
    FROM sampled s
    JOIN public.connections c ON c.id = s.id
    JOIN public.tenants t ON t.id = c.tenant_id AND t.status = 'active'
    JOIN public.external_ids e
      ON e.tenant_id = c.tenant_id AND e.id = c.verified_external_id_id AND e.state <> 'retired'
    WHERE c.tenant_id IS DISTINCT FROM ${excludedTenantId}
    ORDER BY s.n
    LIMIT ${limit}`;
}

/** Stores whether a broker fails. Returns whether this changes what was stored; at first, it is taken to work. */
export async function updateBrokerState(
  database: Database,
  { partition, failing, now }: { partition: string; failing: boolean; now: Date },
): Promise<boolean> {
  await database.prisma.$executeRaw`
    INSERT INTO public.broker_states (partition, failing, since) VALUES (${partition}, false, ${now})
    ON CONFLICT DO NOTHING`;
  const changed = await database.prisma.$executeRaw`
    UPDATE public.broker_states SET failing = ${failing}, since = ${now}
    WHERE partition = ${partition} AND failing <> ${failing}`;
  return changed === 1;
}
