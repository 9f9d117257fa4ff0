import type { FastifyRequest } from 'fastify';
import type { Principal } from '../identity/principal.ts';
import { mayAccessTenant } from '../identity/principal.ts';
import { notFound } from './problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The authenticated caller; null on routes that are public. */
    caller: {
      principal: Principal;
      /** The API key itself; null for a worker's token, which changes with each renewal. */
      key: string | null;
    } | null;
  }
}

/** The authenticated principal of a request. Throws on a public route, which has none. */
export function principalOf(request: FastifyRequest): Principal {
  if (!request.caller) throw new Error('a public route has no principal');
  return request.caller.principal;
}

/** @throws Problem `not_found`, the same as for a tenant that does not exist */
export function assertTenantAccess(principal: Principal, tenantId: string): void {
  if (!mayAccessTenant(principal, tenantId)) throw notFound();
}
