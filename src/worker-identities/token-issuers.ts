import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { KeySet } from './key-set.ts';
import type { WorkerIdentity } from './worker-identity.ts';

/** An issuer that worker identities are configured for. */
export interface TokenIssuer {
  keys: KeySet;
  /** In the order of the configuration: the first that admits a token is the one. */
  identities: WorkerIdentity[];
}

export function tokenIssuers(
  identities: readonly WorkerIdentity[],
  deps: { clock: Clock; log: Log },
): ReadonlyMap<string, TokenIssuer> {
  const issuers = new Map<string, TokenIssuer>();
  for (const identity of identities) {
    const { issuer, jwksUrl = null } = identity;
    const known = issuers.get(issuer);
    if (known) known.identities.push(identity);
    else issuers.set(issuer, { keys: new KeySet({ issuer, jwksUrl, ...deps }), identities: [identity] });
  }
  return issuers;
}
