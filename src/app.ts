import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
  type RouteOptions,
} from 'fastify';
import { validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { registerGuard } from './access/guard.ts';
import { accessRoutes } from './access/routes.ts';
import { auditRoutes } from './audit/routes.ts';
import { brokerRoutes } from './broker/routes.ts';
import { connectLinkRoutes } from './connect-links/routes.ts';
import { connectPageRoutes } from './connect-page/routes/page-routes.ts';
import { connectionRoutes } from './connections/routes.ts';
import { consoleRoutes } from './console/routes/console-routes.ts';
import { credentialRoutes } from './credentials/routes.ts';
import type { Deps } from './deps.ts';
import { eventRoutes } from './events/routes.ts';
import { evidenceRoutes } from './evidence/routes.ts';
import { externalIdRoutes } from './external-ids/routes.ts';
import { fleetConnectionRoutes } from './fleet/connections/routes.ts';
import { fleetRoutes } from './fleet/routes.ts';
import { searchRoutes } from './fleet/search/routes.ts';
import { acceptOnlyJson } from './http/body.ts';
import { errorDescriptionRoutes } from './http/error-descriptions/routes.ts';
import { sendProblem, toProblem } from './http/error-handler.ts';
import { getMetricsRoute, healthRoutes, type Readiness } from './http/health.ts';
import { markReplays } from './http/idempotency/idempotent.ts';
import { refuseUnknownPaths } from './http/known-paths.ts';
import { limitRequests } from './http/load-shedding/limit-requests.ts';
import { buildDocument } from './http/openapi/document.ts';
import { registerOpenapi } from './http/openapi/openapi.ts';
import { respondToParserError } from './http/parser-errors.ts';
import { notFound } from './http/problem.ts';
import { serializerCompiler } from './http/serialize.ts';
import { traceRequests } from './http/trace-requests.ts';
import { importRoutes } from './imports/routes.ts';
import { registerLoadMetrics } from './observability/metrics.ts';
import { offboardingRoutes } from './offboarding/routes.ts';
import { policyCheckRoutes } from './policy-checks/routes.ts';
import { profileRoutes } from './profiles/routes.ts';
import { rotationRoutes } from './rotations/routes.ts';
import { setupKitRoutes } from './setup-kit/routes.ts';
import { tenantRoutes } from './tenants/routes.ts';
import { verificationRoutes } from './verification/routes.ts';
import { verificationRunRoutes } from './verification/runs/routes.ts';
import { VERSION } from './version.ts';
import { webhookDeliveryRoutes } from './webhooks/deliveries/routes.ts';
import { webhookRoutes } from './webhooks/routes.ts';
import { tokenRevocationRoutes } from './worker-identities/revocations/routes.ts';

/**
 * A request that waits neither for AWS nor for a slow client waits for the database, whose limits are shorter. With the time
 * that it may wait for its admission (`MAX_WAIT_MS`), it is answered within 10 seconds.
 */
const STANDARD_TIMEOUT_MS = 7_500;

interface AppOptions {
  logger: FastifyBaseLogger;
  readiness: Readiness;
}

/**
 * Creates the HTTP server with all routes. It does not listen yet.
 * @returns the app, and for tests all registered routes, except for the HEAD of each GET
 */
export async function buildApp(
  deps: Deps,
  { logger, readiness }: AppOptions,
): Promise<{ app: FastifyInstance; routes: RouteOptions[] }> {
  const routes: RouteOptions[] = [];
  const app = createServer(logger, deps);
  acceptOnlyJson(app);
  app.setErrorHandler((error, request, reply) => sendProblem(toProblem(error), request, reply));
  app.setNotFoundHandler((request, reply) => sendProblem(notFound(), request, reply));
  const limits = limitRequests(app, {
    maxRequests: deps.config.maxRequestsInFlight,
    log: deps.log,
    baseUrl: deps.baseUrl,
    requestIdOf,
    isDraining: () => readiness.draining,
    onShed: (kind) => deps.metrics.shedRequests.inc({ kind }),
  });
  registerLoadMetrics(deps.metrics, limits);
  traceRequests(app);
  logAndMeasure(app, deps, readiness);
  refuseUnknownPaths(app);
  app.addHook('onRoute', (route) => {
    if ((route.config?.load ?? 'standard') === 'standard') route.handlerTimeout = STANDARD_TIMEOUT_MS;
    if (route.method !== 'HEAD') routes.push(route);
  });

  await app.register(async (scope) => {
    healthRoutes(useZod(scope), deps, readiness);
    if (deps.config.metricsPort === null) getMetricsRoute(useZod(scope), deps);
  });
  await app.register(async (scope) => registerApi(useZod(scope), deps));
  await app.register(async (scope) => connectPageRoutes(useZod(scope), deps), { prefix: '/connect' });
  await app.register(async (scope) => consoleRoutes(useZod(scope), deps), { prefix: '/console' });
  await registerOpenapi(app, () => buildDocument(routes, VERSION));
  return { app, routes };
}

function createServer(
  logger: FastifyBaseLogger,
  { baseUrl, databaseMonitor }: Pick<Deps, 'baseUrl' | 'databaseMonitor'>,
): FastifyInstance {
  const app = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    bodyLimit: 256 * 1024,
    requestTimeout: 30_000,
    // While the server closes, requests on open connections are still served.
    return503OnClosing: false,
    clientErrorHandler: respondToParserError(baseUrl),
    // `refuseUnknownPaths` responds to a request without Host. Requests are checked for their timeout every 5 seconds.
    http: { requireHostHeader: false, connectionsCheckingInterval: 5_000 },
    routerOptions: { maxParamLength: 200 },
    genReqId: requestIdOf,
    // These errors occur before routing, so no hook adds the headers.
    frameworkErrors: (error, request, reply) =>
      sendProblem(toProblem(error), request, addCommonHeaders(request, reply)),
  });
  app.decorate('reportDatabaseFailure', (error) => databaseMonitor.report(error, 'request'));
  return app.decorate('baseUrl', baseUrl);
}

