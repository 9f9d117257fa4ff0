import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { z } from 'zod';
import type { Deps } from '../../deps.ts';
import { canonicalJson, type Json } from '../../lib/canonical-json.ts';
import { isObject } from '../../lib/is-object.ts';
import type { ChainHead, ExpectedHead } from '../chain/chain.ts';
import { type SealDeps, sealAllAuditEvents } from '../seal.ts';
import { listHeads } from '../store.ts';
import type { CheckpointSigner } from './checkpoint-signer.ts';

export const checkpointSchema = z
  .strictObject({
    version: z.literal(1),
    at: z.iso.datetime().meta({
      description: 'The checkpoint covers every event that was committed before this time. RFC 3339, UTC.',
    }),
    chains: z
      .array(
        z
          .strictObject({
            chain: z.string().meta({ description: "A tenant's ID, or `vendor`." }),
            sequence: z.number().int().positive().meta({ description: 'Number of its last event.' }),
            hash: z
              .string()
              .regex(/^[0-9a-f]{64}$/)
              .meta({ description: 'Hash of its last event.' }),
          })
          .meta({ id: 'AuditChainHead' }),
      )
      .meta({ description: 'The last event of each chain, sorted by the name of the chain.' }),
    publicKey: z.string().meta({ description: 'Ed25519 public key: SPKI in base64.' }),
    signature: z
      .string()
      .meta({ description: 'Ed25519 over the canonical JSON (RFC 8785) of the other members, in base64.' }),
  })
  .meta({
    id: 'AuditCheckpoint',
    description: 'The last event of every chain, signed.',
    examples: [
      {
        version: 1,
        at: '2026-11-26T12:00:00.000Z',
        chains: [
          {
            chain: 'vendor',
            sequence: 12,
            hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
          },
        ],
        publicKey: 'MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=',
        signature: 'iAvZ1o8cT1Zk3pEzJ1mYd2cVQ0Jk5mG7q0v1z2u3w4x5y6z7A8B9C0D1E2F3G4H5I6J7K8L9M0N1O2P3Q4R5Sw==',
      },
    ],
  });

/**
 * The signed last event of every chain at one moment. A copy outside the database shows whether the log up to then was
 * changed later.
 */
export type Checkpoint = z.infer<typeof checkpointSchema>;

/** Seals every committed event, then signs the heads of all chains as read in one snapshot. */
export async function takeCheckpoint(
  deps: SealDeps & Pick<Deps, 'clock' | 'auditSigner'>,
): Promise<Checkpoint> {
  const at = deps.clock.now();
  await sealAllAuditEvents(deps);
  return signCheckpoint(deps.auditSigner, at, await listHeads(deps.database, null));
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

type Signed = { publicKey: string; signature: string } & { [member: string]: Json };

/**
 * Checks the signature of a checkpoint, or of the manifest of an archive.
 * @param expectedKey the public key that must have signed it. null accepts the key that the document names, which
 *   proves only that the document is unchanged, not who signed it
 * @returns what is wrong, or null for a valid signature
 */
export function checkSignature(document: Signed, expectedKey: string | null): string | null {
  const { signature, ...content } = document;
  const key = parsePublicKey(document.publicKey);
  if (!key) return 'its public key is not an Ed25519 key';
  if (expectedKey !== null && encodePublicKey(key) !== expectedKey)
    return 'it is signed with another key than the expected one';
  const isValid = verify(null, Buffer.from(canonicalJson(content)), key, Buffer.from(signature, 'base64'));
  return isValid
    ? null
    : 'its signature is not valid: it was changed, or signed with another key than it names';
}

/** Parses an Ed25519 public key in PEM or base64 SPKI; null for any other text. */
export function parsePublicKey(text: string): KeyObject | null {
  try {
    const key = text.includes('-----BEGIN')
      ? createPublicKey(text)
      : createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ed25519' ? key : null;
  } catch {
    return null;
  }
}

export function encodePublicKey(publicKey: KeyObject): string {
  return publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
}

/** Finds the checkpoints in a text: a checkpoint by itself, or lines of JSON such as the service's log. */
export function parseCheckpoints(text: string): Checkpoint[] {
  const single = parseCheckpoint(text);
  return single ? [single] : text.split('\n').flatMap((line) => parseCheckpoint(line) ?? []);
}

function parseCheckpoint(text: string): Checkpoint | null {
  try {
    const value: unknown = JSON.parse(text);
    const checkpoint = isObject(value) ? (value.checkpoint ?? value) : value;
    return checkpointSchema.safeParse(checkpoint).data ?? null;
  } catch {
    return null;
  }
}

export function expectedHeadsOf({ at, chains }: Checkpoint): ExpectedHead[] {
  return chains.map((head) => ({ ...head, source: `the checkpoint of ${at}` }));
}
