import type { Agent } from 'node:http';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { KeySet } from './key-set.ts';
import type { WorkerIdentity } from './worker-identity.ts';

export interface TokenIssuer {
  keys: KeySet;
  /** In the order of the configuration file: the first identity that matches a token applies. */
  identities: WorkerIdentity[];
}

/** Groups worker identities by the URL of their issuer, so that identities of one issuer share its keys. */
export function createTokenIssuers(
  identities: readonly WorkerIdentity[],
  deps: { clock: Clock; log: Log; agent?: Agent },
): ReadonlyMap<string, TokenIssuer> {
  const issuers = new Map<string, TokenIssuer>();
  for (const identity of identities) {
    const { issuer, jwksUrl = null } = identity;
    const existing = issuers.get(issuer);
    if (existing) existing.identities.push(identity);
    else issuers.set(issuer, { keys: new KeySet({ issuer, jwksUrl, ...deps }), identities: [identity] });
  }
  return issuers;
}
