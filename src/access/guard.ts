import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { guardInput } from '../http/input-guard.ts';
import { Problem } from '../http/problem.ts';
import { type Permission, roleMay } from '../identity/permissions.ts';
import { authenticate, bearerOf } from './authenticate.ts';

/** Routes of the hosted page, which has a guard of its own (connect/guard.ts): no API key opens them. */
export type PageAccess = 'connect-session' | 'connect-public';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a caller must be allowed to do; every route names it. */
    access?: Permission | 'public' | PageAccess;
    /** The members of the body below which a policy document stands, where `sts:ExternalId` is a condition key. */
    policyAt?: readonly string[];
    /** Also takes the bare key as Authorization, as the AWS SDKs send it to container credential endpoints. */
    bareKey?: boolean;
  }
}

/**
 * Deny by default: a route without a declared `access` cannot be registered; a request is authenticated and its role
 * checked before its body is read; and no input with an external ID in it reaches any route.
 */
export function registerGuard(
  app: App,
  deps: Pick<Deps, 'keys' | 'clock' | 'log' | 'tokenIssuers' | 'isTokenRevoked'>,
): void {
  app.decorateRequest('caller', null);

  app.addHook('onRoute', (route) => {
    const access = route.config?.access;
    if (access === undefined || isPageAccess(access)) {
      throw new Error(`Route ${route.method} ${route.url} does not say who may call it (config.access)`);
    }
  });

  app.addHook('onRequest', async (request) => {
    const { access, bareKey } = request.routeOptions.config;
    if (access === 'public') return;
    const header = request.headers.authorization;
    const bearer = bareKey && header && !/\s/.test(header) ? header : bearerOf(header);
    const principal = await authenticate(deps, bearer);
    if (access === undefined || isPageAccess(access) || !roleMay(principal.role, access)) {
      throw new Problem('forbidden', `A key of role "${principal.role}" may not do this.`);
    }
    request.caller = { principal, key: principal.oidc ? null : bearer };
  });

  app.addHook('preValidation', async (request) => {
    guardInput(request.params);
    guardInput(request.query);
    guardInput(request.body, { policyAt: request.routeOptions.config.policyAt });
  });
}

function isPageAccess(access: string): access is PageAccess {
  return access.startsWith('connect-');
}
