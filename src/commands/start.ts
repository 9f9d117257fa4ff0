import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Config, readConfig } from '../config/config.ts';
import { createSandboxLink } from '../console-sessions/sandbox-link.ts';
import { createLogger } from '../observability/logger.ts';
import { VERSION } from '../version.ts';
import { type SandboxService, startSandboxService } from './sandbox-service.ts';
import { drainAndClose, waitForSignal } from './shutdown.ts';

const HELP = `npm start

Runs Countersign in sandbox mode on this machine: API, embedded PostgreSQL and AWS emulator. Nothing calls AWS.

  PORT                   port of the API (default 3000)
  COUNTERSIGN_DATA_DIR   folder for the data (default .countersign)

docs/configuration.md describes all environment variables.`;

/** Runs the sandbox until it receives a signal. */
export async function start(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { help: { type: 'boolean', short: 'h' } } });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const config = readConfig('sandbox');
  const signaled = waitForSignal();
  const sandbox = await startSandboxService(
    config,
    createLogger(config.isLogLevelSet ? config.logLevel : 'warn'),
  );
  console.log(formatBanner(config, sandbox, createSandboxLink(sandbox.service.deps)));
  await signaled;
  console.log('\nStopping: finishing requests in progress, then stopping the database.');
  await drainAndClose(sandbox.service, sandbox.close);
  console.log('Stopped. The next start continues with the same data.');
  return 0;
}

function formatBanner(config: Config, { service, aws }: SandboxService, consoleLink: string): string {
  const dataDir = path.relative(process.cwd(), config.dataDir) || config.dataDir;
  const database = config.databaseUrl ? 'DATABASE_URL' : `embedded PostgreSQL, data in ${dataDir}`;
  const adminKey = service.firstKey
    ? `${service.firstKey}\n                 (shown only once: store it now)`
    : 'was shown at the first start; create another with:\n                 npm run countersign -- keys create --role admin --name me';
  return `
Countersign ${VERSION}, sandbox mode. Everything runs on this machine. Nothing calls AWS.

  Console        ${consoleLink}
                 (signs you in once, within 30 minutes; later, with an API key at ${service.url}/console)
  API            ${service.url}
  API reference  ${service.url}/docs
  AWS emulator   ${aws.url}   (STS and IAM; vendor account ${config.vendor.accountId})
  Database       ${database}
  Admin key      ${adminKey}

As the vendor, create a tenant. The response contains its external ID:

  export COUNTERSIGN_KEY=${service.firstKey ?? '<your admin key>'}
  curl -sS ${service.url}/v1/tenants -H "Authorization: Bearer $COUNTERSIGN_KEY" \\
    -H 'Content-Type: application/json' -d '{"name":"Example Ltd"}'

Create a connect link for this customer and open it in a browser. The page explains the next steps:

  curl -sS -X POST ${service.url}/v1/tenants/<tenant ID>/connect-links -H "Authorization: Bearer $COUNTERSIGN_KEY"

As the customer with AWS account 111111111111, use the AWS CLI with the AWS emulator:

  export AWS_ACCESS_KEY_ID=SANDBOX111111111111 AWS_SECRET_ACCESS_KEY=sandbox
  export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
  aws --endpoint-url ${aws.url} sts get-caller-identity

For a demo scenario, run npm run demo. Press Ctrl-C to stop.
`;
}
