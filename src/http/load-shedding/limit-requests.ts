import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Log } from '../../lib/log.ts';
import { Problem } from '../problem.ts';
import { watchAccepting } from './accepting.ts';
import { overloaded } from './overloaded.ts';
import { createSheddingLog, type RejectionOptions, sendOverloaded } from './reject.ts';
import { classifyRequests, REQUEST_KINDS, type RequestKind } from './request-kinds.ts';
import { type ScheduledLimit, scheduleLimit } from './scheduled-limit.ts';
import { openSlot, SLOT, type SlotRequest } from './slot.ts';

interface Options extends RejectionOptions {
  /** Maximum number of requests of each kind in progress. */
  maxRequests: number;
  log: Log;
  onShed(kind: RequestKind): void;
}

const disconnected = (): Problem =>
  new Problem('request_timeout', 'The client disconnected before its request was read.');

type Limits = ReadonlyMap<RequestKind, ScheduledLimit>;

/** A request that Fastify only has to answer with a problem, because its client shows pages. */
const IS_SHED = Symbol('isShed');
type Request = SlotRequest & { [IS_SHED]?: boolean };

/**
 * Limits the requests in progress. Beyond the limit, a request waits for a moment and is then answered with 503 `overloaded`
 * before any work. Fastify does not see it, because its part of a request costs several times as much as the whole
 * rejection. Call this before any other hook and before any route is registered.
 * @returns the limit of each kind of requests
 */
export function limitRequests(app: FastifyInstance, options: Options): Limits {
  const accepting = watchAccepting(app.server);
  const limits: Limits = new Map(
    REQUEST_KINDS.map((kind) => [
      kind,
      scheduleLimit({ max: options.maxRequests, isPaused: accepting.isBusy }),
    ]),
  );
  accepting.onEnd(() => {
    for (const limit of limits.values()) limit.startWaiting();
  });
  limitServer(app, limits, options);
  app.addHook('onRequest', (request, _reply, done) => {
    done((request.raw as Request)[IS_SHED] ? overloaded() : undefined);
  });
  // Fastify would wait for ever for the body of a client that disconnected during authentication, and its slot would stay occupied.
  app.addHook('preParsing', (request, _reply, _payload, done) => {
    done(request.raw.destroyed ? disconnected() : null);
  });
  // The handler has ended.
  app.addHook('onSend', (request, _reply, payload, done) => {
    (request.raw as Request)[SLOT]?.end();
    done(null, payload);
  });
  return limits;
}

/** Puts the limits between the HTTP server and Fastify. */
function limitServer(app: FastifyInstance, limits: Limits, options: Options): void {
  const classify = classifyRequests(app);
  const logShedding = createSheddingLog(options.log);
  const [handle] = app.server.listeners('request') as [RequestListener];
  app.server.removeAllListeners('request');
  app.server.on('request', (request: IncomingMessage & Request, response: ServerResponse) => {
    const requestClass = classify(request);
    const { kind } = requestClass;
    const limit = kind && limits.get(kind);
    if (!limit) {
      handle(request, response);
      return;
    }
    limit.enter({
      start() {
        request[SLOT] = openSlot(limit, response);
        handle(request, response);
      },
      reject() {
        options.onShed(kind);
        logShedding(kind);
        request[IS_SHED] = request.headers.accept?.includes('text/html') ?? false;
        if (request[IS_SHED]) handle(request, response);
        else sendOverloaded(request, response, requestClass, options);
      },
      isGone: () => request.socket.destroyed,
    });
  });
}
