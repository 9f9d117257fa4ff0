import type { BrokerSettings, Witness } from '../../broker/broker-settings.ts';
import { openStsClients, type StsClients } from '../../broker/open-sts-clients.ts';
import { findWitnesses } from '../../broker/store.ts';
import type { ConfigInspection } from '../../config/config.ts';
import { openDatabase } from '../../database/database.ts';
import { systemClock } from '../../lib/clock.ts';
import { createMetrics } from '../../observability/metrics.ts';
import type { Report } from './check-result.ts';
import { checkBroker } from './checks/broker/broker.ts';
import { checkConfiguration } from './checks/configuration.ts';
import { checkConsoleSignIn } from './checks/console-sign-in.ts';
import { checkDatabase } from './checks/database.ts';
import { checkFiles } from './checks/files.ts';
import { checkProxies } from './checks/proxies.ts';
import type { CheckGroup } from './run-checks.ts';

/** For each call to STS, so that all calls of one broker end before the whole command does. */
const MAX_STS_TIMEOUT_SECONDS = 4;
/** Roles of customers that are tried at most. */
const MAX_WITNESSES = 3;

/** AWS rejects these credentials, and so shows that it responds. They are those of AWS's documentation. */
const NOBODY = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};

/** Creates all checks of an installation: one group for each broker, and one for each of the other subjects. */
export function createCheckGroups(
  inspection: ConfigInspection,
  redact: (text: string) => string,
): { groups: CheckGroup[]; close(): void } {
  const config = {
    ...inspection.config,
    stsTimeoutSeconds: Math.min(inspection.config.stsTimeoutSeconds, MAX_STS_TIMEOUT_SECONDS),
  };
  const options = { clock: systemClock };
  const clients = openStsClients(config, { ...options, metrics: createMetrics() });
  const anonymous = openStsClients(config, {
    ...options,
    metrics: createMetrics(),
    credentialsOf: () => NOBODY,
  });
  let serviceUrl: Promise<string | null> = Promise.resolve(null);
  const groups: CheckGroup[] = [
    { name: 'configuration', run: async (report) => checkConfiguration(inspection, report) },
    {
      name: 'database',
      run(report) {
        serviceUrl = checkDatabase({ config, report, redact });
        return serviceUrl.then(() => undefined);
      },
    },
    ...config.brokers.map((settings, index) =>
      brokerGroup({
        settings,
        isMain: index === 0,
        inspection,
        redact,
        clients,
        anonymous,
        findWitnesses: async () => findCustomerRoles(await serviceUrl.catch(() => null), settings.partition),
      }),
    ),
    { name: 'console', run: (report) => checkConsoleSignIn(config, report) },
    { name: 'proxies', run: async (report) => checkProxies(config, report) },
    { name: 'files', run: (report) => checkFiles({ config, report, redact }) },
  ];
  return {
    groups,
    close() {
      clients.close();
      anonymous.close();
    },
  };
}

interface BrokerGroup {
  settings: BrokerSettings;
  isMain: boolean;
  inspection: ConfigInspection;
  redact: (text: string) => string;
  clients: StsClients;
  anonymous: StsClients;
  findWitnesses: () => Promise<Witness[]>;
}

/** With several partitions, the messages begin with the partition. */
function brokerGroup({ settings, inspection, clients, anonymous, ...rest }: BrokerGroup): CheckGroup {
  const { partition } = settings;
  const prefix = inspection.config.brokers.length > 1 ? `${partition}: ` : '';
  return {
    name: `broker (${partition})`,
    run: async (report) => {
      const client = clients.clients.get(partition);
      const anonymousClient = anonymous.clients.get(partition);
      if (!client || !anonymousClient) throw new Error(`no STS client for the partition ${partition}`);
      const prefixed: Report = (result) => report({ ...result, message: prefix + result.message });
      await checkBroker({
        ...rest,
        settings,
        client,
        anonymousClient,
        values: inspection.values,
        isAccountKnown: !rest.isMain || inspection.values.COUNTERSIGN_VENDOR_ACCOUNT_ID !== undefined,
        report: prefixed,
      });
    },
  };
}

/** Verified roles of several customers. None when the database cannot be read, which its own check reports. */
async function findCustomerRoles(url: string | null, partition: string): Promise<Witness[]> {
  if (url === null) return [];
  const database = openDatabase({ url, poolSize: 2 });
  try {
    return await findWitnesses(database, { partition, excludedTenantId: null, limit: MAX_WITNESSES });
  } catch {
    return [];
  } finally {
    await database.close();
  }
}
