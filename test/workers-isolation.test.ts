import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Customer } from './harness/isolated-customers.ts';
import { type MixedTraffic, startMixedTraffic, type VendorWorker } from './harness/mixed-traffic.ts';
import { createRandom, pick } from './harness/random.ts';

/** `npm run soak` sets a higher number. */
const CALLS = Number(process.env.SOAK_CALLS ?? 1000);
const CONCURRENCY = 24;
const CUSTOMER_COUNT = 10;
/** For each worker identity, the indexes of the customers that it may serve. */
const IDENTITIES = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  [0, 2, 4, 6, 8],
  [3, 7],
];
vi.setConfig({ testTimeout: 120_000 + CALLS * 60, hookTimeout: 120_000 });

let traffic: MixedTraffic;
beforeAll(async () => {
  traffic = await startMixedTraffic(CUSTOMER_COUNT, IDENTITIES);
});
afterAll(() => traffic?.close());

/** One of the vendor's jobs. When its worker is revoked, a new worker takes over. */
interface Job {
  worker: VendorWorker;
  usesTokens: boolean;
  createWorker: () => Promise<VendorWorker>;
  replacing: boolean;
}

type Counter =
  | 'served'
  | 'servedByToken'
  | 'rejected'
  | 'rejectedAsRevoked'
  | 'unavailable'
  | 'expired'
  | 'rotations'
  | 'revocations'
  | 'restarts';

/** One run: the random choices, the jobs, and counts of what happened. */
class Run {
  readonly seed = randomInt(2 ** 31);
  readonly random = createRandom(this.seed);
  readonly counts = new Map<Counter, number>();
  readonly #revokedWorkers: VendorWorker[] = [];
  readonly #restarting = new Set<number>();
  #jobs: Job[] = [];

  pick<T>(items: readonly T[]): T {
    return pick(this.random, items);
  }

  count(counter: Counter): void {
    this.counts.set(counter, (this.counts.get(counter) ?? 0) + 1);
  }

  async createJobs(): Promise<void> {
    const { customers } = traffic;
    const groups = [customers, customers, ...Array.from({ length: 4 }, () => this.#someOf(customers))];
    const byKey = groups.map((group) => ({
      usesTokens: false,
      createWorker: () => traffic.createKeyWorker(group),
    }));
    const byToken = Array.from({ length: traffic.identityCount }, (_, n) => ({
      usesTokens: true,
      createWorker: async () => traffic.createTokenWorker(n),
    }));
    this.#jobs = await Promise.all(
      [...byKey, ...byToken].map(async (job) => ({
        ...job,
        worker: await job.createWorker(),
        replacing: false,
      })),
    );
  }

  #someOf(customers: readonly Customer[]): readonly Customer[] {
    const some = customers.filter(() => this.random(2) === 0);
    return some.length > 0 ? some : customers.slice(0, 1);
  }

  /** Disturbs the service after fixed numbers of calls. Which customer, job or replica is affected is random. */
  async #disturb(call: number): Promise<void> {
    const { customers } = traffic;
    // Moving the clock makes sessions expire, so that they are renewed.
    if (call % 100 === 50) traffic.advance(240);
    if (call % 60 === 30)
      traffic.injectFault(this.pick(customers), this.pick(['throttle', 'error', 'close']));
    if (call % 150 === 75 && (await traffic.rotate(this.pick(customers)))) this.count('rotations');
    if (call % 150 === 100) await this.#replaceWorker(this.pick(this.#jobs));
    if (call % 400 === 200) await this.#restart(this.random(2));
  }

  async #replaceWorker(job: Job): Promise<void> {
    if (job.replacing) return;
    job.replacing = true;
    await job.worker.revoke();
    this.#revokedWorkers.push(job.worker);
    job.worker = await job.createWorker();
    job.replacing = false;
    this.count('revocations');
  }

  async #restart(replica: number): Promise<void> {
    if (this.#restarting.has(replica)) return;
    this.#restarting.add(replica);
    await traffic.replaceReplica(replica);
    this.#restarting.delete(replica);
    this.count('restarts');
  }

  /** Sends one request for credentials, and checks that the response fits what the worker may do. */
  async call(n: number): Promise<void> {
    await this.#disturb(n);
    const job = this.pick(this.#jobs);
    const useRevoked = this.#revokedWorkers.length > 0 && this.random(30) === 0;
    const worker = useRevoked ? this.pick(this.#revokedWorkers) : job.worker;
    const [customer, other] = [this.pick(traffic.customers), this.pick(traffic.customers)];
    // Some paths name one customer's tenant and another customer's connection.
    const isMismatched = other !== customer && this.random(12) === 0;
    const path = isMismatched ? `${other.tenant.path}/connections/${customer.connectionId}` : customer.path;
    const revocationBefore = worker.revocation;
    const format = this.pick(['json', 'container'] as const);
    const result = await traffic.issueCredentials(worker, path, format, this.random(2));
    const label = `call ${n} of seed ${this.seed}`;
    if (result === 'no-response') return this.count('unavailable');
    if (revocationBefore === 'done') expect(result.status, label).toBe(401);
    if (worker.revocation !== 'none' && result.status === 401) return this.count('rejectedAsRevoked');
    if (isMismatched || !worker.allowedCustomers.has(customer)) {
      expect([result.status, result.accountId], label).toEqual([404, undefined]);
      return this.count('rejected');
    }
    if (result.status === 503) {
      // STS had a fault, or was slower than a container client waits: an error, and no credentials.
      expect([result.code, result.accountId], label).toEqual([
        expect.stringMatching(/^aws_(throttled|unavailable)$/),
        undefined,
      ]);
      return this.count('unavailable');
    }
    expect([result.status, result.accountId], label).toEqual([200, customer.account]);
    const account = await traffic.accountOf(result.credentials);
    expect([customer.account, 'expired'], label).toContain(account);
    this.count(account === 'expired' ? 'expired' : 'served');
    if (job.usesTokens && !useRevoked) this.count('servedByToken');
  }
}

test(`${CALLS} random calls with rotations, revocations, restarts and STS faults: each acts in the account of the named connection, or fails`, async () => {
  const run = new Run();
  await run.createJobs();
  let next = 0;
  const loop = async (): Promise<void> => {
    while (next < CALLS) {
      if (process.env.SOAK_CALLS && next % 5000 === 0) console.log(`${next} of ${CALLS} calls`);
      await run.call(next++);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, loop));
  if (process.env.SOAK_CALLS) console.log(`seed ${run.seed}:`, Object.fromEntries(run.counts));
  const count = (counter: Counter): number => run.counts.get(counter) ?? 0;
  expect(count('served')).toBeGreaterThan(CALLS / 3);
  expect(count('servedByToken')).toBeGreaterThan(CALLS / 20);
  expect(count('rejected')).toBeGreaterThan(CALLS / 20);
  for (const counter of ['rejectedAsRevoked', 'rotations', 'revocations', 'restarts'] as const)
    expect(count(counter), counter).toBeGreaterThan(0);
});
