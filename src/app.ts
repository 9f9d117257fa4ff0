import { randomUUID } from 'node:crypto';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
  LogController,
  type RouteOptions,
} from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { registerGuard } from './access/guard.ts';
import { accessRoutes } from './access/routes.ts';
import { auditRoutes } from './audit/routes.ts';
import { connectLinkRoutes } from './connect-links/routes.ts';
import { connectPageRoutes } from './connect-page/routes/page-routes.ts';
import { connectionRoutes } from './connections/routes.ts';
import { credentialRoutes } from './credentials/routes.ts';
import type { Deps } from './deps.ts';
import { externalIdRoutes } from './external-ids/routes.ts';
import { acceptJsonAlone } from './http/body.ts';
import { sendProblem, toProblem } from './http/error-handler.ts';
import { healthRoutes, type Readiness } from './http/health.ts';
import { registerOpenapi } from './http/openapi.ts';
import { notFound } from './http/problem.ts';
import { answerUnreadable } from './http/unreadable.ts';
import { offboardingRoutes } from './offboarding/routes.ts';
import { policyCheckRoutes } from './policy-checks/routes.ts';
import { profileRoutes } from './profiles/routes.ts';
import { rotationRoutes } from './rotations/routes.ts';
import { setupKitRoutes } from './setup-kit/routes.ts';
import { tenantRoutes } from './tenants/routes.ts';
import { verificationRoutes } from './verification/routes.ts';
import { verificationRunRoutes } from './verification/runs/routes.ts';
import { VERSION } from './version.ts';
import { tokenRevocationRoutes } from './worker-identities/revocations/routes.ts';

export interface AppOptions {
  logger: FastifyBaseLogger;
  readiness: Readiness;
}

/** The whole HTTP server, put together by hand: what is not named here does not exist. It does not listen yet.
 * `routes` are all that were registered, for the test that walks them. */
export async function buildApp(
  deps: Deps,
  { logger, readiness }: AppOptions,
): Promise<{ app: FastifyInstance; routes: RouteOptions[] }> {
  const routes: RouteOptions[] = [];
  const app: FastifyInstance = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 256 * 1024,
    requestTimeout: 30_000,
    // While it closes, what still arrives on an open connection is answered like everything else.
    return503OnClosing: false,
    // A HEAD of a GET that draws credentials would draw them too.
    exposeHeadRoutes: false,
    clientErrorHandler: answerUnreadable,
    routerOptions: { maxParamLength: 200 },
    genReqId: (request) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && /^[\w.-]{1,100}$/.test(given) ? given : randomUUID();
    },
    frameworkErrors: (error, request, reply) => sendProblem(toProblem(error), request, reply),
  });

  acceptJsonAlone(app);
  app.setErrorHandler((error, request, reply) => sendProblem(toProblem(error), request, reply));
  app.setNotFoundHandler((request, reply) => sendProblem(notFound(), request, reply));
  observe(app, deps, readiness);
  app.addHook('onRoute', (route) => void routes.push(route));

  await registerOpenapi(app, VERSION);
  healthRoutes(app, deps, readiness);

  await app.register(async (scope) => {
    const api = scope.withTypeProvider<ZodTypeProvider>();
    api.setValidatorCompiler(validatorCompiler);
    api.setSerializerCompiler(serializerCompiler);
    registerGuard(api, deps);
    tenantRoutes(api, deps);
    offboardingRoutes(api, deps);
    externalIdRoutes(api, deps);
    rotationRoutes(api, deps);
    setupKitRoutes(api, deps);
    connectionRoutes(api, deps);
    verificationRoutes(api, deps);
    verificationRunRoutes(api, deps);
    policyCheckRoutes(api, deps);
    credentialRoutes(api, deps);
    profileRoutes(api, deps);
    tokenRevocationRoutes(api, deps);
    accessRoutes(api, deps);
    auditRoutes(api, deps);
    connectLinkRoutes(api, deps);
  });

  await app.register(
    async (scope) => {
      const page = scope.withTypeProvider<ZodTypeProvider>();
      page.setValidatorCompiler(validatorCompiler);
      page.setSerializerCompiler(serializerCompiler);
      connectPageRoutes(page, deps);
    },
    { prefix: '/connect' },
  );

  return { app, routes };
}

/** Request ID, security headers, one log line and one measurement for each request. Queries and bodies stay out. */
function observe(app: FastifyInstance, deps: Pick<Deps, 'metrics'>, readiness: Readiness): void {
  app.addHook('onSend', async (request, reply) => {
    void reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff');
    // Clients that keep connections open learn that this process is about to end, and open the next one elsewhere.
    if (readiness.draining) void reply.header('connection', 'close');
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? '(none)';
    const seconds = reply.elapsedTime / 1000;
    deps.metrics.requests.observe({ method: request.method, route, status: reply.statusCode }, seconds);
    request.log.info(
      {
        method: request.method,
        route,
        path: loggedPath(request),
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime * 10) / 10,
        keyId: request.caller?.principal.keyId,
        linkId: request.connectSession?.link.id,
      },
      'request',
    );
  });
}

/**
 * The path as the log may have it. A connect link has its secret there, also one that was cut off or mistyped and so
 * matches no route; of those nothing is kept that is as long as a secret.
 */
function loggedPath({ url, routeOptions }: FastifyRequest): string | undefined {
  if (routeOptions.url?.endsWith('/:secret')) return routeOptions.url;
  const [path] = url.split('?');
  return routeOptions.url === undefined ? path?.replace(/[^/]{20,}/g, '…') : path;
}
