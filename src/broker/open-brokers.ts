import type { Sts } from '../aws/sts.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { type AttributionPort, denialAttribution } from './attribute-denial.ts';
import type { Broker, Brokers } from './broker.ts';
import { BrokerHealth, type BrokerState } from './broker-health.ts';
import type { BrokerSettings } from './broker-settings.ts';
import { observedSts } from './observed-sts.ts';

/** Other tenants' roles that are tried at most before a denial is attributed to the broker. */
const MAX_WITNESSES = 5;

interface OpenBrokersOptions {
  settings: readonly BrokerSettings[];
  /** The port to STS with the credentials of one broker. */
  openSts: (settings: BrokerSettings) => Sts & {
    clockOffsetMs(): number | null;
    credentialSource(): Promise<{ name: string }>;
  };
  findWitnesses: (sample: {
    partition: string;
    excludedTenantId: string | null;
    limit: number;
  }) => ReturnType<AttributionPort['findWitnesses']>;
  clock: Clock;
  log: Log;
  /** Called when a broker's status or problem changes. */
  onChange: (settings: BrokerSettings, before: BrokerState, after: BrokerState) => void;
}

export function openBrokers(options: OpenBrokersOptions): Brokers {
  return new Map(options.settings.map((settings) => [settings.partition, openBroker(settings, options)]));
}

function openBroker(settings: BrokerSettings, options: OpenBrokersOptions): Broker {
  const { clock, log } = options;
  const health = new BrokerHealth({
    clock,
    onChange: (before, after) => options.onChange(settings, before, after),
  });
  const { clockOffsetMs, credentialSource, ...port } = options.openSts(settings);
  const sts = observedSts(port, { health, clock });
  return {
    settings,
    sts,
    health,
    identity: null,
    identityProblem: null,
    credentialSource: null,
    readCredentialSource: credentialSource,
    attributeDenial: denialAttribution({
      sts,
      clock,
      log,
      health,
      canary: settings.canary,
      findWitnesses: (excludedTenantId) =>
        options.findWitnesses({ partition: settings.partition, excludedTenantId, limit: MAX_WITNESSES }),
    }),
    clockOffsetMs,
  };
}
