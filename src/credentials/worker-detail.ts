import type { Principal } from '../identity/principal.ts';
import type { Json } from '../lib/canonical-json.ts';

/** Which worker it was, for an event about credentials: its key, or the issuer and subject of its token. */
export function workerDetail({ keyId, name, oidc }: Principal): { [key: string]: Json } {
  return oidc
    ? { workerKeyId: null, workerIdentity: { id: keyId, name, issuer: oidc.issuer, subject: oidc.subject } }
    : { workerKeyId: keyId };
}
