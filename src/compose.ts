import path from 'node:path';
import type { FastifyBaseLogger, RouteOptions } from 'fastify';
import { ensureFirstKey } from './access/first-key.ts';
import { keyLookup } from './access/key-lookup.ts';
import { environmentKeyHashes } from './access/store.ts';
import { buildApp } from './app.ts';
import { startCheckpointLog } from './audit/checkpoints/checkpoint-log.ts';
import { loadSigningKey } from './audit/checkpoints/signing-key.ts';
import { startSealer } from './audit/seal.ts';
import { createAuditLog } from './audit/store.ts';
import type { Sts } from './aws/sts.ts';
import { createStsBudget } from './aws/sts-budget.ts';
import type { StsClientOptions } from './aws/sts-client/options.ts';
import { createStsClient } from './aws/sts-client/sts-client.ts';
import type { Config } from './config/config.ts';
import { markLinkUsed } from './connect-links/mark-used.ts';
import { deleteExpiredConnectSessions } from './connect-links/sessions/delete-expired-sessions.ts';
import { createConnectionLookup } from './credentials/connection-lookup.ts';
import { CredentialCache } from './credentials/credential-cache.ts';
import type { DenialOutcome } from './credentials/credentials.ts';
import { type DatabasePool, openDatabase } from './database/database.ts';
import { openEmbedded } from './database/embedded/embedded-database.ts';
import { migrate } from './database/migrations/migrate.ts';
import { assertServiceRole, prepareServiceRole } from './database/service-role.ts';
import type { Deps } from './deps.ts';
import type { Drain } from './http/drain.ts';
import type { Readiness } from './http/health.ts';
import { deleteExpiredIdempotencyKeys } from './http/idempotency/idempotent.ts';
import { listen } from './http/listen.ts';
import { type Clock, systemClock } from './lib/clock.ts';
import { type ScheduledJob, schedule } from './lib/schedule.ts';
import { queuedSingleFlight } from './lib/single-flight.ts';
import { trimTrailingSlashes } from './lib/urls.ts';
import { type Metrics, registerPoolMetrics, registerStsBudgetMetrics } from './observability/metrics.ts';
import { advanceRuns } from './verification/runs/advance.ts';
import { deleteExpiredRuns } from './verification/runs/delete-expired.ts';
import { verifyDueConnections } from './verification/verify-due-connections.ts';
import { createTokenRevocationLookup } from './worker-identities/revocations/lookup.ts';
import { createTokenIssuers } from './worker-identities/token-issuers.ts';

const MIGRATIONS = path.join(import.meta.dirname, '..', 'prisma', 'migrations');
const MAX_CACHED_CREDENTIALS = 50_000;
const MINUTE_MS = 60_000;
const CHECKPOINT_INTERVAL_SECONDS = 300;

