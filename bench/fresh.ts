import { randomBytes } from 'node:crypto';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { rootCredentials } from '../src/aws-emulator/root-credentials.ts';
import { load, type Request } from './load.ts';
import { median, type Row } from './report.ts';
import { startEnvironment, type BenchEnvironment } from './environment.ts';

const TENANTS = 64;
const WORKERS = 16;
const AT_ONCE = 32;
/** Session lengths in a round, none of which a round before had. */
const DURATIONS = 4;
/** A multiple of the concurrency, so that each connection comes to each of its requests once. */
const DRAWS = TENANTS * WORKERS * DURATIONS;
const ROUNDS = 5;
/** Not counted: both sides reach their speed first. */
const WARM_UP_ROUNDS = 4;
const VENDOR = '999988887777';

/**
 * Credentials that were never drawn before, 32 at once; beside raw client-sts calls to the same local AWS at the same
 * concurrency, from a client that is set up once and does nothing else.
 */
export async function fresh(say: (line: string) => void): Promise<Row> {
  const stage = await startEnvironment({ tenants: TENANTS, workers: WORKERS });
  try {
    const ours: number[] = [];
    const raw: number[] = [];
    for (let round = 1 - WARM_UP_ROUNDS; round <= ROUNDS; round++) {
      const before = await stage.sandbox.ask('granted');
      const measured = await load(stage.service.url, {
        connections: AT_ONCE,
        requests: neverDrawn(stage, round),
        amount: DRAWS,
      });
      const granted = (await stage.sandbox.ask('granted')) - before;
      if (granted !== DRAWS) throw new Error(`${DRAWS} draws, but ${granted} calls of AssumeRole`);
      const baseline = await rawCalls(stage, DRAWS);
      if (round < 1) continue;
      ours.push(measured.requestsPerSecond);
      raw.push(baseline);
      say(
        `  round ${round}: ${Math.round(measured.requestsPerSecond)}/s (p50 ${measured.p50} ms, p99 ${measured.p99} ms), raw client-sts ${Math.round(baseline)}/s`,
      );
    }
    return {
      name: 'credentials never drawn before, 32 at once',
      ours: `${Math.round(median(ours))}/s`,
      baseline: `raw client-sts: ${Math.round(median(raw))}/s`,
      ratio: median(ours.map((value, i) => value / (raw[i] as number))),
      aim: 0.8,
    };
  } finally {
    await stage.end();
  }
}

/** Every worker at every connection, with session lengths that no round before had. */
function neverDrawn(stage: BenchEnvironment, round: number): Request[] {
  return Array.from({ length: DURATIONS }, (_, i) =>
    JSON.stringify({ durationSeconds: 1000 + (WARM_UP_ROUNDS + round) * DURATIONS + i }),
  ).flatMap((body) =>
    stage.workerKeys.flatMap((key) => stage.connections.map(({ path }) => ({ path, key, body }))),
  );
}

/** Calls a second. */
async function rawCalls(stage: BenchEnvironment, amount: number): Promise<number> {
  const client = new STSClient({
    region: 'us-east-1',
    endpoint: stage.sandbox.url,
    credentials: rootCredentials(VENDOR),
    requestHandler: { httpAgent: { keepAlive: true, maxSockets: 256 } },
  });
  let left = amount;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (left-- > 0) {
        const { roleArn, externalId } = stage.connections[
          left % stage.connections.length
        ] as BenchEnvironment['connections'][0];
        await client.send(
          new AssumeRoleCommand({
            RoleArn: roleArn,
            ExternalId: externalId,
            RoleSessionName: randomBytes(16).toString('hex'),
            DurationSeconds: 900,
          }),
        );
      }
    }),
  );
  client.destroy();
  return (amount / (performance.now() - started)) * 1000;
}
