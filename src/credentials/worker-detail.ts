import type { Principal } from '../identity/principal.ts';
import type { Json } from '../lib/canonical-json.ts';

/** Identifies the worker in an audit event: by its key, or by the issuer and subject of its token. */
export function workerDetail({ keyId, name, oidc }: Principal): { [key: string]: Json } {
  return oidc
    ? { workerKeyId: null, workerIdentity: { id: keyId, name, issuer: oidc.issuer, subject: oidc.subject } }
    : { workerKeyId: keyId };
}