interface ServiceDatabase {
  database: DatabasePool;
  /** Stores the server's URL, so that a second start on the same data folder can report it. */
  recordServerUrl(url: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the configured or the embedded database, applies pending migrations, and connects as the service's role.
 * @param exclusive false for a command that may run beside the server
 */
export async function openServiceDatabase(
  config: Config,
  { exclusive, log }: { exclusive: boolean; log: FastifyBaseLogger },
): Promise<ServiceDatabase> {
  const logLine = (line: string): void => log.info(line);
  const embedded =
    config.databaseUrl === null
      ? await openEmbedded({ dataDir: config.dataDir, exclusive, log: logLine })
      : null;
  const ownerUrl = embedded?.url ?? config.databaseUrl;
  try {
    if (ownerUrl === null) throw new Error('no database is configured');
    await migrate({ ownerUrl, directory: MIGRATIONS, log: logLine });
    const url = config.serviceDatabaseUrl ?? (await prepareServiceRole(ownerUrl));
    await assertServiceRole(url);
    const database = openDatabase({
      url,
      poolSize: config.databasePoolSize,
      onError: (err) => log.warn({ err }, 'an idle database connection was lost'),
    });
    return {
      database,
      recordServerUrl: async (url) => embedded?.recordServerUrl(url),
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

/** Creates the STS client. Its calls are limited by the budget and counted in the metrics. `close` ends its sockets. */
export function openSts(
  config: Config,
  options: Pick<StsClientOptions, 'clock' | 'endpoint' | 'credentials'> & { metrics: Metrics },
): Sts & { close(): void } {
  const { metrics, ...clientOptions } = options;
  const limits = config.stsCallsPerSecond;
  const budget = createStsBudget({
    clock: clientOptions.clock,
    maxPerSecond: limits.all,
    maxPerSecondPerTenant: limits.tenant,
    onExceeded: (budget) => metrics.stsRefusals.inc({ budget }),
  });
  registerStsBudgetMetrics(metrics, { limits, remaining: budget.remaining });
  return createStsClient({
    ...clientOptions,
    budget,
    region: config.region,
    timeoutSeconds: config.stsTimeoutSeconds,
    onCall: (operation, result) => metrics.stsCalls.inc({ operation, result }),
  });
}

export interface Service {
  /** URL of the first address that it listens on. */
  url: string;
  deps: Deps;
  readiness: Readiness;
  /** Stops serving requests step by step, before `close`. */
  drain: Drain;
  /** All registered routes, for tests. */
  routes: RouteOptions[];
  /** The first admin key, if this start has created it. It cannot be read again. */
  firstKey: string | null;
  /** Finishes the requests in progress and stops the scheduled jobs. The database and STS stay open. */
  close(): Promise<void>;
}

interface ServiceOptions {
  config: Config;
  database: DatabasePool;
  sts: Sts;
  metrics: Metrics;
  log: FastifyBaseLogger;
  clock?: Clock;
  /** URL of the AWS emulator in sandbox mode. */
  emulatorUrl?: string;
  /** False in tests, which run the jobs themselves. */
  schedules?: boolean;
}

/** Connects all parts of the service, starts its scheduled jobs, and listens. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { config, database, sts, metrics, log, clock = systemClock, schedules = true } = options;
  const firstKey = await ensureFirstKey({ database, clock }, config.adminKey);
  const readiness: Readiness = { draining: false };
  let listenUrl = '';
  const deps: Deps = {
    config,
    database,
    sts,
    clock,
    log,
    metrics,
    keys: keyLookup(database, await environmentKeyHashes(database)),
    tokenIssuers: createTokenIssuers(config.workerIdentities, { clock, log }),
    isTokenRevoked: createTokenRevocationLookup(database),
    connectionLookup: createConnectionLookup(database),
    credentialCache: new CredentialCache({
      clock,
      maxEntries: MAX_CACHED_CREDENTIALS,
      onIssue: (result) => metrics.credentialsIssued.inc({ result }),
    }),
    denialFollowUps: queuedSingleFlight<DenialOutcome>(),
    onConnected: markLinkUsed(clock),
    auditLog: createAuditLog(database),
    auditSigner: await loadSigningKey(config),
    emulatorUrl: options.emulatorUrl ?? null,
    baseUrl: () => (config.publicUrl === null ? listenUrl : trimTrailingSlashes(config.publicUrl)),
  };
  registerPoolMetrics(metrics, database.stats);
  const { app, routes } = await buildApp(deps, { logger: log, readiness });
  const { url, drain, close } = await listen(app, config);
  listenUrl = url;
  const jobs = schedules ? startScheduledJobs(deps) : [];

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

function startScheduledJobs(deps: Deps): ScheduledJob[] {
  const start = (name: string, intervalMs: number, run: () => Promise<unknown>): ScheduledJob =>
    schedule(
      intervalMs,
      async () => void (await run()),
      (err) => deps.log.error({ err }, `${name} failed and will be repeated`),
    );
  const recheckIntervalMs = Math.min(MINUTE_MS, (deps.config.recheckSeconds * 1000) / 4);
  return [
    startSealer(deps),
    startCheckpointLog(deps, { intervalSeconds: CHECKPOINT_INTERVAL_SECONDS }),
    start('The scheduled verification', recheckIntervalMs, () => verifyDueConnections(deps)),
    start('The verification run', 1000, () => advanceRuns(deps)),
    start('Deleting expired verification runs', 10 * MINUTE_MS, () => deleteExpiredRuns(deps)),
    start('Deleting expired idempotency keys', 10 * MINUTE_MS, () => deleteExpiredIdempotencyKeys(deps)),
    start('Deleting expired sessions', 10 * MINUTE_MS, () => deleteExpiredConnectSessions(deps)),
  ];
}
