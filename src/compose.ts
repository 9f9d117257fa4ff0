import type { FastifyBaseLogger, RouteOptions } from 'fastify';
import { ensureFirstKey } from './access/first-key.ts';
import { keyLookup } from './access/key-lookup.ts';
import { environmentKeyHashes } from './access/store.ts';
import { buildApp } from './app.ts';
import { readOldestUnsealedSeconds } from './audit/backlog/oldest-unsealed.ts';
import { startCheckpointLog } from './audit/checkpoints/checkpoint-log.ts';
import { loadSigningKey } from './audit/checkpoints/signing-key.ts';
import { startSealer } from './audit/seal.ts';
import { checkEventsAreAccepted, createAuditLog } from './audit/store.ts';
import type { Brokers } from './broker/broker.ts';
import { openBrokers } from './broker/open-brokers.ts';
import type { StsClient } from './broker/open-sts-clients.ts';
import { reportBrokerChange } from './broker/report-change.ts';
import { routeSts } from './broker/route-sts.ts';
import { findWitnesses } from './broker/store.ts';
import { watchBrokers } from './broker/watch.ts';
import type { Config } from './config/config.ts';
import { markLinkUsed } from './connect-links/mark-used.ts';
import { bringUnreachableForward } from './connections/store.ts';
import { CredentialCache } from './credentials/cache/credential-cache.ts';
import type { Recovery } from './credentials/credentials.ts';
import { createRepeatCounter } from './credentials/record.ts';
import { createTargetLookups } from './credentials/target/target-lookups.ts';
import type { DatabasePool } from './database/database.ts';
import { DatabaseMonitor, logWithoutOutages } from './database/database-monitor.ts';
import type { Deps } from './deps.ts';
import { startActivityLog } from './fleet/activity/record.ts';
import { compactFleetCounts, readFleetCounts } from './fleet/store.ts';
import type { Drain } from './http/drain.ts';
import type { Readiness } from './http/health.ts';
import { listenWithMetrics } from './http/metrics-server.ts';
import { type Clock, systemClock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import { OutboundAgent } from './lib/outbound-agent.ts';
import { type ScheduledJob, schedule } from './lib/schedule.ts';
import { queuedSingleFlight } from './lib/single-flight.ts';
import { trimTrailingSlashes } from './lib/urls.ts';
import {
  type Metrics,
  registerAuditMetrics,
  registerBrokerMetrics,
  registerClockMetric,
  registerDatabaseMetrics,
  registerFleetMetrics,
  registerWebhookMetrics,
} from './observability/metrics.ts';
import { startTracing } from './observability/traces/start-tracing.ts';
import { deleteExpiredRows } from './retention/delete-expired-rows.ts';
import { retentionRules } from './retention/retention-rule.ts';
import { createStaffProvider } from './staff-identities/provider.ts';
import { advanceRuns } from './verification/runs/advance.ts';
import { verifyDueConnections } from './verification/verify-due-connections.ts';
import { VERSION } from './version.ts';
import { enqueueDeliveries } from './webhooks/deliveries/enqueue.ts';
import { readOldestPendingSeconds } from './webhooks/deliveries/oldest-pending.ts';
import { startDeliveries } from './webhooks/deliveries/start-deliveries.ts';
import { openWebhookSender } from './webhooks/open-sender.ts';
import { createTokenRevocationLookup } from './worker-identities/revocations/lookup.ts';
import { createTokenIssuers } from './worker-identities/token-issuers.ts';

const MAX_CACHED_CREDENTIALS = 50_000;
const MINUTE_MS = 60_000;
const CHECKPOINT_INTERVAL_SECONDS = 300;
/** After the broker recovered, the connections that broke meanwhile are verified within this time. */
const RECOVERY_SPREAD_SECONDS = 30;
const LOST_REPEATS = 'The counts of repeated hand-outs could not be recorded at the end of the process';

export interface Service {
  /** URL of the first address that it listens on. */
  url: string;
  deps: Deps;
  readiness: Readiness;
  /** URL of the metrics' own port, if it has one. */
  metricsUrl: string | null;
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
  stsClients: ReadonlyMap<string, StsClient>;
  metrics: Metrics;
  log: FastifyBaseLogger;
  /** The clock of everything that replicas share: the database's. */
  clock: Clock;
  /** The clock of this host, by which the STS clients measure AWS's. */
  hostClock?: Clock;
  /** URL of the AWS emulator in sandbox mode. */
  emulatorUrl?: string;
  /** False in tests, which run the jobs themselves. */
  schedules?: boolean;
}

/** Connects all parts of the service, starts its scheduled jobs, and listens. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { config, database, metrics, clock, hostClock = systemClock, schedules = true } = options;
  const stopTracing = await startTracing({ otlpEndpoint: config.otlpEndpoint, version: VERSION });
  const databaseMonitor = monitorDatabase(options);
  const log = logWithoutOutages(options.log, databaseMonitor);
  const brokers = openServiceBrokers({ ...options, log });
  const firstKey = await ensureFirstKey({ database, clock }, config.adminKey);
  const readiness: Readiness = { draining: false };
  let listenUrl = '';
  const sts = routeSts(brokers);
  const agent = new OutboundAgent(config.proxies);
  const auditLog = createAuditLog(database);
  const deps: Deps = {
    config,
    database,
    databaseMonitor,
    sts,
    brokers,
    clock,
    log,
    metrics,
    keys: keyLookup(database, await environmentKeyHashes(database)),
    tokenIssuers: createTokenIssuers(config.workerIdentities, { clock, log, agent }),
    staffProvider: config.consoleSignIn && createStaffProvider(config.consoleSignIn, { clock, agent }),
    isTokenRevoked: createTokenRevocationLookup(database),
    ...createTargetLookups(database),
    credentialCache: openCredentialCache(options, { sts, brokers, hostClock, log }),
    denialRecoveries: queuedSingleFlight<Recovery>(),
    onConnected: markLinkUsed(clock),
    onEventsPublished: enqueueDeliveries(clock),
    webhookSender: openWebhookSender(config, options.emulatorUrl !== undefined),
    auditLog,
    repeats: config.auditRepeats === 'each' ? null : createRepeatCounter({ auditLog, clock }),
    auditSigner: await loadSigningKey(config),
    emulatorUrl: options.emulatorUrl ?? null,
    sandboxLinks: new Map(),
    baseUrl: () => (config.publicUrl === null ? listenUrl : trimTrailingSlashes(config.publicUrl)),
  };
  registerServiceMetrics(deps, hostClock);
  const { app, routes } = await buildApp(deps, { logger: options.log, readiness });
  const { url, metricsUrl, drain, close } = await listenWithMetrics(app, metrics, config);
  listenUrl = url;
  const jobs = [{ stop: stopTracing }, ...(schedules ? startScheduledJobs(deps) : [])];
  return {
    url,
    deps,
    readiness,
    drain,
    routes,
    firstKey,
    metricsUrl,
    async close() {
      await close();
      // Before the last seal.
      await deps.repeats?.flush().catch((err: unknown) => log.error({ err }, LOST_REPEATS));
      await Promise.all(jobs.map((job) => job.stop()));
      databaseMonitor.stop();
    },
  };
}

function openCredentialCache(
  { config, metrics }: Pick<ServiceOptions, 'config' | 'metrics'>,
  { sts, brokers, hostClock, log }: Pick<Deps, 'sts' | 'brokers' | 'log'> & { hostClock: Clock },
): CredentialCache {
  return new CredentialCache({
    sts,
    awsNow: (partition) => awsNow(brokers, hostClock, partition),
    log,
    sessionNameTemplate: config.sessionNameTemplate,
    maxEntries: MAX_CACHED_CREDENTIALS,
    onIssue: (result) => metrics.credentialsIssued.inc({ result }),
  });
}

/** Registers what is read at each scrape. */
function registerServiceMetrics(deps: Deps, hostClock: Clock): void {
  const { metrics, clock, brokers, database, databaseMonitor } = deps;
  registerClockMetric(metrics, () => clock.now().getTime() - hostClock.now().getTime());
  registerBrokerMetrics(metrics, brokers);
  registerWebhookMetrics(metrics, () => readOldestPendingSeconds(deps));
  registerAuditMetrics(metrics, () => readOldestUnsealedSeconds(deps));
  // The scrape shows that the database is not available, and must not wait for it.
  registerFleetMetrics(metrics, () => (databaseMonitor.isFailing ? null : readFleetCounts(database)));
}

/** Watches whether audit events can be inserted, without which no credentials are issued. */
function monitorDatabase({ database, log, metrics }: ServiceOptions): DatabaseMonitor {
  const monitor = new DatabaseMonitor({
    check: () => checkEventsAreAccepted(database),
    log,
    onFailure: (reason) => metrics.databaseFailures.inc({ reason }),
  });
  registerDatabaseMetrics(metrics, database.stats, monitor);
  // An idle connection that is lost is replaced. It may also be the first sign of an outage.
  database.onConnectionLost(() => void monitor.isAvailable());
  return monitor;
}

/** The time by AWS's clock; by the clock of this host until STS has responded. */
function awsNow(brokers: Brokers, hostClock: Clock, partition: string): Date {
  const offsetMs = brokers.get(partition)?.clockOffsetMs() ?? 0;
  return new Date(hostClock.now().getTime() + offsetMs);
}

function openServiceBrokers(options: Omit<ServiceOptions, 'log'> & { log: Log }): Brokers {
  const { config, database, log, stsClients, clock } = options;
  const reportChange = reportBrokerChange({ database, clock, log });
  return openBrokers({
    settings: config.brokers,
    clock,
    log,
    openSts: ({ partition }) => {
      const client = stsClients.get(partition);
      if (!client) throw new Error(`no STS client for the partition ${partition}`);
      return client;
    },
    findWitnesses: (sample) => findWitnesses(database, sample),
    onChange(settings, before, after) {
      reportChange(settings, before, after);
      if (before.status !== 'failing') return;
      bringUnreachableForward(database, {
        partition: settings.partition,
        since: before.statusSince,
        now: clock.now(),
        spreadSeconds: RECOVERY_SPREAD_SECONDS,
      }).catch((err: unknown) => log.error({ err }, 'verifications could not be brought forward'));
    },
  });
}

function startScheduledJobs(deps: Deps): ScheduledJob[] {
  const start = (name: string, intervalMs: number, run: (stopping: AbortSignal) => Promise<unknown>) =>
    schedule(
      intervalMs,
      async (stopping) => void (await run(stopping)),
      (err) => deps.log.error({ err }, `${name} failed and will be repeated`),
    );
  return [
    startSealer(deps),
    startCheckpointLog(deps, { intervalSeconds: CHECKPOINT_INTERVAL_SECONDS }),
    watchBrokers(deps),
    startDeliveries(deps),
    startActivityLog(deps),
    start('The scheduled verification', 1000, (stopping) => verifyDueConnections(deps, stopping)),
    start('The verification run', 1000, () => advanceRuns(deps)),
    start('Summarizing repeated hand-outs', MINUTE_MS, async () => deps.repeats?.flush()),
    start('Summing up the counts', MINUTE_MS, () => compactFleetCounts(deps)),
    ...retentionRules(deps.config).map((rule) =>
      start(`Deleting expired ${rule.name}`, MINUTE_MS, () => deleteExpiredRows(deps, rule)),
    ),
  ];
}
