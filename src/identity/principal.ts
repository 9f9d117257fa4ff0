export type Role = 'admin' | 'onboarding' | 'support' | 'worker' | 'tenant' | 'auditor';

/** The authenticated caller: an API key, or the worker identity that a token matches. */
export interface Principal {
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
}

/** Who caused an audit event. */
export interface Actor {
  type: 'api_key' | 'connect_link' | 'oidc' | 'system';
  id: string | null;
  name: string;
}

export function actorOf(principal: Principal): Actor {
  return { type: principal.oidc ? 'oidc' : 'api_key', id: principal.keyId, name: principal.name };
}

export const SYSTEM: Actor = { type: 'system', id: null, name: 'countersign' };

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
