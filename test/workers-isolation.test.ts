import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Customer } from './harness/isolated-customers.ts';
import { type MixedTraffic, startMixedTraffic, type VendorWorker } from './harness/mixed-traffic.ts';

/** `npm run soak` sets more. */
const CALLS = Number(process.env.SOAK_CALLS ?? 2000);
const AT_ONCE = 24;
const CUSTOMERS = 10;
/** Which customers the worker identities are held to. */
const IDENTITIES = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  [0, 2, 4, 6, 8],
  [3, 7],
];
vi.setConfig({ testTimeout: 120_000 + CALLS * 60, hookTimeout: 120_000 });

let traffic: MixedTraffic;
beforeAll(async () => {
  traffic = await startMixedTraffic(CUSTOMERS, IDENTITIES);
});
afterAll(() => traffic?.close());

/** Numbers that come again with the same seed (mulberry32), so that a failure can be repeated. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** A place among the workers: when its holder is revoked, another takes it. */
interface Post {
  holder: VendorWorker;
  successor: () => Promise<VendorWorker>;
  changing: boolean;
}

async function postsFor(customers: readonly Customer[], pick: (below: number) => number): Promise<Post[]> {
  const groups = [customers, customers, ...Array.from({ length: 4 }, () => someOf(customers, pick))];
  const successors = groups.map((group) => () => traffic.newWorker(group));
  for (let n = 0; n < traffic.identities; n++) successors.push(async () => traffic.newTokenWorker(n));
  return Promise.all(
    successors.map(async (successor) => ({ holder: await successor(), successor, changing: false })),
  );
}

function someOf(customers: readonly Customer[], pick: (below: number) => number): readonly Customer[] {
  const some = customers.filter(() => pick(2) === 0);
  return some.length > 0 ? some : customers.slice(0, 1);
}

test(`${CALLS} calls of tenants, workers by key and by token, rotations, revocations, restarts and faults of STS, mixed at random, each act in the account that was named, or in none`, async () => {
  const seed = randomInt(2 ** 31);
  const pick = numbers(seed);
  const one = <T>(of: readonly T[]): T => of[pick(of.length)] as T;
  const { customers } = traffic;
  const posts = await postsFor(customers, pick);
  const former: VendorWorker[] = [];
  const restarting = new Set<number>();
  const seen = {
    served: 0,
    servedByToken: 0,
    refused: 0,
    refusedAsRevoked: 0,
    unavailable: 0,
    ended: 0,
    rotations: 0,
    revocations: 0,
    restarts: 0,
  };

  const replace = async (post: Post): Promise<void> => {
    if (post.changing) return;
    post.changing = true;
    await post.holder.revoke();
    former.push(post.holder);
    post.holder = await post.successor();
    post.changing = false;
    seen.revocations++;
  };
  const restart = async (replica: number): Promise<void> => {
    if (restarting.has(replica)) return;
    restarting.add(replica);
    await traffic.restart(replica);
    restarting.delete(replica);
    seen.restarts++;
  };
  /** What happens meanwhile: how often is counted, to whom is chance. */
  const happen = async (n: number): Promise<void> => {
    // Sessions grow old and are renewed.
    if (n % 100 === 50) traffic.advance(240);
    if (n % 60 === 30) traffic.disturb(one(customers), one(['throttle', 'error', 'close']));
    if (n % 150 === 75 && (await traffic.rotate(one(customers)))) seen.rotations++;
    if (n % 150 === 100) await replace(one(posts));
    if (n % 400 === 200) await restart(pick(2));
  };

  const call = async (n: number): Promise<void> => {
    await happen(n);
    const post = one(posts);
    const worker = former.length > 0 && pick(30) === 0 ? one(former) : post.holder;
    const byToken = posts.indexOf(post) >= posts.length - traffic.identities && worker === post.holder;
    const [customer, other] = [one(customers), one(customers)];
    const crossed = other !== customer && pick(12) === 0;
    const path = crossed ? `${other.tenant.path}/connections/${customer.connectionId}` : customer.path;
    const before = worker.revoked;
    const drawn = await traffic.draw(worker, path, one(['body', 'container']), pick(2));
    const where = `call ${n} of seed ${seed}`;
    if (drawn === 'nothing') {
      seen.unavailable++;
      return;
    }
    if (before === 'done') expect(drawn.status, where).toBe(401);
    if (worker.revoked !== 'no' && drawn.status === 401) {
      seen.refusedAsRevoked++;
      return;
    }
    if (crossed || !worker.mayServe.has(customer)) {
      expect([drawn.status, drawn.accountId], where).toEqual([404, undefined]);
      seen.refused++;
      return;
    }
    if (drawn.status === 503) {
      // STS was disturbed, or slower than a container client waits: an error, and nobody's credentials.
      expect([drawn.code, drawn.accountId], where).toEqual([
        expect.stringMatching(/^aws_(throttled|unavailable)$/),
        undefined,
      ]);
      seen.unavailable++;
      return;
    }
    expect([drawn.status, drawn.accountId], where).toEqual([200, customer.account]);
    const account = await traffic.accountOf(drawn.credentials);
    expect([customer.account, 'none'], where).toContain(account);
    if (account === 'none') seen.ended++;
    else seen.served++;
    if (byToken) seen.servedByToken++;
  };

  let next = 0;
  const loop = async (): Promise<void> => {
    while (next < CALLS) {
      if (process.env.SOAK_CALLS && next % 5000 === 0) console.log(`${next} of ${CALLS} calls`);
      await call(next++);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, loop));
  if (process.env.SOAK_CALLS) console.log(`seed ${seed}:`, seen);
  expect(seen.served).toBeGreaterThan(CALLS / 3);
  expect(seen.servedByToken).toBeGreaterThan(CALLS / 20);
  expect(seen.refused).toBeGreaterThan(CALLS / 20);
  for (const kind of ['refusedAsRevoked', 'rotations', 'revocations', 'restarts'] as const)
    expect(seen[kind], kind).toBeGreaterThan(0);
});
