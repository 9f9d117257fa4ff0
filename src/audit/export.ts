import { z } from 'zod';
import type { ChainHead, SealedEvent } from './chain/chain.ts';
import { type SealDeps, sealAllAuditEvents } from './seal.ts';
import { listArchivedHeads, readSealedEvents } from './store.ts';

const lineSchema = z.object({
  position: z.number().int().nullish(),
  body: z.string(),
  chain: z.string(),
  sequence: z.number().int().nullable(),
  previousHash: z.string().nullable(),
  hash: z.string().nullable(),
});

/** The first lines of an export, where older events were archived: the last archived event of each chain. */
const archivedLineSchema = z.strictObject({
  archived: z.strictObject({ chain: z.string(), sequence: z.number().int(), hash: z.string() }),
});

/**
 * Exports the log as lines of JSON, ordered by chain and number. Each line contains the text that is hashed, so that the
 * export can be verified without the database. Events that are committed before the call are sealed and included. Events
 * that were archived are not; lines at the beginning say where their chains continue.
 * @param tenantId exports only this tenant's events; null exports all
 * @returns one string with several lines for each page of events
 */
export async function* exportAuditEvents(deps: SealDeps, tenantId: string | null): AsyncGenerator<string> {
  await sealAllAuditEvents(deps);
  const archivedHeads = await listArchivedHeads(deps.database, tenantId);
  if (archivedHeads.length > 0)
    yield archivedHeads.map((archived) => `${JSON.stringify({ archived })}\n`).join('');
  for await (const events of readSealedEvents(deps.database, tenantId))
    yield events.map(toExportLine).join('');
}

export function toExportLine({ position, body, chain, sequence, previousHash, hash }: SealedEvent): string {
  const text = JSON.stringify({ position, body, chain, sequence, previousHash, hash });
  // JSON does not escape these two characters, and many line readers treat them as line ends.
  return `${text.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}\n`;
}

/**
 * Reads the events of an export.
 * @param onArchivedHead is called for each chain that continues in this export, before its first event
 * @throws ExportError at the first line that an export cannot contain
 */
export async function* readExport(
  chunks: AsyncIterable<string>,
  onArchivedHead: (head: ChainHead) => void = () => undefined,
): AsyncGenerator<SealedEvent> {
  let lineNumber = 0;
  for await (const text of splitLines(chunks)) {
    lineNumber++;
    if (text === '') continue;
    const line = parseLine(text, lineNumber);
    if ('archived' in line) onArchivedHead(line.archived);
    else yield line;
  }
}

/** The file is not an export, or an incomplete one. */
export class ExportError extends Error {}

function parseLine(text: string, lineNumber: number): SealedEvent | { archived: ChainHead } {
  try {
    const value: unknown = JSON.parse(text);
    if (text.startsWith('{"archived":')) return archivedLineSchema.parse(value);
    const { position = null, ...event } = lineSchema.parse(value);
    return { position, ...event };
  } catch (cause) {
    throw new ExportError(
      `Line ${lineNumber} is not a line of an audit export: it was changed, or the file is truncated.`,
      { cause },
    );
  }
}

async function* splitLines(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let incompleteLine = '';
  for await (const chunk of chunks) {
    const lines = (incompleteLine + chunk).split('\n');
    incompleteLine = lines.pop() ?? '';
    yield* lines;
  }
  yield incompleteLine;
}
