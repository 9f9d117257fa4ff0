import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import { rootOf } from '../aws-emulator/aws-query.ts';
import { type Sandbox, startSandbox } from '../aws-emulator/emulator.ts';
import { openStores, openSts, type Service, startService } from '../compose.ts';
import type { Config } from '../config/config.ts';
import { systemClock } from '../lib/clock.ts';
import { createMetrics } from '../observability/metrics.ts';

export interface SandboxService {
  service: Service;
  aws: Sandbox;
  close(): Promise<void>;
}

/** The service together with a local AWS, in which the broker is the root of the vendor's account. */
export async function startSandboxService(config: Config, log: FastifyBaseLogger): Promise<SandboxService> {
  const closing: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const one of closing.reverse()) await one();
    closing.length = 0;
  };
  try {
    const stores = await openStores(config, { exclusive: true, log });
    closing.push(stores.close);
    await mkdir(config.dataDir, { recursive: true });
    const stateFile = path.join(config.dataDir, 'local-aws.json');
    const aws = await startSandbox({ port: config.sandboxPort, clock: systemClock, stateFile });
    closing.push(aws.close);
    const metrics = createMetrics();
    const sts = openSts(config, {
      endpoint: aws.url,
      credentials: rootOf(config.vendor.accountId),
      clock: systemClock,
      metrics,
    });
    closing.push(async () => sts.close());
    const service = await startService({
      config,
      database: stores.database,
      sts,
      metrics,
      log,
      emulatorUrl: aws.url,
    });
    closing.push(service.close);
    await stores.announce(service.url);
    return { service, aws, close };
  } catch (error) {
    await close();
    throw error;
  }
}
