import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { guardInput } from '../http/input-guard.ts';
import { Problem } from '../http/problem.ts';
import { type Permission, roleMay } from '../identity/permissions.ts';
import { authenticate, bearerOf } from './authenticate.ts';
import type { StoredKey } from './key-lookup.ts';

/** Access to routes of the hosted page and the console, which have their own guards: no API key is accepted there. */
type PageAccess = 'connect-session' | 'connect-public' | 'console-session' | 'console-public';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The permission that a caller needs; every route declares one. */
    access?: Permission | 'public' | PageAccess;
    /** Members of the body that hold a policy document, where `sts:ExternalId` may occur as a condition key. */
    policyMembers?: readonly string[];
    /** The parameter of the query by which external IDs are searched for; it sets nothing. */
    searchedExternalId?: string;
    /** Accepts the key without `Bearer` too, as the AWS SDKs send it to container credential endpoints. */
    bareKey?: boolean;
    /** Finds the key of a request by its hash. Left out: one statement that reads nothing else. */
    findKey?: (hash: Buffer, request: FastifyRequest) => Promise<StoredKey | null>;
  }
}

/**
 * Denies by default: a route without a declared `access` cannot be registered. A request is authenticated and its role
 * checked before its body is read, and no input that contains an external ID reaches a route.
 */
export function registerGuard(
  app: App,
  deps: Pick<Deps, 'keys' | 'clock' | 'log' | 'tokenIssuers' | 'isTokenRevoked'>,
): void {
  app.decorateRequest('caller', null);

  app.addHook('onRoute', (route) => {
    const access = route.config?.access;
    if (access === undefined || isPageAccess(access)) {
      throw new Error(`Route ${route.method} ${route.url} declares no access (config.access)`);
    }
  });

  app.addHook('onRequest', async (request) => {
    const { access, bareKey, findKey } = request.routeOptions.config;
    if (access === 'public') return;
    const header = request.headers.authorization;
    const bearer = bareKey && header && !/\s/.test(header) ? header : bearerOf(header);
    const identity = await authenticate(deps, bearer, findKey && ((hash) => findKey(hash, request)));
    if (access === undefined || isPageAccess(access) || !roleMay(identity.role, access)) {
      throw new Problem(
        'forbidden',
        `A key of role "${identity.role}" does not have the permission for this.`,
      );
    }
    const principal = { ...identity, requestId: request.id };
    request.caller = { principal, key: identity.oidc ? null : bearer };
  });

  app.addHook('preValidation', (request, _reply, done) => {
    const { policyMembers, searchedExternalId } = request.routeOptions.config;
    guardInput(request.params);
    guardInput(request.query, { searchedMember: searchedExternalId });
    guardInput(request.body, { policyMembers });
    done();
  });
}

function isPageAccess(access: string): access is PageAccess {
  return access.startsWith('connect-') || access.startsWith('console-');
}
