import { createStsBudget } from '../aws/sts-budget.ts';
import type { StsClientOptions } from '../aws/sts-client/options.ts';
import { createStsClient } from '../aws/sts-client/sts-client.ts';
import type { Deps } from '../deps.ts';
import { type Metrics, registerStsBudgetMetrics } from '../observability/metrics.ts';
import type { BrokerSettings } from './broker-settings.ts';

type StsConfig = Pick<Deps['config'], 'brokers' | 'stsCallsPerSecond' | 'stsTimeoutSeconds' | 'proxies'>;

/** The STS client of each broker, by partition. */
export interface StsClients {
  clients: ReadonlyMap<string, StsClient>;
  /** Ends their sockets and their calls in progress. */
  close(): void;
}

export type StsClient = ReturnType<typeof createStsClient>;

/** Creates an STS client for each broker. Each has a budget of its own, since AWS counts calls by account and Region. */
export function openStsClients(
  config: StsConfig,
  options: Pick<StsClientOptions, 'clock' | 'endpoint'> & {
    metrics: Metrics;
    /** By default, each broker has those of its own profile or of the SDK's chain. */
    credentialsOf?: (broker: BrokerSettings) => NonNullable<StsClientOptions['credentials']>;
  },
): StsClients {
  const { metrics, credentialsOf, ...clientOptions } = options;
  const limits = config.stsCallsPerSecond;
  const remaining = new Map<string, () => number>();
  const clients = new Map(
    config.brokers.map((broker) => {
      const { partition, region, profile, stsEndpoint } = broker;
      const budget = createStsBudget({
        clock: clientOptions.clock,
        maxPerSecond: limits.all,
        maxPerSecondPerTenant: limits.tenant,
        onExceeded: (budget) => metrics.stsRefusals.inc({ budget }),
      });
      remaining.set(partition, budget.remaining);
      const client = createStsClient({
        ...(profile !== null && { profile }),
        ...(credentialsOf && { credentials: credentialsOf(broker) }),
        ...clientOptions,
        ...(stsEndpoint !== null && { endpoint: stsEndpoint }),
        budget,
        region,
        proxies: config.proxies,
        timeoutSeconds: config.stsTimeoutSeconds,
        onCall: (operation, result) => metrics.stsCalls.inc({ operation, result }),
      });
      return [partition, client];
    }),
  );
  registerStsBudgetMetrics(metrics, { limits, remaining });
  return {
    clients,
    close() {
      for (const client of clients.values()) client.close();
    },
  };
}
