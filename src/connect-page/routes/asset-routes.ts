import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { notFound } from '../../http/problem.ts';
import { brandStyle } from '../views/colour.ts';

interface Asset {
  type: string;
  content: Buffer;
}

/** Script, style sheets and logo: the same for everybody, and with nothing of any tenant in them. */
export function assetRoutes(app: App, deps: Pick<Deps, 'config'>): void {
  const file = (name: string, type: string): Asset => ({
    type: `${type}; charset=utf-8`,
    content: readFileSync(path.join(import.meta.dirname, '..', 'assets', name)),
  });
  const script = file('connect.js', 'text/javascript');
  const style = file('connect.css', 'text/css');
  serve(app, 'connect.js', () => script);
  serve(app, 'connect.css', () => style);
  serve(app, 'brand.css', () => ({
    type: 'text/css; charset=utf-8',
    content: Buffer.from(brandStyle(deps.config.page.colour)),
  }));
  serve(app, 'logo', () => {
    const { logo } = deps.config.page;
    if (!logo) throw notFound();
    return { type: logo.mediaType, content: logo.content };
  });
}

function serve(app: App, name: string, asset: () => Asset): void {
  app.route({
    method: 'GET',
    url: `/assets/${name}`,
    config: { access: 'connect-public' },
    schema: { hide: true },
    handler: async (request, reply) => {
      const { type, content } = asset();
      const tag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 20)}"`;
      void reply
        // An SVG that is opened by itself must not run anything on this origin.
        .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox")
        .header('cache-control', 'public, no-cache')
        .header('etag', tag);
      if (request.headers['if-none-match'] === tag) return reply.code(304).send();
      return reply.type(type).send(content);
    },
  });
}
