import type { Principal } from '../identity/principal.ts';
import type { Json } from '../lib/canonical-json.ts';

/** Identifies the worker in an audit event: by its key, or by the issuer and subject of its token. */
export function workerDetail({ keyId, name, oidc }: Principal): { [key: string]: Json } {
  return oidc
    ? { workerIdentity: { id: keyId, issuer: oidc.issuer, name, subject: oidc.subject }, workerKeyId: null }
    : { workerKeyId: keyId };
}
