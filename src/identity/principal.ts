export type Role = 'admin' | 'onboarding' | 'worker' | 'tenant' | 'auditor';

/** Who is asking: what a valid API key says, or the worker identity that a token was admitted as. */
export interface Principal {
  /** The API key's ID or, for a token, `identity_…`: the same for every token of one issuer, subject and identity. */
  keyId: string;
  name: string;
  role: Role;
  /** The tenant itself, for a key of role `tenant`. */
  tenantId: string | null;
  /** The tenants that a worker is held to; `any` is said, never meant by an empty list. */
  tenants: 'any' | readonly string[];
  /** The access profiles that a worker is held to, by name; here too `any` is said. */
  profiles: 'any' | readonly string[];
  /** Whose token it is; left out for an API key. */
  oidc?: { issuer: string; subject: string };
}

/** How an audit event names who did it. */
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
    case 'auditor':
      return true;
    case 'tenant':
      return principal.tenantId === tenantId;
    case 'worker':
      return principal.tenants === 'any' || principal.tenants.includes(tenantId);
  }
}
