import { parseArgs } from 'node:util';
import { readConfig } from '../config/config.ts';
import { openServiceDatabase } from '../database/service-database.ts';
import { createLogger } from '../observability/logger.ts';

const HELP = `countersign migrate

Applies pending migrations and enables login for the service's database role. serve and start do the same at startup;
run this command to do it as a separate step before. It needs the same environment variables as serve (DATABASE_URL).`;

export async function migrateCommand(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { help: { type: 'boolean', short: 'h' } } });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const config = readConfig('sandbox');
  const database = await openServiceDatabase(config, { exclusive: false, log: createLogger('info') });
  await database.close();
  console.log('The database is up to date.');
  return 0;
}
