export type Role = 'admin' | 'onboarding' | 'support' | 'worker' | 'tenant' | 'auditor';

/** Whom a valid API key or token stands for. */
export interface Identity {
  /** The API key's ID or, for a token, `identity_…`: the same for every token of one issuer, subject and identity. */
  keyId: string;
  name: string;
  role: Role;
  /** The tenant itself, for a key of role `tenant`. */
  tenantId: string | null;
  /** The tenants that a worker is limited to. An empty list means none; only `any` means all. */
  tenants: 'any' | readonly string[];
  /** The names of the access profiles that a worker is limited to; only `any` means all. */
  profiles: 'any' | readonly string[];
  /** The issuer and subject of a token; absent for an API key. */
  oidc?: { issuer: string; subject: string };
  /** Set for a member of the vendor's staff who has signed in to the console; `keyId` then identifies the person. */
  isPerson?: true;
}

/** The authenticated caller of one request: an API key, or the worker identity that a token matches. */
export interface Principal extends Identity {
  requestId: string;
}

/** Who caused an audit event. */
export interface Actor {
  type: 'api_key' | 'connect_link' | 'oidc' | 'staff' | 'system';
  id: string | null;
  name: string;
  /** The request in which it was done; null for what the service does by itself. */
  requestId: string | null;
}

export function actorOf({ isPerson, oidc, keyId, name, requestId }: Principal): Actor {
  return { type: isPerson ? 'staff' : oidc ? 'oidc' : 'api_key', id: keyId, name, requestId };
}

export const SYSTEM: Actor = { type: 'system', id: null, name: 'countersign', requestId: null };

export function mayAccessTenant(principal: Principal, tenantId: string): boolean {
  switch (principal.role) {
    case 'admin':
    case 'onboarding':
    case 'support':
    case 'auditor':
      return true;
    case 'tenant':
      return principal.tenantId === tenantId;
    case 'worker':
      return principal.tenants === 'any' || principal.tenants.includes(tenantId);
  }
}
