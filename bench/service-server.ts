// Runs the service as `npm run serve` does, on its own embedded PostgreSQL with the same durability as in production.

import { openStsClients } from '../src/broker/open-sts-clients.ts';
import { startService } from '../src/compose.ts';
import { readConfig } from '../src/config/config.ts';
import { openServiceDatabase } from '../src/database/service-database.ts';
import { systemClock } from '../src/lib/clock.ts';
import { createLogger } from '../src/observability/logger.ts';
import { createMetrics } from '../src/observability/metrics.ts';

const config = readConfig('serve');
const log = createLogger(config.logLevel);
const metrics = createMetrics();
const sts = openStsClients(config, { clock: systemClock, metrics });
const serviceDatabase = await openServiceDatabase(config, { exclusive: true, log });
const { database, clock } = serviceDatabase;
const service = await startService({ config, database, stsClients: sts.clients, metrics, log, clock });
process.on('SIGTERM', async () => {
  await service.close();
  sts.close();
  await serviceDatabase.close();
  process.exit(0);
});
process.send?.(service.url);
