import { z } from 'zod';
import { canonicalJson } from '../../lib/canonical-json.ts';
import type { ChainHead } from '../chain/chain.ts';
import { checkpointSchema, signCheckpoint } from '../checkpoints/checkpoint.ts';
import type { CheckpointSigner } from '../checkpoints/checkpoint-signer.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const month = z.string().regex(/^\d{4}-\d{2}$/);

const manifestSchema = z.strictObject({
  version: z.literal(1),
  /** The month of the events; for the oldest archive of a log, maybe also earlier ones. */
  month,
  /** The manifest of the month that was archived before. */
  previous: z.strictObject({ month, sha256 }).nullable(),
  events: z.number().int().nonnegative(),
  /** Files of compressed lines, as in an export: by chain and number. */
  parts: z.array(
    z.strictObject({ name: z.string().regex(/^audit-[\w.-]+$/), events: z.number().int(), sha256 }),
  ),
  /** The last event of each chain that has events in this month. */
  checkpoint: checkpointSchema,
  publicKey: z.string(),
  signature: z.string(),
});

/** Says what belongs to an archived month. It is signed, and written when everything else is. */
export type Manifest = z.infer<typeof manifestSchema>;

export type ManifestPart = Manifest['parts'][number];

/** `2026-10` of a day in it. */
export const monthOf = (date: Date): string => date.toISOString().slice(0, 7);

export const manifestName = (month: string): string => `audit-${month}.manifest.json`;

/** The content is part of the name, so that another log that is archived to the same place by mistake replaces nothing. */
export const partName = (month: string, number: number, sha256: string): string =>
  `audit-${month}.${String(number).padStart(4, '0')}.${sha256.slice(0, 16)}.ndjson.gz`;

/** The months that have a manifest, in order. */
export const archivedMonths = (fileNames: string[]): string[] =>
  fileNames.flatMap((name) => /^audit-(\d{4}-\d{2})\.manifest\.json$/.exec(name)?.[1] ?? []).sort();

export function signManifest(
  signer: CheckpointSigner,
  {
    heads,
    end,
    ...archive
  }: Pick<Manifest, 'month' | 'previous' | 'events' | 'parts'> & {
    heads: readonly ChainHead[];
    end: Date;
  },
): Manifest {
  const content = {
    version: 1 as const,
    ...archive,
    checkpoint: signCheckpoint(signer, end, heads),
    publicKey: signer.publicKey,
  };
  return { ...content, signature: signer.sign(canonicalJson(content)) };
}

/** Returns null for anything else than a manifest. */
export function parseManifest(text: string): Manifest | null {
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
