import { LRUCache } from 'lru-cache';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** A scrape reads the database and files of /proc, and anybody may request the public path at any rate. */
const MAX_TEXT_AGE_MS = 1_000;

export type Metrics = ReturnType<typeof createMetrics>;

/** Creates the Prometheus metrics in their own registry. No label may contain a tenant or an ID. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    /** Returns the metrics in the format of Prometheus. They are at most a second old. */
    readText: createTextReader(registry),
    ...createHttpMetrics(registers),
    databaseFailures: new Counter({
      name: 'countersign_database_failures_total',
      help: 'Requests and background jobs that failed because of the database, by reason: unreachable, timeout, read_only, too_many_connections, out_of_resources, shutting_down, login_rejected, storage_failed, conflict (of locks)',
      labelNames: ['reason'],
      registers,
    }),
    stsCalls: new Counter({
      name: 'countersign_sts_calls_total',
      help: 'Calls to AWS STS by operation and result',
      labelNames: ['operation', 'result'],
      registers,
    }),
    stsRefusals: new Counter({
      name: 'countersign_sts_budget_refusals_total',
      help: 'Calls to AWS STS that were not made because a budget was used up: of one tenant, or of all tenants',
      labelNames: ['budget'],
      registers,
    }),
    credentialsIssued: new Counter({
      name: 'countersign_credentials_issued_total',
      help: 'Issued credentials: hit (cached), miss (own AssumeRole call), coalesced (shared a call in flight), stale (cached, after a failed refresh)',
      labelNames: ['result'],
      registers,
    }),
    connectionStatusChanges: new Counter({
      name: 'countersign_connection_status_changes_total',
      help: 'Changes of the status of connections',
      labelNames: ['from', 'to'],
      registers,
    }),
    verifications: new Counter({
      name: 'countersign_verifications_total',
      help: 'Verifications by outcome',
      labelNames: ['outcome'],
      registers,
    }),
    webhookAttempts: new Counter({
      name: 'countersign_webhook_attempts_total',
      help: 'Attempts to deliver an event to a webhook, by outcome: delivered, retried (it will be repeated), failed (it was given up)',
      labelNames: ['outcome'],
      registers,
    }),
    sealedEvents: new Counter({
      name: 'countersign_audit_events_sealed_total',
      help: 'Audit events sealed into their hash chain by this process',
      registers,
    }),
  };
}

function createTextReader(registry: Registry): () => Promise<string> {
  const texts = new LRUCache<string, string>({
    max: 1,
    ttl: MAX_TEXT_AGE_MS,
    fetchMethod: () => registry.metrics(),
  });
  return () => texts.forceFetch('text');
}

