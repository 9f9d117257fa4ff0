import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Problem } from '../problem.ts';

/**
 * Kinds of requests, each with a limit of its own, so that no kind can use up what another needs:
 * - `credentials`: most are answered from the cache within milliseconds
 * - `slow`: they wait for AWS, for a client that reads an export, or for an import
 * - `standard`: all others
 */
export const REQUEST_KINDS = ['credentials', 'slow', 'standard'] as const;
export type RequestKind = (typeof REQUEST_KINDS)[number];

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Left out: `standard`. `unlimited`: an orchestrator and its monitoring get an answer under any load. */
    load?: RequestKind | 'unlimited';
  }
}

export interface RequestClass {
  /** null: no limit applies. */
  kind: RequestKind | null;
  /** Further members of the problems that the route sends. */
  extraMembers: ((problem: Problem) => object) | null;
}

const STANDARD: RequestClass = { kind: 'standard', extraMembers: null };

/** Returns a function that tells the class of a request by its URL alone, from the routes that are registered after this. */
export function classifyRequests(app: FastifyInstance): (request: IncomingMessage) => RequestClass {
  const routes: (RequestClass & { pattern: RegExp })[] = [];
  app.addHook('onRoute', ({ url, method, config, schema }) => {
    if (config?.load === undefined || method === 'HEAD') return;
    routes.push({
      pattern: new RegExp(`^${url.replaceAll('.', '\\.').replace(/:\w+/g, '[^/?]+')}(\\?|$)`),
      kind: config.load === 'unlimited' ? null : config.load,
      extraMembers: schema?.problemFormat?.extraMembers ?? null,
    });
  });
  return ({ url = '' }) => routes.find(({ pattern }) => pattern.test(url)) ?? STANDARD;
}
