import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type Metrics = ReturnType<typeof createMetrics>;

/** Creates the Prometheus metrics in their own registry. No label may contain a tenant or an ID. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    requests: new Histogram({
      name: 'countersign_http_request_duration_seconds',
      help: 'HTTP requests by route, method and status',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
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
    verifications: new Counter({
      name: 'countersign_verifications_total',
      help: 'Verifications by outcome',
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

/** Adds the state of the database pool, which is read at each scrape. */
export function registerPoolMetrics(
  { registry }: Metrics,
  stats: () => { total: number; idle: number; waiting: number },
): void {
  new Gauge({
    name: 'countersign_database_connections',
    help: 'Database connections of the pool by state; waiting: callers that wait for one',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      const { total, idle, waiting } = stats();
      this.set({ state: 'busy' }, total - idle);
      this.set({ state: 'idle' }, idle);
      this.set({ state: 'waiting' }, waiting);
    },
  });
}

/** Adds the budget of STS calls, which is read at each scrape. The rest of one tenant's budget is not published. */
export function registerStsBudgetMetrics(
  { registry }: Metrics,
  budget: { limits: { tenant: number; all: number }; remaining: () => number },
): void {
  new Gauge({
    name: 'countersign_sts_budget_limit',
    help: 'Maximum calls to AWS STS per second by this process: for one tenant, and for all tenants',
    labelNames: ['budget'],
    registers: [registry],
    collect() {
      this.set({ budget: 'tenant' }, budget.limits.tenant);
      this.set({ budget: 'all' }, budget.limits.all);
    },
  });
  new Gauge({
    name: 'countersign_sts_budget_remaining',
    help: 'Calls to AWS STS that this process may still make at this moment, for all tenants',
    registers: [registry],
    collect() {
      this.set(budget.remaining());
    },
  });
}
