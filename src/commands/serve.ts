import { parseArgs } from 'node:util';
import type { FastifyBaseLogger } from 'fastify';
import type { BrokerSettings } from '../broker/broker-settings.ts';
import { findIdentityProblem } from '../broker/identity-problem.ts';
import { openStsClients, type StsClients } from '../broker/open-sts-clients.ts';
import { startService } from '../compose.ts';
import { type Config, readConfig } from '../config/config.ts';
import { openServiceDatabase } from '../database/service-database.ts';
import { systemClock } from '../lib/clock.ts';
import { ConfigError } from '../lib/config-error.ts';
import { createLogger } from '../observability/logger.ts';
import { createMetrics } from '../observability/metrics.ts';
import { drainAndClose, waitForSignal } from './shutdown.ts';

const HELP = `npm run serve

Runs Countersign in production mode with the real AWS STS. It needs

- COUNTERSIGN_VENDOR_ACCOUNT_ID: the vendor's AWS account ID
- COUNTERSIGN_VENDOR_NAME: the vendor's name, as customers know it
- AWS credentials of that account, from any source that the AWS SDKs support
- DATABASE_URL: a PostgreSQL database; if unset, an embedded PostgreSQL is used

docs/configuration.md describes all environment variables.`;

/** Runs the service in production mode until it receives a signal. */
export async function serve(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { help: { type: 'boolean', short: 'h' } } });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const config = readConfig('serve');
  const log = createLogger(config.logLevel);
  const signaled = waitForSignal();
  let isServing = false;
  void signaled.then((signal) => {
    // An embedded database has to be stopped. Otherwise a start can end at any moment: each migration is one transaction.
    if (isServing || config.databaseUrl === null) return;
    log.info({ signal }, 'stopped during the start');
    process.exit(0);
  });
  await runUntil(signaled, config, log, () => {
    isServing = true;
  });
  log.info({}, 'stopped');
  // Exits explicitly: a hanging search for AWS credentials, such as a credential process, must not keep Node.js alive.
  process.exit(0);
}

async function runUntil(
  signaled: Promise<NodeJS.Signals>,
  config: Config,
  log: FastifyBaseLogger,
  onServing: () => void,
): Promise<void> {
  const metrics = createMetrics();
  const sts = openStsClients(config, { clock: systemClock, metrics });
  await Promise.all(config.brokers.map((settings) => assertBrokerIdentity(settings, sts, log)));
  const serviceDatabase = await openServiceDatabase(config, { exclusive: true, log });
  try {
    const { database, clock } = serviceDatabase;
    const service = await startService({
      config,
      database,
      stsClients: sts.clients,
      metrics,
      log,
      clock,
    });
    await serviceDatabase.recordServerUrl(service.url);
    if (service.firstKey) {
      // No other key is ever printed. Without it, an operator at a terminal could not get the first key.
      console.error(`First admin key, shown only once: ${service.firstKey}`);
    }
    log.info(
      { url: service.url, vendorAccountId: config.vendor.accountId, region: config.region },
      'serving',
    );
    onServing();
    log.info({ signal: await signaled }, 'stopping');
    await drainAndClose(service, service.close);
  } finally {
    sts.close();
    await serviceDatabase.close();
  }
}

/**
 * Checks that the broker's credentials belong to the account and role that customers are told to trust. A wrong identity
 * stops the start. An STS that does not respond does not: the broker is checked again while the service runs.
 */
async function assertBrokerIdentity(
  settings: BrokerSettings,
  { clients }: StsClients,
  log: FastifyBaseLogger,
): Promise<void> {
  const { partition } = settings;
  try {
    const identity = await clients.get(partition)?.callerIdentity();
    if (!identity) throw new Error(`no STS client for the partition ${partition}`);
    const problem = findIdentityProblem(settings, identity.arn);
    if (problem !== null) throw new ConfigError([problem]);
    log.info({ partition, arn: identity.arn }, 'broker identity');
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    log.warn(
      { partition, err: error },
      "STS did not return the broker's identity; serving anyway, but no role can be assumed until STS responds",
    );
  }
}
