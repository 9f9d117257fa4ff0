import { parseArgs } from 'node:util';
import type { FastifyBaseLogger } from 'fastify';
import type { Sts } from '../aws/sts.ts';
import { openStores, openSts, startService } from '../compose.ts';
import { type Config, readConfig } from '../config/config.ts';
import { systemClock } from '../lib/clock.ts';
import { ConfigError } from '../lib/config-error.ts';
import { createLogger } from '../observability/logger.ts';
import { createMetrics } from '../observability/metrics.ts';
import { drainAndClose, leaveWhatHangs, untilTold } from './shutdown.ts';

const HELP = `npm run serve

Runs Countersign in production mode: real STS, configuration from the environment. It needs the vendor's account in
COUNTERSIGN_VENDOR_ACCOUNT_ID, AWS credentials of that account as every AWS SDK finds them, and DATABASE_URL; without the
latter an embedded PostgreSQL serves. All variables: docs/configuration.md.`;

/** Production: real STS, found and signed for as every AWS SDK does. Runs until it is told to end. */
export async function serve(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { help: { type: 'boolean', short: 'h' } } });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const config = readConfig('serve');
  const log = createLogger(config.logLevel);
  const told = untilTold();
  const metrics = createMetrics();
  const sts = openSts(config, { clock: systemClock, metrics });
  await assertBroker(config, sts, log);
  const stores = await openStores(config, { exclusive: true, log });
  try {
    const service = await startService({ config, database: stores.database, sts, metrics, log });
    await stores.announce(service.url);
    if (service.firstKey) {
      // The one place where a key is printed; a person at a terminal has no other way to the first one.
      console.error(`First admin key, shown this once: ${service.firstKey}`);
    }
    log.info(
      { url: service.url, vendorAccountId: config.vendor.accountId, region: config.region },
      'serving',
    );
    log.info({ signal: await told }, 'ending');
    await drainAndClose(service, service.close);
  } finally {
    sts.close();
    await stores.close();
  }
  log.info({}, 'ended');
  leaveWhatHangs();
  return 0;
}

/** The account whose credentials we hold must be the one that customers are told to trust. */
async function assertBroker(config: Config, sts: Sts, log: FastifyBaseLogger): Promise<void> {
  try {
    const { accountId, arn } = await sts.callerIdentity();
    if (accountId !== config.vendor.accountId) {
      throw new ConfigError([
        `COUNTERSIGN_VENDOR_ACCOUNT_ID is ${config.vendor.accountId}, but the AWS credentials in the environment belong to ${arn}`,
      ]);
    }
    log.info({ arn }, 'the broker identity');
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    log.warn(
      { err: error },
      'STS did not say who we are; serving all the same, but no role can be assumed until it does',
    );
  }
}
