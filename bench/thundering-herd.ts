import { countAssumedRoles, startEnvironment } from './environment.ts';
import { load, type Request } from './load.ts';
import type { Row } from './report.ts';

const REQUESTS = 10_000;

/**
 * 10,000 simultaneous requests for one connection without cached credentials cause exactly one AssumeRole call, and no other
 * error than `overloaded`.
 */
export async function thunderingHerd(print: (line: string) => void): Promise<Row> {
  const environment = await startEnvironment({ tenants: 2, workers: 1 });
  try {
    const request: Request = {
      path: environment.connections[1]?.path ?? '',
      key: environment.workerKeys[0] ?? '',
    };
    const options = { connections: REQUESTS, requests: [request], amount: REQUESTS };
    const baseline = await load(environment.bare.url, options);
    const callsBefore = await countAssumedRoles(environment);
    const eventsBefore = await environment.countSealedEvents();
    const result = await load(environment.service.url, { ...options, mayOverload: true });
    const calls = (await countAssumedRoles(environment)) - callsBefore;
    const auditEvents = (await environment.countSealedEvents()) - eventsBefore;
    print(
      `  ${result.responses} issued, ${result.overloaded} overloaded, ${calls} AssumeRole, ${auditEvents} audit events; p99 ${result.p99Ms} ms, bare ${baseline.p99Ms} ms`,
    );
    if (calls !== 1) throw new Error(`${REQUESTS} simultaneous requests caused ${calls} AssumeRole calls`);
    if (auditEvents !== result.responses)
      throw new Error(`${result.responses} issued, but ${auditEvents} audit events`);
    return {
      name: `${REQUESTS.toLocaleString('en')} simultaneous requests for one connection: ${calls} AssumeRole`,
      countersign: `${Math.round(result.requestsPerSecond)}/s`,
      baseline: `bare route: ${Math.round(baseline.requestsPerSecond)}/s`,
      ratio: result.requestsPerSecond / baseline.requestsPerSecond,
      target: null,
    };
  } finally {
    await environment.stop();
  }
}
