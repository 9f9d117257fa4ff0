import { type Clock, systemClock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { type DatabasePool, openDatabase } from './database.ts';
import { readDatabaseTime, startDatabaseClock } from './database-clock.ts';
import { openEmbedded } from './embedded/embedded-database.ts';
import { prepareDatabase } from './prepare-database.ts';

interface ServiceDatabase {
  database: DatabasePool;
  /** The URL of the owner, for commands that do what the service may not. */
  ownerUrl: string;
  /** The database's clock. */
  clock: Clock;
  /** Stores the server's URL, so that a second start on the same data folder can report it. */
  recordServerUrl(url: string): Promise<void>;
  close(): Promise<void>;
}

interface DatabaseSettings {
  /** The URL of the owner; null: an embedded database in `dataDir`. */
  databaseUrl: string | null;
  serviceDatabaseUrl: string | null;
  databasePoolSize: number;
  dataDir: string;
}

/**
 * Opens the configured or the embedded database, applies pending migrations, and connects as the service's role.
 * @param exclusive false for a command that may run beside the server
 */
export async function openServiceDatabase(
  { databaseUrl, serviceDatabaseUrl, databasePoolSize, dataDir }: DatabaseSettings,
  { exclusive, log }: { exclusive: boolean; log: Log },
): Promise<ServiceDatabase> {
  const logLine = (line: string): void => log.info({}, line);
  const embedded = databaseUrl === null ? await openEmbedded({ dataDir, exclusive, log: logLine }) : null;
  const ownerUrl = embedded?.url ?? databaseUrl;
  try {
    if (ownerUrl === null) throw new Error('no database is configured');
    const url = await prepareDatabase({ ownerUrl, serviceUrl: serviceDatabaseUrl }, logLine);
    const database = openDatabase({ url, poolSize: databasePoolSize });
    const clock = await startDatabaseClock({
      readTime: readDatabaseTime(database),
      hostClock: systemClock,
      log,
    });
    return {
      database,
      ownerUrl,
      clock,
      recordServerUrl: async (url) => embedded?.recordServerUrl(url),
      async close() {
        await clock.stop();
        await database.close();
        await embedded?.close();
      },
    };
  } catch (error) {
    await embedded?.close();
    throw error;
  }
}
