import { load, type Request } from './load.ts';
import type { Row } from './report.ts';
import { startEnvironment } from './environment.ts';

const HERD = 10_000;

/** 10,000 simultaneous requests for one connection that was never drawn from: exactly one AssumeRole. */
export async function thunderingHerd(say: (line: string) => void): Promise<Row> {
  const stage = await startEnvironment({ tenants: 2, workers: 1 });
  try {
    const request: Request = { path: stage.connections[1]?.path ?? '', key: stage.workerKeys[0] ?? '' };
    const whole = { connections: HERD, requests: [request], amount: HERD };
    const bare = await load(stage.bare.url, whole);
    const before = await stage.sandbox.ask('granted');
    const events = await stage.sealedEvents();
    const ours = await load(stage.service.url, whole);
    const granted = (await stage.sandbox.ask('granted')) - before;
    const recorded = (await stage.sealedEvents()) - events;
    say(
      `  ${ours.answers} answers, ${granted} AssumeRole, ${recorded} audit events; p99 ${ours.p99} ms, bare ${bare.p99} ms`,
    );
    if (granted !== 1) throw new Error(`${HERD} simultaneous requests made ${granted} calls of AssumeRole`);
    if (recorded !== HERD) throw new Error(`${HERD} answers, but ${recorded} audit events`);
    return {
      name: `${HERD.toLocaleString('en')} simultaneous requests for one connection: ${granted} AssumeRole`,
      ours: `${Math.round(ours.requestsPerSecond)}/s`,
      baseline: `bare route: ${Math.round(bare.requestsPerSecond)}/s`,
      ratio: ours.requestsPerSecond / bare.requestsPerSecond,
      aim: null,
    };
  } finally {
    await stage.end();
  }
}
