import { readFile } from 'node:fs/promises';
import { UsageError } from '../usage-error.ts';

export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw toReadError(file, error);
  }
}

/** Turns an error of the file system into a UsageError, and returns any other error unchanged. */
export function toReadError(file: string, error: unknown): unknown {
  const { syscall, message } = error as NodeJS.ErrnoException;
  return syscall === undefined ? error : new UsageError(`${file} cannot be read: ${message}`);
}
