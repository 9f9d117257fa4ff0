import { createHash } from 'node:crypto';
import type { FastifyContextConfig } from 'fastify';
import type { App } from '../http/app-type.ts';
import { notFound } from '../http/problem.ts';
import { loadPageAssets } from './page-assets.ts';

export interface Asset {
  mediaType: string;
  content: Buffer;
}

export const CSS_MEDIA_TYPE = 'text/css; charset=utf-8';

type Access = NonNullable<FastifyContextConfig['access']>;

/** Serves the bundled script and style sheet of a page. They are public, because they are the same for everybody. */
export async function bundleRoutes(
  app: App,
  { folder, name, access }: { folder: string; name: string; access: Access },
): Promise<void> {
  const { script, styleSheet } = await loadPageAssets(folder, name);
  const javascript = { mediaType: 'text/javascript; charset=utf-8', content: script };
  const css = { mediaType: CSS_MEDIA_TYPE, content: styleSheet };
  assetRoute(app, { name: `${name}.js`, access, readAsset: () => javascript });
  assetRoute(app, { name: `${name}.css`, access, readAsset: () => css });
}

/** @param asset.readAsset is called for each request: the OpenAPI document is generated without a configuration */
export function assetRoute(
  app: App,
  { name, access, readAsset }: { name: string; access: Access; readAsset: () => Asset | null },
): void {
  app.route({
    method: 'GET',
    url: `/assets/${name}`,
    config: { access },
    schema: { hide: true },
    handler: async (request, reply) => {
      const asset = readAsset();
      if (asset === null) throw notFound();
      const etag = etagOf(asset.content);
      void reply
        // A logo in SVG can contain scripts. Opened by itself, it must not run them with this origin.
        .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox")
        .header('cache-control', 'public, no-cache')
        .header('etag', etag);
      if (request.headers['if-none-match'] === etag) return reply.code(304).send();
      return reply.type(asset.mediaType).send(asset.content);
    },
  });
}

function etagOf(content: Buffer): string {
  return `"${createHash('sha256').update(content).digest('base64url').slice(0, 20)}"`;
}
