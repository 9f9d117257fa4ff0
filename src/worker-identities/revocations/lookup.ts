import type { Database } from '../../database/database.ts';
import { batchCalls } from '../../lib/batch.ts';
import { areTokensRevoked } from './store.ts';
import type { VerifiedToken } from './token-revocation.ts';

/** Returns whether a token is revoked, as read from the database at the time of the call. */
export type TokenRevocationLookup = (token: VerifiedToken) => Promise<boolean>;

/** Every request with a token needs the look-up, so that concurrent calls share one statement. */
export function createTokenRevocationLookup(database: Database): TokenRevocationLookup {
  return batchCalls((tokens: VerifiedToken[]) => areTokensRevoked(database, tokens));
}
