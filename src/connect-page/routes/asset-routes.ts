import { createHash } from 'node:crypto';
import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { notFound } from '../../http/problem.ts';
import { loadPageAssets } from '../page-assets.ts';
import { brandStyle } from '../views/colour.ts';

interface Asset {
  mediaType: string;
  content: Buffer;
}

/** Script, style sheets and logo. They are public, because they are the same for all tenants. */
export async function assetRoutes(app: App, { config }: Pick<Deps, 'config'>): Promise<void> {
  const { script, styleSheet } = await loadPageAssets();
  const javascript: Asset = { mediaType: 'text/javascript; charset=utf-8', content: script };
  const css: Asset = { mediaType: 'text/css; charset=utf-8', content: styleSheet };
  assetRoute(app, 'connect.js', () => javascript);
  assetRoute(app, 'connect.css', () => css);
  assetRoute(app, 'brand.css', () => ({
    mediaType: css.mediaType,
    content: Buffer.from(brandStyle(config.page.colour)),
  }));
  assetRoute(app, 'logo', () => config.page.logo);
}

/** @param readAsset is called for each request: the OpenAPI document is generated without a configuration */
function assetRoute(app: App, name: string, readAsset: () => Asset | null): void {
  app.route({
    method: 'GET',
    url: `/assets/${name}`,
    config: { access: 'connect-public' },
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
