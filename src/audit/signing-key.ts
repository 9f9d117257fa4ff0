import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder, readOrCreate } from '../database/embedded-files.ts';
import { ConfigError } from '../lib/config-error.ts';
import { toBase64 } from './checkpoint.ts';
import type { CheckpointSigner } from './checkpoint-signer.ts';

/**
 * The key that signs checkpoints: the configured one, or one that is made in the data folder at the first need. Of
 * several processes that make it at once all get the same.
 * @throws ConfigError when the configured file holds no Ed25519 private key
 */
export async function loadSigningKey(config: {
  auditSigningKeyFile: string | null;
  dataDir: string;
}): Promise<CheckpointSigner> {
  const file = config.auditSigningKeyFile;
  const key = file === null ? await ownKey(config.dataDir) : await configuredKey(file);
  return {
    publicKey: toBase64(createPublicKey(key)),
    sign: (text) => sign(null, Buffer.from(text), key).toString('base64'),
  };
}

async function ownKey(dataDir: string): Promise<KeyObject> {
  await makeFolder(dataDir, 0o700);
  const file = path.join(dataDir, 'audit-signing-key.pem');
  return readKey(await readOrCreate(file, newKey));
}

function newKey(): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  return privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
}

async function configuredKey(file: string): Promise<KeyObject> {
  try {
    return readKey(await readFile(file, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError([
      `COUNTERSIGN_AUDIT_SIGNING_KEY_FILE must name an Ed25519 private key in PEM: ${reason}`,
    ]);
  }
}

function readKey(pem: string): KeyObject {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`the key is of type ${key.asymmetricKeyType}`);
  return key;
}
