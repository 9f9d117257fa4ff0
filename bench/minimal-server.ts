// The baseline of cached credentials: the smallest server that keeps the same promise. For each request it looks up the key and
// the connection in the database, and one event is durable before its response. Its events are sealed behind it, as the
// service's are. It has one session for all connections, and shares with the service its tables and nothing else.
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import pg from 'pg';

const SEAL_INTERVAL_MS = 300;
const PATH = /^\/v1\/tenants\/([^/]+)\/connections\/([^/]+)\/credentials$/;

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 4 });

/** Collects what arrives in one turn of the event loop, and runs one statement at a time. */
function shared<Item, Result>(run: (items: Item[]) => Promise<Result[]>): (item: Item) => Promise<Result> {
  let waiting: { item: Item; resolve: (result: Result) => void; reject: (error: unknown) => void }[] = [];
  let isRunning = false;
  const next = async (): Promise<void> => {
    const calls = waiting;
    waiting = [];
    try {
      const results = await run(calls.map(({ item }) => item));
      for (const [i, call] of calls.entries()) call.resolve(results[i] as Result);
    } catch (error) {
      for (const call of calls) call.reject(error);
    }
    isRunning = false;
    start();
  };
  const start = (): void => {
    if (isRunning || waiting.length === 0) return;
    isRunning = true;
    setImmediate(() => void next());
  };
  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      start();
    });
}

interface Lookup {
  hash: Buffer;
  tenantId: string;
  connectionId: string;
}

interface Found {
  key_id: string;
  role_arn: string;
  account_id: string;
}

const find = shared(async (lookups: Lookup[]): Promise<(Found | undefined)[]> => {
  const { rows } = await pool.query({
    name: 'find',
    text: `SELECT requested.position::int, k.id AS key_id, c.role_arn, c.account_id
      FROM unnest($1::bytea[], $2::text[], $3::text[]) WITH ORDINALITY AS requested (hash, tenant_id, connection_id, position)
      JOIN public.api_keys k ON k.hash = requested.hash AND k.revoked_at IS NULL
      JOIN public.tenants t ON t.id = requested.tenant_id AND t.status = 'active'
      JOIN public.connections c ON c.id = requested.connection_id AND c.tenant_id = t.id AND c.status = 'verified'`,
    values: [
      lookups.map(({ hash }) => hash),
      lookups.map(({ tenantId }) => tenantId),
      lookups.map(({ connectionId }) => connectionId),
    ],
  });
  const found: (Found | undefined)[] = lookups.map(() => undefined);
  for (const row of rows) found[row.position - 1] = row;
  return found;
});

const record = shared(async (events: string[]): Promise<undefined[]> => {
  await pool.query({
    name: 'record',
    text: "INSERT INTO public.unsealed_audit_events (body) SELECT string_to_table($1, E'\\n')",
    values: [events.join('\n')],
  });
  return events.map(() => undefined);
});

const session = {
  accessKeyId: 'ASIAQKWK3VHK3EQUTVLW',
  secretAccessKey: 'x'.repeat(40),
  sessionToken: 'x'.repeat(Number(process.env.TOKEN_LENGTH)),
  expiresAt: '2030-01-01T00:00:00.000Z',
  sessionName: 'x'.repeat(64),
};

async function issue(path: string, authorization: string, response: ServerResponse): Promise<void> {
  const [, tenantId = '', connectionId = ''] = PATH.exec(path) ?? [];
  const hash = createHash('sha256').update(authorization.slice('Bearer '.length)).digest();
  const found = await find({ hash, tenantId, connectionId });
  if (!found) {
    response.writeHead(404).end();
    return;
  }
  await record(
    JSON.stringify({
      id: randomUUID(),
      tenantId,
      at: new Date().toISOString(),
      actor: { type: 'worker', id: found.key_id },
      action: 'credentials.issued',
      outcome: 'success',
      detail: {
        connectionId,
        roleArn: found.role_arn,
        accessKeyId: session.accessKeyId,
        expiresAt: session.expiresAt,
      },
    }),
  );
  const body = JSON.stringify({ ...session, roleArn: found.role_arn, accountId: found.account_id });
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  });
  response.end(body);
}

const server = createServer((request, response) => {
  request.resume();
  issue(request.url ?? '', request.headers.authorization ?? '', response).catch((error) => {
    console.error(error);
    response.writeHead(500).end();
  });
});

let isStopping = false;
async function seal(): Promise<void> {
  const { rows } = await pool.query('SELECT public.seal_audit_events(1000) AS sealed');
  if (rows[0].sealed === 1000) return seal();
  if (!isStopping) setTimeout(() => void seal(), SEAL_INTERVAL_MS);
}

process.on('SIGTERM', () => {
  isStopping = true;
  process.exit(0);
});
server.listen(0, '127.0.0.1', () => {
  void seal();
  const { port } = server.address() as { port: number };
  process.send?.(`http://127.0.0.1:${port}`);
});
