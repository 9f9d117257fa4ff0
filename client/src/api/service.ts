import type { RequestOptions } from '../http/send.ts';
import type { Call } from './operation.ts';

export type ServiceApi = ReturnType<typeof service>;

export function service(call: Call) {
  return {
    /** Resolves when the process answers. */
    alive: (options?: RequestOptions): Promise<void> => call.read('get', '/livez', {}, options, drain),
    /** Resolves when it can serve, database included; rejects otherwise. */
    ready: (options?: RequestOptions): Promise<void> => call.read('get', '/readyz', {}, options, drain),
    /** Metrics in Prometheus' text format. */
    metrics: (options?: RequestOptions): Promise<string> =>
      call.read('get', '/metrics', { accept: 'text/plain' }, options, (response) => response.text()),
  };
}

async function drain(response: Response): Promise<void> {
  await response.text();
}
