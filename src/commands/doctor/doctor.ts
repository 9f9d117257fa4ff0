import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { type ConfigInspection, inspectConfig } from '../../config/config.ts';
import { createCheckGroups } from './check-groups.ts';
import type { CheckResult } from './check-result.ts';
import { formatJsonReport, formatReport, hasFailed } from './format-report.ts';
import { runChecks } from './run-checks.ts';
import { createRedactor } from './secrets.ts';

const HELP = `countersign doctor [--json]

Checks whether Countersign can run in production with this environment: configuration, database, clock, the broker's
identity and its permission to assume roles, the STS endpoint, proxies and files. It prints each result, and below it
the fix of what is not ok. It reads the same environment variables as serve, and may run while the server runs.

It changes nothing. It calls GetCallerIdentity, and AssumeRole for the canary role (COUNTERSIGN_CANARY_ROLE_ARN). If that
is denied or not configured, it also tries up to three verified roles of customers, each with its own external ID.

  --json   print the results as JSON

Exit code: 1 if a check failed, else 0.`;

/** Starting the process takes up to three more seconds. */
const TIMEOUT_MS = 15_000;
const WATCHDOG_TIMEOUT_MS = 17_000;

export async function doctorCommand(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { help: { type: 'boolean', short: 'h' }, json: { type: 'boolean' } },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  startWatchdog();
  const results = await diagnose(inspectConfig('serve'));
  const text = values.json ? formatJsonReport(results) : formatReport(results);
  await new Promise((resolve) => process.stdout.write(`${text}\n`, resolve));
  // Exits explicitly: a credential process or a socket that hangs must not keep Node.js alive.
  process.exit(hasFailed(results) ? 1 : 0);
}

/**
 * Ends the process even if its main thread is blocked: configuration files are read synchronously, and reading one of a
 * network file system that hangs never returns.
 */
function startWatchdog(): void {
  const message =
    'A configuration file could not be read in time: check the paths in the variables that end in _FILE.\n';
  const code = `setTimeout(() => {
    require('node:fs').writeSync(2, ${JSON.stringify(message)});
    process.kill(process.pid, 'SIGKILL');
  }, ${WATCHDOG_TIMEOUT_MS})`;
  new Worker(code, { eval: true }).unref();
}

/** Runs all checks. The AWS SDK reads the environment of the process, also where the inspection is of another one. */
export async function diagnose(inspection: ConfigInspection): Promise<CheckResult[]> {
  const { https, http } = inspection.config.proxies;
  const redact = createRedactor([...Object.entries(inspection.values), ['', https ?? ''], ['', http ?? '']]);
  const { groups, close } = createCheckGroups(inspection, redact);
  try {
    return await runChecks(groups, { timeoutMs: TIMEOUT_MS, redact });
  } finally {
    close();
  }
}
