// Probes a service as an orchestrator does: each probe on a new connection. Runs in a process of its own, so that the load
// generator does not delay it. The message `<url>` starts the probes, the next message ends them and gets the result.
import { request } from 'node:http';
import { performance } from 'node:perf_hooks';

const PATHS = ['/livez', '/readyz', '/metrics'];
const PROBE_EVERY_MS = 100;
const TIMEOUT_MS = 30_000;

let timer: NodeJS.Timeout | undefined;
let results: Promise<number>[] = [];

process.on('message', async (message: string) => {
  if (timer === undefined) {
    let next = 0;
    results = [];
    timer = setInterval(() => {
      results.push(probe(message + PATHS[next++ % PATHS.length]));
    }, PROBE_EVERY_MS);
    process.send?.('started');
    return;
  }
  clearInterval(timer);
  timer = undefined;
  process.send?.(JSON.stringify(await Promise.all(results)));
});
process.on('SIGTERM', () => process.exit(0));
process.send?.('ready');

/** Returns the milliseconds until the complete response; the time limit if there is none or not 200. */
function probe(url: string): Promise<number> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const probing = request(url, { agent: false, timeout: TIMEOUT_MS }, (response) => {
      response.resume();
      response.on('end', () =>
        resolve(response.statusCode === 200 ? performance.now() - startedAt : TIMEOUT_MS),
      );
    });
    probing.on('timeout', () => probing.destroy());
    probing.on('error', () => resolve(TIMEOUT_MS));
    probing.end();
  });
}
