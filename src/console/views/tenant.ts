import { type Html, html } from '../../lib/html.ts';
import type { ConsoleContext } from '../console-context.ts';
import type { TenantView } from '../read-tenant.ts';
import { confirmedAction, copyable, pageHead, pager, pill, postButton } from './components.ts';
import { connectLinks } from './connect-links.ts';
import { connectionTable } from './connections.ts';
import { externalIdCard } from './external-id.ts';
import { TENANT_STATUS_LABELS } from './labels.ts';
import { layout } from './layout.ts';
import { doneNotice } from './notices.ts';
import { setupKit } from './setup-kit.ts';
import { describeEvent, timeline } from './timeline.ts';

/** One tenant: its external ID first, then its connections, the links for the customer, the setup kit and the history. */
export function tenantPage(context: ConsoleContext, view: TenantView): Html {
  const { tenant, connections, nextCursor, events, done } = view;
  const path = `/tenants/${tenant.id}`;
  return layout(
    context,
    tenant.name,
    html`${pageHead({
      context,
      title: tenant.name,
      crumbs: [{ path: '/tenants', label: 'Tenants' }],
      status: pill(tenant.status, TENANT_STATUS_LABELS[tenant.status]),
      lead: html`${tenant.reference !== null && html`${tenant.reference} · `}${copyable('tenant-id', 'tenant ID', tenant.id)}`,
      actions: actions(context, view, path),
    })}
${doneNotice(done)}
<div class="columns"><div>
${externalIdCard(context, view, path)}
<div class="block"><h2>Connections</h2>
${connectionTable(context, connections, 'No role is registered yet. Create a connect link, and send it to the customer.', { isOfOneTenant: true })}
${pager(context, nextCursor)}</div>
${setupKit(context, view, path)}
</div><div>
${connectLinks(context, view, path)}
<section class="card"><h2>History</h2>${timeline(context, events.map(describeEvent))}
${context.may('audit:read') && html`<p class="small"><a href="${context.consolePath}/audit?tenantId=${tenant.id}">Audit events of this tenant</a></p>`}</section>
</div></div>`,
  );
}

function actions(context: ConsoleContext, { tenant }: TenantView, path: string): Html | false {
  if (tenant.status === 'offboarded') return false;
  return html`${
    context.may('tenants:offboard') &&
    confirmedAction(context, {
      path: `${path}/offboarding`,
      label: 'Offboard',
      explanation:
        'Disables all connections, revokes its tokens and retires its external IDs for ever. This cannot be undone.',
      confirm: 'Offboard this tenant',
    })
  }${
    context.may('tenants:manage') &&
    (tenant.status === 'active'
      ? confirmedAction(context, {
          path: `${path}/suspension`,
          label: 'Suspend',
          explanation:
            'Its workers get no credentials from the next request on. You can make it active again.',
          confirm: 'Suspend this tenant',
        })
      : postButton(context, { path: `${path}/resumption`, label: 'Make active again' }))
  }`;
}
