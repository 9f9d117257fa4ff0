import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { z } from 'zod';
import type { Deps } from '../deps.ts';
import { canonicalJson } from '../lib/canonical-json.ts';
import type { ChainHead, Mark } from './chain.ts';
import type { CheckpointSigner } from './checkpoint-signer.ts';
import { type SealDeps, sealAllAuditEvents } from './seal.ts';
import { readHeads } from './store.ts';

export const checkpointSchema = z
  .strictObject({
    version: z.literal(1),
    at: z.iso
      .datetime()
      .meta({ description: 'Every event that was durable by then is in its chain. RFC 3339, UTC.' }),
    chains: z
      .array(
        z.strictObject({
          chain: z.string().meta({ description: "A tenant's ID, or `vendor`." }),
          sequence: z.number().int().positive().meta({ description: 'Number of its last event.' }),
          hash: z
            .string()
            .regex(/^[0-9a-f]{64}$/)
            .meta({ description: 'Hash of its last event.' }),
        }),
      )
      .meta({ description: 'Where each chain ended, by name.' }),
    publicKey: z.string().meta({ description: 'Ed25519 public key: SPKI in base64.' }),
    signature: z
      .string()
      .meta({ description: 'Ed25519 over the canonical JSON (RFC 8785) of the other members, in base64.' }),
  })
  .meta({ id: 'AuditCheckpoint' });

/** Where every chain stood at a moment, signed. Kept elsewhere, it holds the log to what it was then. */
export type Checkpoint = z.infer<typeof checkpointSchema>;

/** A checkpoint of now: everything that is committed is sealed first, and the heads are read in one snapshot. */
export async function takeCheckpoint(
  deps: SealDeps & Pick<Deps, 'clock'> & { auditSigner: CheckpointSigner },
): Promise<Checkpoint> {
  const at = deps.clock.now();
  await sealAllAuditEvents(deps);
  return signCheckpoint(deps.auditSigner, at, await readHeads(deps.database, null));
}

export function signCheckpoint(signer: CheckpointSigner, at: Date, heads: readonly ChainHead[]): Checkpoint {
  const content = {
    version: 1 as const,
    at: at.toISOString(),
    chains: heads
      .map(({ chain, sequence, hash }) => ({ chain, sequence, hash }))
      .sort((a, b) => (a.chain < b.chain ? -1 : 1)),
    publicKey: signer.publicKey,
  };
  return { ...content, signature: signer.sign(canonicalJson(content)) };
}

/**
 * What is wrong with a checkpoint's signature, in words; null when it is right.
 * @param expected the public key it must be signed with. null: its own, and then it vouches for nothing but itself
 */
export function checkSignature(checkpoint: Checkpoint, expected: string | null): string | null {
  const { signature, ...content } = checkpoint;
  const key = readPublicKey(checkpoint.publicKey);
  if (!key) return 'its public key is not an Ed25519 key';
  if (expected !== null && toBase64(key) !== expected)
    return 'it is signed with another key than the one given';
  const right = verify(null, Buffer.from(canonicalJson(content)), key, Buffer.from(signature, 'base64'));
  return right ? null : 'its signature is wrong: it was changed, or signed with another key than it says';
}

/** An Ed25519 public key from base64 SPKI or PEM, or null when the text is neither. */
export function readPublicKey(text: string): KeyObject | null {
  try {
    const key = text.includes('-----BEGIN')
      ? createPublicKey(text)
      : createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ed25519' ? key : null;
  } catch {
    return null;
  }
}

export function toBase64(publicKey: KeyObject): string {
  return publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
}

/** The checkpoints in a text: one by itself, or those in lines of JSON such as the service's log. */
export function parseCheckpoints(text: string): Checkpoint[] {
  const whole = checkpointIn(text);
  return whole ? [whole] : text.split('\n').flatMap((line) => checkpointIn(line) ?? []);
}

function checkpointIn(text: string): Checkpoint | null {
  try {
    const value = JSON.parse(text) as { checkpoint?: unknown } | null;
    return checkpointSchema.safeParse(value?.checkpoint ?? value).data ?? null;
  } catch {
    return null;
  }
}

export function marksOf({ at, chains }: Checkpoint): Mark[] {
  return chains.map((head) => ({ ...head, source: `the checkpoint of ${at}` }));
}
