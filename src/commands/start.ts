import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Config, readConfig } from '../config/config.ts';
import { ConfigError } from '../lib/config-error.ts';
import { createLogger } from '../observability/logger.ts';
import { VERSION } from '../version.ts';
import { type SandboxService, startSandboxService } from './sandbox-service.ts';
import { drainAndClose, untilTold } from './shutdown.ts';

const HELP = `npm start

Runs Countersign in sandbox mode on this machine: embedded PostgreSQL, a local AWS, the API. Nothing reaches AWS.
PORT (default 3000) and COUNTERSIGN_DATA_DIR (default .countersign) may be set; docs/configuration.md has the rest.`;

/** Sandbox mode, until it is told to end. */
export async function start(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { help: { type: 'boolean', short: 'h' } } });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const config = readConfig('sandbox');
  if (config.vendor.brokerRoleArn !== null) {
    throw new ConfigError([
      "COUNTERSIGN_BROKER_ROLE_ARN is for npm run serve: in the sandbox the broker is the root of the vendor's account",
    ]);
  }
  const told = untilTold();
  const running = await startSandboxService(
    config,
    createLogger(config.logLevelGiven ? config.logLevel : 'warn'),
  );
  console.log(banner(config, running));
  await told;
  console.log('\nEnding: answering what is under way, then stopping the database.');
  await drainAndClose(running.service, running.close);
  console.log('Ended. Everything is kept for the next start.');
  return 0;
}

function banner(config: Config, { service, aws }: SandboxService): string {
  const key = service.firstKey ?? '<your admin key>';
  const database = config.databaseUrl ? 'as DATABASE_URL says' : 'embedded PostgreSQL, kept in';
  const where = config.databaseUrl
    ? ''
    : ` ${path.relative(process.cwd(), config.dataDir) || config.dataDir}`;
  const keyLine = service.firstKey
    ? `${service.firstKey}\n                 (shown this once: keep it)`
    : 'shown at the first start; another: npm run countersign -- keys create --role admin --name me';
  return `
Countersign ${VERSION}, sandbox mode. Everything runs on this machine; nothing reaches AWS.

  API            ${service.url}
  API reference  ${service.url}/docs
  Local AWS      ${aws.url}   (STS and IAM; the vendor's account is ${config.vendor.accountId})
  Database       ${database}${where}
  Admin key      ${keyLine}

As the vendor, create a tenant, and read the external ID that was issued to it:

  export COUNTERSIGN_KEY=${key}
  curl -s ${service.url}/v1/tenants -H "Authorization: Bearer $COUNTERSIGN_KEY" \\
    -H 'Content-Type: application/json' -d '{"name":"Example Ltd"}'

Make a link for that customer, and open it in a browser: the page says the rest.

  curl -s -X POST ${service.url}/v1/tenants/<the tenant's id>/connect-links -H "Authorization: Bearer $COUNTERSIGN_KEY"

As a customer with the account 111111111111, use the local AWS with the AWS CLI:

  export AWS_ACCESS_KEY_ID=SANDBOX111111111111 AWS_SECRET_ACCESS_KEY=sandbox AWS_REGION=us-east-1
  export AWS_ENDPOINT_URL_STS=${aws.url} AWS_ENDPOINT_URL_IAM=${aws.url}
  aws sts get-caller-identity
  (an AWS CLI from before July 2023 needs --endpoint-url ${aws.url} instead)

The whole story in a minute: npm run demo. Ctrl-C ends it.
`;
}
