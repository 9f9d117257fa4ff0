import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import { brokerRoleArn } from '../aws-emulator/broker-session.ts';
import { type AwsEmulator, startAwsEmulator } from '../aws-emulator/emulator.ts';
import { openStsClients } from '../broker/open-sts-clients.ts';
import { passedOnAttributes } from '../broker/session-attributes.ts';
import { type Service, startService } from '../compose.ts';
import type { Config } from '../config/config.ts';
import { openServiceDatabase } from '../database/service-database.ts';
import { systemClock } from '../lib/clock.ts';
import { ConfigError } from '../lib/config-error.ts';
import { createMetrics } from '../observability/metrics.ts';

export interface SandboxService {
  service: Service;
  aws: AwsEmulator;
  close(): Promise<void>;
}

/**
 * Starts the service with an AWS emulator, where it runs as the role `CountersignBroker` of the vendor's account.
 * @throws ConfigError if another broker role is configured
 */
export async function startSandboxService(
  configured: Config,
  log: FastifyBaseLogger,
): Promise<SandboxService> {
  const config = withSandboxBroker(configured);
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
    const sts = openStsClients(config, {
      endpoint: aws.url,
      credentialsOf: ({ partition, accountId, sessionAttributes }) =>
        aws.openBrokerSession({ partition, accountId, passesOn: passedOnAttributes(sessionAttributes) }),
      clock: systemClock,
      metrics,
    });
    closeFunctions.push(async () => sts.close());
    const service = await startService({
      config,
      database: serviceDatabase.database,
      stsClients: sts.clients,
      metrics,
      log,
      clock: serviceDatabase.clock,
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

/** The broker's role is known in the AWS emulator, so trust policies are narrowed to it. */
function withSandboxBroker(config: Config): Config {
  const brokers = config.brokers.map((broker) => ({ ...broker, brokerRoleArn: brokerRoleArn(broker) }));
  const problems = config.brokers.flatMap(({ brokerRoleArn: configured }, i) => {
    const actual = brokers[i]?.brokerRoleArn;
    return configured === null || configured === actual
      ? []
      : [`COUNTERSIGN_BROKER_ROLE_ARN is ${configured}, but in sandbox mode the service runs as ${actual}`];
  });
  if (problems.length > 0) throw new ConfigError(problems);
  return { ...config, brokers, vendor: { ...config.vendor, brokerRoleArn: brokerRoleArn(config.vendor) } };
}
