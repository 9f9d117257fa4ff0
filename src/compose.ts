import path from 'node:path';
import type { FastifyBaseLogger, RouteOptions } from 'fastify';
import { ensureFirstKey } from './access/first-key.ts';
import { keyLookup } from './access/key-lookup.ts';
import { environmentKeyHashes } from './access/store.ts';
import { buildApp } from './app.ts';
import { startCheckpointLog } from './audit/checkpoint-log.ts';
import { startSealer } from './audit/seal.ts';
import { loadSigningKey } from './audit/signing-key.ts';
import { auditLog } from './audit/store.ts';
import type { Sts } from './aws/sts.ts';
import { createStsBudget } from './aws/sts-budget.ts';
import { createStsClient, type StsClientOptions } from './aws/sts-client.ts';
import type { Config } from './config/config.ts';
import { deleteExpiredConnectSessions } from './connect-links/delete-expired-sessions.ts';
import { markLinkUsed } from './connect-links/mark-used.ts';
import { connectionLookup } from './credentials/connection-lookup.ts';
import { CredentialCache } from './credentials/credential-cache.ts';
import type { DenialOutcome } from './credentials/credentials.ts';
import { type DatabasePool, openDatabase } from './database/database.ts';
import { openEmbedded } from './database/embedded.ts';
import { migrate } from './database/migrate.ts';
import { assertServiceRole, prepareServiceRole } from './database/service-role.ts';
import type { Deps } from './deps.ts';
import type { Drain } from './http/drain.ts';
import type { Readiness } from './http/health.ts';
import { deleteExpiredIdempotencyKeys } from './http/idempotency.ts';
import { listen } from './http/listen.ts';
import { type Clock, systemClock } from './lib/clock.ts';
import { schedule } from './lib/schedule.ts';
import { nextFlight } from './lib/single-flight.ts';
import { type Metrics, watchPool, watchStsBudget } from './observability/metrics.ts';
import { advanceRuns } from './verification/runs/advance.ts';
import { deleteExpiredRuns } from './verification/runs/delete-finished.ts';
import { verifyDueConnections } from './verification/verify-due-connections.ts';
import { tokenRevocationLookup } from './worker-identities/revocations/lookup.ts';
import { tokenIssuers } from './worker-identities/token-issuers.ts';

const MIGRATIONS = path.join(import.meta.dirname, '..', 'prisma', 'migrations');
const CACHED_CREDENTIALS = 50_000;
const MINUTE = 60_000;

