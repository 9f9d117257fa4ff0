import { parseArgs } from 'node:util';
import { idPattern } from '../../lib/ids.ts';
import { UsageError } from '../usage-error.ts';
import { archiveLog } from './archive-log.ts';
import { type AuditIo, type AuditOptions, createAuditIo } from './audit-io.ts';
import { createCheckpoint } from './create-checkpoint.ts';
import { exportLog } from './export-log.ts';
import { verifyLog } from './verify-log.ts';

const HELP = `countersign audit verify [--file <export>] [--archive <place> [--offline]]... [--checkpoint <file>]...
                         [--public-key <key>] [--tenant <tenantId>]
countersign audit archive --to <place> [--before <YYYY-MM>] [--dry-run]
countersign audit export [--tenant <tenantId>]
countersign audit checkpoint [--out <file>]

verify      Reads the audit log from the database or an export, and reports edited, removed, reordered and added events.
              --file         verify this export instead of the database
              --archive      read the archived months from here before: a folder, or s3://bucket/prefix
              --offline      verify only the archives, without the database
              --checkpoint   a checkpoint, or a log that contains checkpoints, stored outside the database; it also
                             reveals missing last events and a log that was rewritten as a whole
              --public-key   the key that must have signed the checkpoints and archives, in base64 or the path of a PEM
                             file
              --tenant       verify only this tenant's events
            Exit code: 0 no findings, 1 findings, 2 invalid arguments.
archive     Moves months that have ended to compressed, signed files, and drops each from the database after its files
            were read back and verified. Other commands find them by --archive.
              --to           a folder, or s3://bucket/prefix (needs the package @aws-sdk/client-s3)
              --before       archive the months before this one; default: those that are older than
                             COUNTERSIGN_AUDIT_RETENTION_MONTHS
              --dry-run      only print which months would be archived
export      Writes the audit log to standard output, one event per line. Such a file can be verified elsewhere.
checkpoint  Signs the last event of every chain. Store the result where nobody who can change the database can change it.

These commands need access to the database, with the same environment variables as the server, and can run while the
server runs.`;

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  file: { type: 'string' },
  checkpoint: { type: 'string', multiple: true },
  'public-key': { type: 'string' },
  tenant: { type: 'string' },
  out: { type: 'string' },
  archive: { type: 'string', multiple: true },
  offline: { type: 'boolean' },
  to: { type: 'string' },
  before: { type: 'string' },
  'dry-run': { type: 'boolean' },
} as const;

interface Subcommand {
  options: (keyof AuditOptions)[];
  run(options: AuditOptions, io: AuditIo): Promise<number>;
}

const SUBCOMMANDS = new Map<string, Subcommand>([
  [
    'verify',
    { options: ['file', 'archive', 'offline', 'checkpoint', 'public-key', 'tenant'], run: verifyLog },
  ],
  ['archive', { options: ['to', 'before', 'dry-run'], run: archiveLog }],
  ['export', { options: ['tenant'], run: exportLog }],
  ['checkpoint', { options: ['out'], run: createCheckpoint }],
]);

/** `countersign audit …`. Returns the exit code. */
export async function auditCommand(args: string[], io: AuditIo = createAuditIo()): Promise<number> {
  try {
    const { values, positionals } = parseArguments(args);
    const { help, ...options } = values;
    if (help) {
      io.stdout.write(`${HELP}\n`);
      return 0;
    }
    return await findSubcommand(positionals, options).run(options, io);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.stderr.write(`${error.message}\nSee countersign audit --help.\n`);
    return 2;
  }
}

function parseArguments(args: string[]) {
  try {
    return parseArgs({ args, allowPositionals: true, options: OPTIONS });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function findSubcommand([name, ...extra]: string[], options: AuditOptions): Subcommand {
  if (name === undefined)
    throw new UsageError('A command is missing: verify, archive, export or checkpoint.');
  const subcommand = SUBCOMMANDS.get(name);
  if (!subcommand) throw new UsageError(`Unknown command "audit ${name}".`);
  if (extra.length > 0) throw new UsageError(`Unexpected argument "${extra[0]}".`);
  const names = Object.keys(options) as (keyof AuditOptions)[];
  const unsupported = names.find((option) => !subcommand.options.includes(option));
  if (unsupported) throw new UsageError(`"audit ${name}" does not support --${unsupported}.`);
  if (options.tenant !== undefined && !idPattern('tenant').test(options.tenant)) {
    throw new UsageError(`--tenant ${options.tenant} is not a tenant ID (tenant_…).`);
  }
  return subcommand;
}
