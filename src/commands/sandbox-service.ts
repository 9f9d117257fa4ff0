import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import { type AwsEmulator, startAwsEmulator } from '../aws-emulator/emulator.ts';
import { rootCredentials } from '../aws-emulator/root-credentials.ts';
import { openServiceDatabase, openSts, type Service, startService } from '../compose.ts';
import type { Config } from '../config/config.ts';
import { systemClock } from '../lib/clock.ts';
import { createMetrics } from '../observability/metrics.ts';

export interface SandboxService {
  service: Service;
  aws: AwsEmulator;
  close(): Promise<void>;
}

/** Starts the service with an AWS emulator. The broker is the root user of the vendor's account there. */
export async function startSandboxService(config: Config, log: FastifyBaseLogger): Promise<SandboxService> {
  const closeFunctions: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closeOne of closeFunctions.reverse()) await closeOne();
    closeFunctions.length = 0;
  };
  try {
    const serviceDatabase = await openServiceDatabase(config, { exclusive: true, log });
    closeFunctions.push(serviceDatabase.close);
    await mkdir(config.dataDir, { recursive: true });
    const stateFile = path.join(config.dataDir, 'local-aws.json');
    const aws = await startAwsEmulator({ port: config.sandboxPort, clock: systemClock, stateFile });
    closeFunctions.push(aws.close);
    const metrics = createMetrics();
    const sts = openSts(config, {
      endpoint: aws.url,
      credentials: rootCredentials(config.vendor.accountId),
      clock: systemClock,
      metrics,
    });
    closeFunctions.push(async () => sts.close());
    const service = await startService({
      config,
      database: serviceDatabase.database,
      sts,
      metrics,
      log,
      emulatorUrl: aws.url,
    });
    closeFunctions.push(service.close);
    await serviceDatabase.recordServerUrl(service.url);
    return { service, aws, close };
  } catch (error) {
    await close();
    throw error;
  }
}
