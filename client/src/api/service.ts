import type { RequestOptions } from '../http/send.ts';
import type { ApiCaller } from './api-caller.ts';
import type { Schema } from './operation.ts';

/** The vendor identity that calls AssumeRole in one AWS partition, as the replica that responds sees it. */
export type Broker = Schema<'Broker'>;

export type ServiceApi = ReturnType<typeof createServiceApi>;

export function createServiceApi(call: ApiCaller) {
  return {
    /** Returns the state of the broker in each AWS partition. For keys of role admin, onboarding and auditor. */
    getBroker: (options?: RequestOptions): Promise<{ brokers: Broker[] }> =>
      call('get', '/v1/broker', {}, options),
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
