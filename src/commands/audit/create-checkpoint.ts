import { writeFile } from 'node:fs/promises';
import { takeCheckpoint } from '../../audit/checkpoints/checkpoint.ts';
import { UsageError } from '../usage-error.ts';
import { type AuditIo, type AuditOptions, formatCount, NO_METRICS, withDatabase } from './audit-io.ts';

/** `countersign audit checkpoint` */
export async function createCheckpoint({ out }: AuditOptions, io: AuditIo): Promise<number> {
  const auditSigner = await io.loadSigner();
  return withDatabase(io, async (database, { clock }) => {
    const checkpoint = await takeCheckpoint({
      database,
      metrics: NO_METRICS,
      clock,
      auditSigner,
    });
    const text = `${JSON.stringify(checkpoint)}\n`;
    if (out === undefined) io.stdout.write(text);
    else await writeNewFile(out, text);
    io.stderr.write(
      `${formatCount(checkpoint.chains.length, 'chain')}, signed with the public key ${checkpoint.publicKey}. Store this key separately from the checkpoint.\n`,
    );
    return 0;
  });
}

/** Never overwrites a file: an older checkpoint proves more than a new one. */
async function writeNewFile(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST')
      throw new UsageError(`${file} already exists, and a checkpoint must not be overwritten.`);
    throw new UsageError(`${file} cannot be written: ${message}`);
  }
}
