// The baseline of pages: a bare Fastify that reads the same rows and returns them as JSON, or returns a fixed text of the same length.
import Fastify from 'fastify';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 4 });
const policyCheck = 'x'.repeat(Number(process.env.POLICY_CHECK_LENGTH));
const metrics = 'x'.repeat(Number(process.env.METRICS_LENGTH));

const app = Fastify();

app.get('/v1/audit-events', async () => {
  const { rows } = await pool.query({
    name: 'audit-events',
    text: `SELECT body, sequence, previous_hash AS "previousHash", hash FROM public.audit_events
      ORDER BY at DESC, position DESC LIMIT 101`,
  });
  return {
    data: rows.slice(0, 100).map(({ body, sequence, previousHash, hash }) => ({
      ...JSON.parse(body),
      sequence: Number(sequence),
      previousHash,
      hash,
    })),
    nextCursor: rows.at(-1)?.hash,
  };
});

app.get('/v1/tenants', async () => {
  const { rows } = await pool.query({
    name: 'tenants',
    text: `SELECT t.id, t.name, t.reference, t.metadata, t.status, e.value AS "externalId", t.created_at AS "createdAt",
        t.updated_at AS "updatedAt"
      FROM public.tenants t JOIN public.external_ids e ON e.tenant_id = t.id AND e.state = 'current'
      ORDER BY t.id LIMIT 101`,
  });
  return { data: rows.slice(0, 100), nextCursor: rows.at(-1)?.id };
});

app.post('/v1/tenants/:tenantId/trust-policy-checks', async () => ({ policyCheck }));
app.get('/metrics', async () => metrics);

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.(String((user + system) / 1000));
});
process.on('SIGTERM', () => process.exit(0));
process.send?.(await app.listen({ port: 0, host: '127.0.0.1' }));
