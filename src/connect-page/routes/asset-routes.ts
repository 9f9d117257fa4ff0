import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { assetRoute, bundleRoutes, CSS_MEDIA_TYPE } from '../../pages/asset-route.ts';
import { brandStyle } from '../../pages/colour.ts';

/** Script, style sheets and logo. They are public, because they are the same for all tenants. */
export async function assetRoutes(app: App, { config }: Pick<Deps, 'config'>): Promise<void> {
  const access = 'connect-public';
  await bundleRoutes(app, { folder: 'connect-page', name: 'connect', access });
  assetRoute(app, {
    name: 'brand.css',
    access,
    readAsset: () => ({ mediaType: CSS_MEDIA_TYPE, content: Buffer.from(brandStyle(config.page.colour)) }),
  });
  assetRoute(app, { name: 'logo', access, readAsset: () => config.page.logo });
}
