import type { Deps } from '../../deps.ts';
import type { App } from '../../http/app-type.ts';
import { assetRoute, bundleRoutes, CSS_MEDIA_TYPE } from '../../pages/asset-route.ts';
import { brandStyle } from '../../pages/colour.ts';
import { fontStyle } from '../font-style.ts';

/** Script, style sheets and logo. They are public, because they are the same for all tenants. */
export async function assetRoutes(app: App, { config }: Pick<Deps, 'config'>): Promise<void> {
  const access = 'connect-public';
  await bundleRoutes(app, { folder: 'connect-page', name: 'connect', access });
  assetRoute(app, {
    name: 'brand.css',
    access,
    readAsset: () => ({
      mediaType: CSS_MEDIA_TYPE,
      content: Buffer.from(brandStyle(config.page.colour) + fontStyle(config.page)),
    }),
  });
  assetRoute(app, { name: 'logo', access, readAsset: () => config.page.logo });
  assetRoute(app, { name: 'logo-dark', access, readAsset: () => config.page.darkLogo });
  assetRoute(app, { name: 'font', access, readAsset: () => config.page.font });
}
