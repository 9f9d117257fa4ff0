import type { RequestOptions } from '../http/send.ts';
import type { ApiCaller } from './api-caller.ts';

export type ServiceApi = ReturnType<typeof createServiceApi>;

export function createServiceApi(call: ApiCaller) {
  return {
    /** Resolves if the process responds. */
    checkLiveness: async (options?: RequestOptions): Promise<void> => {
      await call.text('get', '/livez', {}, options);
    },
    /** Resolves if the service can handle requests and reaches its database; rejects otherwise. */
    checkReadiness: async (options?: RequestOptions): Promise<void> => {
      await call.text('get', '/readyz', {}, options);
    },
    /** Returns the service's metrics in the text format of Prometheus. */
    getMetrics: (options?: RequestOptions): Promise<string> =>
      call.text('get', '/metrics', { accept: 'text/plain' }, options),
  };
}
