import type { Database } from '../../database/database.ts';
import { batchCalls } from '../../lib/batch.ts';
import type { CredentialTarget, CredentialTargetRequest } from './credential-target.ts';
import { findCredentialTargets } from './store.ts';

/** Reads the current target of one credential request. Simultaneous requests share one statement. */
export type ConnectionLookup = (request: CredentialTargetRequest) => Promise<CredentialTarget | null>;

export function createConnectionLookup(database: Database): ConnectionLookup {
  return batchCalls((requests: CredentialTargetRequest[]) => findCredentialTargets(database, requests));
}
