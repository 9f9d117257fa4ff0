import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { type ConfigInspection, inspectConfig } from '../../config/config.ts';
import { UsageError } from '../usage-error.ts';
import { createCheckGroups } from './check-groups.ts';
import type { CheckResult } from './check-result.ts';
import { formatJsonReport, formatReport, hasFailed } from './format-report.ts';
import { runChecks } from './run-checks.ts';
import { createRedactor } from './secrets.ts';

const HELP = `countersign doctor [--json] [--timeout-seconds <1 to 60>]

Checks whether Countersign can run in production with this environment: configuration, database, clock, the broker's
identity and its permission to assume roles, the STS endpoint, proxies and files. It prints each result, and below it
the fix of what is not ok. It reads the same environment variables as serve, and may run while the server runs.

It changes nothing. It calls GetCallerIdentity, and AssumeRole for the canary role (COUNTERSIGN_CANARY_ROLE_ARN). If that
is denied or not configured, it also tries up to three verified roles of customers, each with its own external ID.

  --json                 print the results as JSON
  --timeout-seconds <n>  how long all checks together may take; 15 if left out

Exit code: 1 if a check failed, else 0.`;

/** Starting the process takes up to three more seconds. */
const DEFAULT_TIMEOUT_SECONDS = 15;
/** The watchdog ends the process this long after the time for the checks, if they block it. */
const WATCHDOG_DELAY_MS = 2_000;

export async function doctorCommand(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: 'boolean', short: 'h' },
      json: { type: 'boolean' },
      'timeout-seconds': { type: 'string', default: String(DEFAULT_TIMEOUT_SECONDS) },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const timeoutMs = parseTimeoutMs(values['timeout-seconds']);
  startWatchdog(timeoutMs + WATCHDOG_DELAY_MS);
  const results = await diagnose(inspectConfig('serve'), timeoutMs);
  const text = values.json ? formatJsonReport(results) : formatReport(results);
  await new Promise((resolve) => process.stdout.write(`${text}\n`, resolve));
  // Exits explicitly: a credential process or a socket that hangs must not keep Node.js alive.
  process.exit(hasFailed(results) ? 1 : 0);
}

function parseTimeoutMs(text: string): number {
  if (!/^([1-9]|[1-5]\d|60)$/.test(text))
    throw new UsageError('--timeout-seconds must be a whole number from 1 to 60.');
  return Number(text) * 1000;
}

/**
 * Ends the process even if its main thread is blocked: configuration files are read synchronously, and reading one of a
 * network file system that hangs never returns.
 */
function startWatchdog(timeoutMs: number): void {
  const message =
    'A configuration file could not be read in time: check the paths in the variables that end in _FILE.\n';
  const code = `setTimeout(() => {
    require('node:fs').writeSync(2, ${JSON.stringify(message)});
    process.kill(process.pid, 'SIGKILL');
  }, ${timeoutMs})`;
  new Worker(code, { eval: true }).unref();
}

/** Runs all checks. The AWS SDK reads the environment of the process, also where the inspection is of another one. */
export async function diagnose(
  inspection: ConfigInspection,
  timeoutMs = DEFAULT_TIMEOUT_SECONDS * 1000,
): Promise<CheckResult[]> {
  const { https, http } = inspection.config.proxies;
  const redact = createRedactor([...Object.entries(inspection.values), ['', https ?? ''], ['', http ?? '']]);
  const { groups, close } = createCheckGroups(inspection, redact);
  try {
    return await runChecks(groups, { timeoutMs, redact });
  } finally {
    close();
  }
}