/** The request ID that the client has chosen, or a new one. */
function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const requested = headers['x-request-id'];
  return typeof requested === 'string' && /^[\w.-]{1,100}$/.test(requested) ? requested : randomUUID();
}

function addCommonHeaders(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
  return reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff');
}

/** Validates requests and serializes responses with the Zod schemas of the routes. */
function useZod(scope: FastifyInstance) {
  return scope
    .withTypeProvider<ZodTypeProvider>()
    .setValidatorCompiler(validatorCompiler)
    .setSerializerCompiler(serializerCompiler);
}

function registerApi(api: ReturnType<typeof useZod>, deps: Deps): void {
  registerGuard(api, deps);
  markReplays(api);
  errorDescriptionRoutes(api);
  tenantRoutes(api, deps);
  importRoutes(api, deps);
  brokerRoutes(api, deps);
  offboardingRoutes(api, deps);
  externalIdRoutes(api, deps);
  rotationRoutes(api, deps);
  setupKitRoutes(api, deps);
  connectionRoutes(api, deps);
  verificationRoutes(api, deps);
  verificationRunRoutes(api, deps);
  fleetConnectionRoutes(api, deps);
  searchRoutes(api, deps);
  fleetRoutes(api, deps);
  policyCheckRoutes(api, deps);
  credentialRoutes(api, deps);
  profileRoutes(api, deps);
  tokenRevocationRoutes(api, deps);
  accessRoutes(api, deps);
  auditRoutes(api, deps);
  evidenceRoutes(api, deps);
  eventRoutes(api, deps);
  webhookRoutes(api, deps);
  webhookDeliveryRoutes(api, deps);
  connectLinkRoutes(api, deps);
}

/** Adds the request ID, security headers and Cache-Control, and logs and measures each request, without its query and body. */
function logAndMeasure(app: FastifyInstance, deps: Pick<Deps, 'metrics'>, readiness: Readiness): void {
  // Hooks with a callback: an async one would create two promises for each request.
  app.addHook('onSend', (request, reply, payload, done) => {
    void addCommonHeaders(request, reply);
    // During shutdown, clients must not reuse their connections to this process.
    if (readiness.draining) void reply.header('connection', 'close');
    done(null, payload);
  });
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? '(none)';
    const seconds = reply.elapsedTime / 1000;
    deps.metrics.requests.observe({ method: request.method, route, status: reply.statusCode }, seconds);
    request.log.info(
      {
        method: request.method,
        route,
        path: pathForLog(request),
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime * 10) / 10,
        keyId: request.caller?.principal.keyId,
        linkId: request.connectSession?.link.id,
        person: request.consoleSession?.subject,
      },
      'request',
    );
    done();
  });
}

/**
 * Returns the path without secrets, for the log. A connect link has its secret in the path. A truncated or mistyped
 * link matches no route, so unknown paths are logged without their long segments.
 */
function pathForLog({ url, routeOptions }: FastifyRequest): string | undefined {
  if (routeOptions.url?.endsWith('/:secret')) return routeOptions.url;
  const [path] = url.split('?');
  return routeOptions.url === undefined ? path?.replace(/[^/]{20,}/g, '…') : path;
}