function createHttpMetrics(registers: Registry[]) {
  return {
    requests: new Histogram({
      name: 'countersign_http_request_duration_seconds',
      help: 'HTTP requests by route, method and status',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    shedRequests: new Counter({
      name: 'countersign_http_requests_shed_total',
      help: 'HTTP requests rejected as `overloaded` before any work, by kind: credentials, slow (they wait for AWS or stream an export), standard',
      labelNames: ['kind'],
      registers,
    }),
  };
}

/** Adds the state of the database and of its connections, which is read at each scrape. */
export function registerDatabaseMetrics(
  { registry }: Metrics,
  stats: () => Readonly<Record<string, { total: number; idle: number; waiting: number }>>,
  monitor: { readonly isFailing: boolean },
): void {
  registerGauge(registry, {
    name: 'countersign_database_connections',
    help: 'Database connections by pool (issuing: for issuing credentials only) and state; waiting: callers that wait for one',
    labelNames: ['pool', 'state'],
    collect(gauge) {
      for (const [pool, { total, idle, waiting }] of Object.entries(stats())) {
        gauge.set({ pool, state: 'busy' }, total - idle);
        gauge.set({ pool, state: 'idle' }, idle);
        gauge.set({ pool, state: 'waiting' }, waiting);
      }
    },
  });
  registerGauge(registry, {
    name: 'countersign_database_available',
    help: '0 from the first failure of the database until nothing has failed for a second',
    labelNames: [],
    collect: (gauge) => gauge.set(monitor.isFailing ? 0 : 1),
  });
}

/** Adds the offset of the database's clock, which everything that replicas share goes by. */
export function registerClockMetric({ registry }: Metrics, readOffsetMs: () => number): void {
  registerGauge(registry, {
    name: 'countersign_database_clock_offset_seconds',
    help: "By how much the database's clock is ahead of this host's",
    labelNames: [],
    collect: (gauge) => gauge.set(readOffsetMs() / 1000),
  });
}

/** Adds the requests of each kind that are in progress or wait, which are read at each scrape. */
export function registerLoadMetrics(
  { registry }: Metrics,
  limits: ReadonlyMap<string, { active: number; waiting: number }>,
): void {
  registerGauge(registry, {
    name: 'countersign_http_requests_in_flight',
    help: 'HTTP requests by kind and state: active (in progress), waiting (not yet admitted). Requests that wait for AWS are neither',
    labelNames: ['kind', 'state'],
    collect(gauge) {
      for (const [kind, { active, waiting }] of limits) {
        gauge.set({ kind, state: 'active' }, active);
        gauge.set({ kind, state: 'waiting' }, waiting);
      }
    },
  });
}

/** Adds the budgets of STS calls, which are read at each scrape. The rest of one tenant's budget is not published. */
export function registerStsBudgetMetrics(
  { registry }: Metrics,
  budgets: { limits: { tenant: number; all: number }; remaining: ReadonlyMap<string, () => number> },
): void {
  const { limits, remaining } = budgets;
  registerGauge(registry, {
    name: 'countersign_sts_budget_limit',
    help: 'Maximum calls to AWS STS per second by this process in each partition: for one tenant, and for all tenants',
    labelNames: ['budget'],
    collect(gauge) {
      gauge.set({ budget: 'tenant' }, limits.tenant);
      gauge.set({ budget: 'all' }, limits.all);
    },
  });
  registerGauge(registry, {
    name: 'countersign_sts_budget_remaining',
    help: 'Calls to AWS STS that this process may still make at this moment, for all tenants',
    labelNames: ['partition'],
    collect(gauge) {
      for (const [partition, read] of remaining) gauge.set({ partition }, read());
    },
  });
}

const BROKER_STATUSES = ['working', 'failing', 'unknown'] as const;

/** Adds the state of each broker: 1 for the status that it has, and the offset of AWS's clock. */
export function registerBrokerMetrics(
  { registry }: Metrics,
  brokers: ReadonlyMap<string, { health: { state: { status: string } }; clockOffsetMs(): number | null }>,
): void {
  registerGauge(registry, {
    name: 'countersign_broker_status',
    help: 'Whether AWS lets the broker assume roles, as this process sees it: 1 for its status',
    labelNames: ['partition', 'status'],
    collect(gauge) {
      for (const [partition, { health }] of brokers)
        for (const status of BROKER_STATUSES)
          gauge.set({ partition, status }, health.state.status === status ? 1 : 0);
    },
  });
  registerGauge(registry, {
    name: 'countersign_broker_clock_offset_seconds',
    help: "By how much AWS's clock is ahead of this process's",
    labelNames: ['partition'],
    collect(gauge) {
      for (const [partition, { clockOffsetMs }] of brokers) {
        const offsetMs = clockOffsetMs();
        if (offsetMs !== null) gauge.set({ partition }, offsetMs / 1000);
      }
    },
  });
}

/** Adds the number of connections by status, read from the database at each scrape. */
export function registerFleetMetrics(
  { registry }: Metrics,
  read: () => Promise<{ connections: Readonly<Record<string, number>> }> | null,
): void {
  registerGauge(registry, {
    name: 'countersign_connections',
    help: 'Connections of all tenants by status',
    labelNames: ['status'],
    async collect(gauge) {
      const counts = await read()?.catch(() => null);
      gauge.reset();
      for (const [status, number] of Object.entries(counts?.connections ?? {})) gauge.set({ status }, number);
    },
  });
}

/** Adds the age of the oldest pending delivery, read from the database at each scrape. */
export function registerWebhookMetrics(
  { registry }: Metrics,
  readAgeSeconds: () => Promise<number | null>,
): void {
  registerAge(registry, readAgeSeconds, {
    name: 'countersign_webhook_oldest_pending_seconds',
    help: 'Age of the oldest pending delivery to an enabled webhook; 0: none is pending',
  });
}

/** Adds the age of the oldest unsealed audit event, read from the database at each scrape. */
export function registerAuditMetrics(
  { registry }: Metrics,
  readAgeSeconds: () => Promise<number | null>,
): void {
  registerAge(registry, readAgeSeconds, {
    name: 'countersign_audit_oldest_unsealed_seconds',
    help: 'Age of the oldest audit event that is not sealed into its hash chain yet; 0: all are sealed',
  });
}

function registerAge(
  registry: Registry,
  readAgeSeconds: () => Promise<number | null>,
  description: { name: string; help: string },
): void {
  registerGauge(registry, {
    ...description,
    labelNames: [],
    async collect(gauge) {
      const age = await readAgeSeconds().catch(() => null);
      gauge.reset();
      if (age !== null) gauge.set(age);
    },
  });
}

interface CollectedGauge<Label extends string> {
  name: string;
  help: string;
  labelNames: Label[];
  collect: (gauge: Gauge<Label>) => void | Promise<void>;
}

/** Registers a gauge whose value is read at each scrape. */
function registerGauge<Label extends string>(registry: Registry, options: CollectedGauge<Label>): void {
  const { collect, ...configuration } = options;
  const gauge: Gauge<Label> = new Gauge({
    ...configuration,
    registers: [registry],
    collect: () => collect(gauge),
  });
}
