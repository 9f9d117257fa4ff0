import { parseArgs } from 'node:util';
import { openStores } from '../compose.ts';
import { readConfig } from '../config/config.ts';
import { createLogger } from '../observability/logger.ts';

const HELP = `countersign migrate

Brings the database up to date and gives the service its database role. serve and start do the same by themselves;
use this to do it beforehand, as its own step. Configuration as for serve (DATABASE_URL).`;

export async function migrateCommand(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { help: { type: 'boolean', short: 'h' } } });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const config = readConfig('sandbox');
  const stores = await openStores(config, { exclusive: false, log: createLogger('info') });
  await stores.close();
  console.log('The database is up to date.');
  return 0;
}
