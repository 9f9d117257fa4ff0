import { UsageError } from './commands/usage-error.ts';
import { silenceAwsSdkNodeWarning } from './config/aws-sdk-warning.ts';
import { unavailableReason } from './database/database-error.ts';
import { rootMessage } from './database/database-monitor.ts';
import { Problem } from './http/problem.ts';
import { ConfigError } from './lib/config-error.ts';
import { VERSION } from './version.ts';

const HELP = `Countersign ${VERSION}: issues an external ID to each tenant and verifies that AWS roles enforce it.

Commands:
  start          Run the sandbox on this machine: API, embedded database, AWS emulator
  serve          Run in production with the real AWS STS; environment variables configure it
  demo           Run a demo scenario in a temporary sandbox
  doctor         Check configuration, database, clock and broker, and print how to fix what fails
  vendor-setup   Print the IAM role that Countersign runs as, and its canary role
  migrate        Apply pending database migrations
  keys           Create, list and revoke API keys
  audit          Verify and export the audit log

Commands that call a running service, with COUNTERSIGN_URL and COUNTERSIGN_KEY. @countersign/client has them too:
  search, fleet, tenants, connections, events, evidence

Each command has --help. docs/configuration.md describes the environment variables.`;

type Command = (args: string[]) => Promise<number>;

/** Loads the modules of one command alone, since loading all takes seconds. */
const COMMANDS: Record<string, () => Promise<Command>> = {
  start: async () => (await import('./commands/start.ts')).start,
  serve: async () => (await import('./commands/serve.ts')).serve,
  demo: async () => (await import('./commands/demo.ts')).demo,
  doctor: async () => (await import('./commands/doctor/doctor.ts')).doctorCommand,
  migrate: async () => (await import('./commands/migrate.ts')).migrateCommand,
  keys: async () => (await import('./commands/keys.ts')).keysCommand,
  audit: async () => (await import('./commands/audit/audit.ts')).auditCommand,
  'vendor-setup': async () => (await import('./commands/vendor-setup/vendor-setup.ts')).vendorSetupCommand,
  ...Object.fromEntries(
    ['search', 'fleet', 'tenants', 'connections', 'events', 'evidence'].map((name) => [name, loadOperator]),
  ),
};

/** The client's commands read the arguments themselves, and end with exit codes of their own. */
async function loadOperator(): Promise<Command> {
  const { run } = await import('../client/src/command/operator/run.ts');
  const { runAsProcess } = await import('../client/src/command/run-as-process.ts');
  return async () => {
    await runAsProcess('countersign', run);
    return Number(process.exitCode);
  };
}

async function main([name, ...args]: string[]): Promise<number> {
  if (name === '--version') {
    console.log(VERSION);
    return 0;
  }
  if (name === 'help' || name === '--help' || name === '-h') {
    console.log(HELP);
    return 0;
  }
  if (name === undefined) {
    console.log(HELP);
    return 2;
  }
  const loadCommand = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (loadCommand) {
    const command = await loadCommand();
    return command(args);
  }
  console.error(`Unknown command "${name}".\n\n${HELP}`);
  return 2;
}

/** Formats an error for the operator: one sentence if the operator can fix it, with the stack if it is a bug. */
function formatError(error: unknown): unknown {
  if (error instanceof Problem) {
    return error.errors?.map(({ path, message }) => `${path}: ${message}`).join('\n') ?? error.detail;
  }
  const isBug = !(error instanceof Error) || error instanceof TypeError || error instanceof ReferenceError;
  if (isBug) return error;
  if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
    return `${error.message}. Another program uses this port: set PORT (and COUNTERSIGN_SANDBOX_PORT) to free ports.`;
  }
  // Prisma's text shows source code, and the driver's does not say which connection ended.
  const isDriverText = /^PrismaClient/.test(error.name) || error.message.startsWith('Connection terminated');
  if (isDriverText && unavailableReason(error) !== null)
    return `The database is unavailable: ${rootMessage(error)}`;
  const cause =
    error.cause instanceof Error && !(error instanceof ConfigError) ? `\n(${error.cause.message})` : '';
  return error.message + cause;
}

/** Reports whether `util.parseArgs` rejected the arguments, for example because of an unknown option. */
function isArgumentError(error: unknown): error is Error {
  return /^ERR_PARSE_ARGS_/.test(String((error as NodeJS.ErrnoException | null)?.code));
}

silenceAwsSdkNodeWarning();
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isUsage = error instanceof UsageError || isArgumentError(error);
  console.error(isUsage ? `${error.message.replace(/\.$/, '')}. See --help.` : formatError(error));
  // Exits explicitly: a socket that hangs or a search for AWS credentials must not keep Node.js alive.
  process.exit(isUsage ? 2 : 1);
}