export interface Stores {
  database: DatabasePool;
  /** Tells a second start of the same data folder where this one listens. */
  announce(url: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the database as the service's role: the configured one or the embedded one, migrated.
 * @param exclusive false for a command that may run beside the server
 */
export async function openStores(
  config: Config,
  { exclusive, log }: { exclusive: boolean; log: FastifyBaseLogger },
): Promise<Stores> {
  const say = (line: string): void => log.info(line);
  const embedded = config.databaseUrl
    ? null
    : await openEmbedded({ dataDir: config.dataDir, exclusive, log: say });
  try {
    const ownerUrl = embedded?.url ?? (config.databaseUrl as string);
    await migrate({ ownerUrl, directory: MIGRATIONS, log: say });
    const url = config.serviceDatabaseUrl ?? (await prepareServiceRole(ownerUrl));
    await assertServiceRole(url);
    const database = openDatabase({
      url,
      poolSize: config.databasePoolSize,
      onError: (err) => log.warn({ err }, 'a database connection was lost'),
    });
    return {
      database,
      announce: async (url) => embedded?.announce(url),
      async close() {
        await database.close();
        await embedded?.close();
      },
    };
  } catch (error) {
    await embedded?.close();
    throw error;
  }
}

/** STS as the configuration says, each call counted, and taken from the budget. Closing it ends its sockets. */
export function openSts(
  config: Config,
  options: Pick<StsClientOptions, 'clock' | 'endpoint' | 'credentials'> & { metrics: Metrics },
): Sts & { close(): void } {
  const { metrics, ...given } = options;
  const limits = config.stsCallsPerSecond;
  const budget = createStsBudget({
    clock: given.clock,
    perSecond: limits.all,
    perTenant: limits.tenant,
    onRefused: (budget) => metrics.stsRefusals.inc({ budget }),
  });
  watchStsBudget(metrics, { limits, remaining: budget.remaining });
  return createStsClient({
    ...given,
    budget,
    region: config.region,
    timeoutSeconds: config.stsTimeoutSeconds,
    onCall: (operation, result) => metrics.stsCalls.inc({ operation, result }),
  });
}

export interface Service {
  /** Where it listens. */
  url: string;
  deps: Deps;
  readiness: Readiness;
  /** What ends the serving of requests step by step, before `close`. */
  drain: Drain;
  routes: RouteOptions[];
  /** The first admin key, when this start made one; shown this once. */
  firstKey: string | null;
  /** Answers what is under way, stops the work in the background, and closes what this function opened. */
  close(): Promise<void>;
}

export interface ServiceOptions {
  config: Config;
  database: DatabasePool;
  sts: Sts;
  metrics: Metrics;
  log: FastifyBaseLogger;
  clock?: Clock;
  /** Where the local AWS listens, for the customer's page to say so; left out when AWS is AWS. */
  emulatorUrl?: string;
  /** Whether the schedules run; tests call their work by hand. */
  schedules?: boolean;
}

/** Composes the service on an open database and an STS, and listens. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { config, database, sts, metrics, log, clock = systemClock, schedules = true } = options;
  const firstKey = await ensureFirstKey({ database, clock }, config.adminKey);
  const readiness: Readiness = { draining: false };
  let listening = '';
  const deps: Deps = {
    config,
    database,
    sts,
    clock,
    log,
    metrics,
    keys: keyLookup(database, await environmentKeyHashes(database)),
    tokenIssuers: tokenIssuers(config.workerIdentities, { clock, log }),
    isTokenRevoked: tokenRevocationLookup(database),
    connectionLookup: connectionLookup(database),
    credentialCache: new CredentialCache({
      clock,
      largest: CACHED_CREDENTIALS,
      onIssue: (result) => metrics.credentialsIssued.inc({ result }),
    }),
    denials: nextFlight<DenialOutcome>(),
    onConnected: markLinkUsed(clock),
    auditLog: auditLog(database),
    auditSigner: await loadSigningKey(config),
    emulatorUrl: options.emulatorUrl ?? null,
    baseUrl: () => config.publicUrl?.replace(/\/+$/, '') ?? listening,
  };
  watchPool(metrics, database.stats);
  const { app, routes } = await buildApp(deps, { logger: log, readiness });
  const { url, drain, close } = await listen(app, config);
  listening = url;
  const jobs = schedules ? startJobs(deps) : [];

  return {
    url,
    deps,
    readiness,
    drain,
    routes,
    firstKey,
    async close() {
      await close();
      await Promise.all(jobs.map((job) => job.stop()));
    },
  };
}

function startJobs(deps: Deps) {
  const failed = (what: string) => (err: unknown) =>
    deps.log.error({ err }, `${what} failed; it is tried again`);
  const recheckEvery = Math.min(MINUTE, (deps.config.recheckSeconds * 1000) / 4);
  return [
    startSealer(deps),
    startCheckpointLog(deps, { everySeconds: 300 }),
    schedule(
      recheckEvery,
      async () => void (await verifyDueConnections(deps)),
      failed('the scheduled verification'),
    ),
    schedule(
      1000,
      async () => void (await advanceRuns(deps)),
      failed('the verification of many connections'),
    ),
    schedule(10 * MINUTE, () => deleteExpiredRuns(deps), failed('forgetting finished verifications')),
    schedule(
      10 * MINUTE,
      () => deleteExpiredIdempotencyKeys(deps),
      failed('forgetting old idempotency keys'),
    ),
    schedule(10 * MINUTE, () => deleteExpiredConnectSessions(deps), failed('forgetting sessions that ended')),
  ];
}
