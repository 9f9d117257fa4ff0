import type { Database } from '../../database/database.ts';
import { batchCalls } from '../../lib/batch.ts';
import type {
  CredentialTarget,
  CredentialTargetRequest,
  KeyAndTarget,
  KeyAndTargetRequest,
} from './credential-target.ts';
import { findCredentialTargets, findKeysAndTargets } from './store.ts';

/** Reads the current target of one credential request; null if there is no such connection. */
export type ConnectionLookup = (request: CredentialTargetRequest) => Promise<CredentialTarget | null>;

/** Reads the key of one credential request together with its target. */
export type KeyAndTargetLookup = (request: KeyAndTargetRequest) => Promise<KeyAndTarget>;

/** Simultaneous requests share one statement. */
export function createTargetLookups(database: Database): {
  connectionLookup: ConnectionLookup;
  keyAndTargetLookup: KeyAndTargetLookup;
} {
  return {
    connectionLookup: batchCalls((requests: CredentialTargetRequest[]) =>
      findCredentialTargets(database, requests),
    ),
    keyAndTargetLookup: batchCalls((requests: KeyAndTargetRequest[]) =>
      findKeysAndTargets(database, requests),
    ),
  };
}
