import { z } from 'zod';
import type { SealedEvent } from './chain.ts';
import { type SealDeps, sealAllAuditEvents } from './seal.ts';
import { readSealedEvents } from './store.ts';

const line = z.object({
  position: z.number().int().nullish(),
  body: z.string(),
  chain: z.string(),
  sequence: z.number().int().nullable(),
  previousHash: z.string().nullable(),
  hash: z.string().nullable(),
});

/**
 * The log as lines of JSON, some at a time: by chain and number, each with the very text that is hashed, so that it can
 * be verified with nothing else at hand. What is committed at the call is sealed first and so is in it.
 * @param tenantId only this tenant's events; null: all
 */
export async function* exportAuditEvents(deps: SealDeps, tenantId: string | null): AsyncGenerator<string> {
  await sealAllAuditEvents(deps);
  for await (const events of readSealedEvents(deps.database, tenantId)) yield events.map(toLine).join('');
}

export function toLine({ position, body, chain, sequence, previousHash, hash }: SealedEvent): string {
  const text = JSON.stringify({ position, body, chain, sequence, previousHash, hash });
  // JSON leaves these two as they are, and many readers of lines take them for line ends.
  return `${text.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}\n`;
}

/**
 * Reads an export back.
 * @throws ExportError at the first line that is not of one
 */
export async function* readExport(chunks: AsyncIterable<string>): AsyncGenerator<SealedEvent> {
  let number = 0;
  for await (const text of splitLines(chunks)) {
    number++;
    if (text !== '') yield parseLine(text, number);
  }
}

/** A file that is not an export, or not a whole one. */
export class ExportError extends Error {}

function parseLine(text: string, number: number): SealedEvent {
  try {
    const { position = null, ...event } = line.parse(JSON.parse(text));
    return { position, ...event };
  } catch (cause) {
    throw new ExportError(
      `Line ${number} is not a line of an export: it was changed, or the file is cut off.`,
      {
        cause,
      },
    );
  }
}

async function* splitLines(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  yield rest;
}
