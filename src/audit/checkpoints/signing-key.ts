import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ConfigError } from '../../lib/config-error.ts';
import { readOrCreateFile } from '../../lib/files.ts';
import { encodePublicKey } from './checkpoint.ts';
import type { CheckpointSigner } from './checkpoint-signer.ts';

/**
 * Loads the configured key that signs checkpoints. Without a configured key it creates one in the data folder once;
 * processes that do so at the same time all get the same key.
 * @throws ConfigError if the configured file is not an Ed25519 private key
 */
export async function loadSigningKey(config: {
  auditSigningKeyFile: string | null;
  dataDir: string;
}): Promise<CheckpointSigner> {
  const file = config.auditSigningKeyFile;
  const key = file === null ? await loadOrCreateKey(config.dataDir) : await loadConfiguredKey(file);
  return {
    publicKey: encodePublicKey(createPublicKey(key)),
    sign: (text) => sign(null, Buffer.from(text), key).toString('base64'),
  };
}

async function loadOrCreateKey(dataDir: string): Promise<KeyObject> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const file = path.join(dataDir, 'audit-signing-key.pem');
  return parseKey(await readOrCreateFile(file, generateKey));
}

function generateKey(): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  return privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
}

async function loadConfiguredKey(file: string): Promise<KeyObject> {
  try {
    return parseKey(await readFile(file, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError([
      `COUNTERSIGN_AUDIT_SIGNING_KEY_FILE must name an Ed25519 private key in PEM: ${reason}`,
    ]);
  }
}

function parseKey(pem: string): KeyObject {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`the key is of type ${key.asymmetricKeyType}`);
  return key;
}
