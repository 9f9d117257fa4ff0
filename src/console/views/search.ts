import type { FleetConnection } from '../../fleet/connections/filter.ts';
import { type Html, html } from '../../lib/html.ts';
import type { Tenant } from '../../tenants/tenant.ts';
import type { ConsoleContext } from '../console-context.ts';
import { pageHead } from './components.ts';
import { connectionTable } from './connections.ts';
import { layout } from './layout.ts';
import { tenantTable } from './tenants.ts';

/** The hits of a search, if there are several or none. */
export function searchPage(
  context: ConsoleContext,
  {
    q,
    tenants,
    connections,
  }: { q: string; tenants: readonly Tenant[]; connections: readonly FleetConnection[] },
): Html {
  const isEmpty = tenants.length === 0 && connections.length === 0;
  return layout(
    context,
    `Search: ${q}`,
    html`${pageHead({ context, title: q === '' ? 'Search' : `Results for “${q}”` })}
${
  isEmpty &&
  html`<section class="card empty"><p>${q === '' ? 'Enter what a customer or a log names.' : 'Nothing was found.'} Search finds:</p>
<ul><li>an AWS account ID, also with spaces or hyphens</li><li>the ARN of a role or of its session</li><li>an external ID, also a retired one</li><li>a tenant's reference, or the beginning of its name</li><li>the ID of a tenant, connection, link, key, event or delivery</li></ul></section>`
}
${tenants.length > 0 && html`<h2>Tenants</h2>${tenantTable(context, tenants, null, '')}`}
${connections.length > 0 && html`<h2>Connections</h2>${connectionTable(context, connections, '')}`}`,
  );
}
