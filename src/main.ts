import { auditCommand } from './commands/audit.ts';
import { demo } from './commands/demo.ts';
import { keysCommand } from './commands/keys.ts';
import { migrateCommand } from './commands/migrate.ts';
import { serve } from './commands/serve.ts';
import { start } from './commands/start.ts';
import { Problem } from './http/problem.ts';
import { ConfigError } from './lib/config-error.ts';
import { VERSION } from './version.ts';

const HELP = `Countersign ${VERSION}: an external ID for every tenant, proven and used.

  start     sandbox: embedded database, local AWS, API; everything on this machine
  serve     production: real STS; configuration from the environment
  demo      plays the whole story against a sandbox of its own
  migrate   brings the database up to date, as a step of its own
  keys      creates, lists and revokes API keys
  audit     verifies and exports the audit log

Each takes --help. Configuration: docs/configuration.md.`;

const COMMANDS: Record<string, (args: string[]) => Promise<number>> = {
  start,
  serve,
  demo,
  migrate: migrateCommand,
  keys: keysCommand,
  audit: auditCommand,
};

async function main([name, ...args]: string[]): Promise<number> {
  if (name === '--version') {
    console.log(VERSION);
    return 0;
  }
  const command = COMMANDS[name ?? ''];
  if (!command) {
    const asked = name === undefined || name === 'help' || name === '--help' || name === '-h';
    (asked ? console.log : console.error)(asked ? HELP : `There is no command "${name}".\n\n${HELP}`);
    return name === undefined || !asked ? 2 : 0;
  }
  return command(args);
}

/** An error in a sentence when a person can mend it; with its stack when it is a fault of ours. */
function told(error: unknown): unknown {
  if (error instanceof Problem) {
    return error.errors?.map(({ path, message }) => `${path}: ${message}`).join('\n') ?? error.detail;
  }
  const ours = !(error instanceof Error) || error instanceof TypeError || error instanceof ReferenceError;
  if (ours) return error;
  if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
    return `${error.message}. Another program listens there: set PORT (and COUNTERSIGN_SANDBOX_PORT) to free ones.`;
  }
  const cause =
    error.cause instanceof Error && !(error instanceof ConfigError) ? `\n(${error.cause.message})` : '';
  return error.message + cause;
}

/** An option that is not there, or lacks its value (Node.js, `util.parseArgs`). */
function isUsage(error: unknown): error is Error {
  return /^ERR_PARSE_ARGS_/.test(String((error as NodeJS.ErrnoException | null)?.code));
}

silenceAwsSdkNodeWarning();
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(isUsage(error) ? `${error.message}. --help tells more.` : told(error));
  process.exitCode = isUsage(error) ? 2 : 1;
}
