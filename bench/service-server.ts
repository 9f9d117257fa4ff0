// The service as `npm run serve` composes it, on an embedded PostgreSQL of its own with nothing of durability turned off.
import { openServiceDatabase, openSts, startService } from '../src/compose.ts';
import { readConfig } from '../src/config/config.ts';
import { systemClock } from '../src/lib/clock.ts';
import { createLogger } from '../src/observability/logger.ts';
import { createMetrics } from '../src/observability/metrics.ts';

const config = readConfig('serve');
const log = createLogger(config.logLevel);
const metrics = createMetrics();
const sts = openSts(config, { clock: systemClock, metrics });
const stores = await openServiceDatabase(config, { exclusive: true, log });
const service = await startService({ config, database: stores.database, sts, metrics, log });
process.on('SIGTERM', async () => {
  await service.close();
  sts.close();
  await stores.close();
  process.exit(0);
});
process.send?.(service.url);
