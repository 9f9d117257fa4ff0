import type { Connection, Tenant } from '../../../generated/schemas.ts';
import type { Command, Context, Result, View } from '../command.ts';
import { formatFields } from '../view/fields.ts';
import { type Column, formatTable } from '../view/table.ts';
import { formatTimeAndAge } from '../view/time.ts';
import { formatConnections } from './connection-view.ts';
import { findTenantId } from './find.ts';
import { notesOn, readPages } from './read-pages.ts';
import { limitOption, parseLimit } from './values.ts';

const DEFAULT_LIMIT = 100;
const MAX_CONNECTIONS_SHOWN = 100;

const TENANT_COLUMNS: readonly Column<Tenant>[] = [
  { title: 'ID', cell: ({ id }) => id },
  { title: 'NAME', cell: ({ name }) => name, isFlexible: true },
  { title: 'REFERENCE', cell: ({ reference }) => reference ?? '', isFlexible: true, isOptional: true },
  { title: 'STATUS', cell: ({ status }) => status, isStatus: true },
  { title: 'CREATED', cell: ({ createdAt }) => createdAt.slice(0, 10), isOptional: true },
];

export function formatTenants(tenants: readonly Tenant[], view: View): string {
  return formatTable(TENANT_COLUMNS, tenants, view);
}

export const tenantsList: Command = {
  name: 'tenants list',
  summary: 'list tenants in the order of their creation',
  options: { limit: limitOption(DEFAULT_LIMIT) },
  async run({ client, options }) {
    const limit = parseLimit(options.limit, DEFAULT_LIMIT);
    const page = await readPages((range) => client.listTenants(range), limit);
    return {
      document: page,
      text: (view) => formatTenants(page.data, view),
      notes: notesOn(page, 'tenants'),
    };
  },
};

export const tenantsGet: Command = {
  name: 'tenants get',
  summary: 'show a tenant, its external ID and its connections',
  arguments: ['<id or reference>'],
  async run({ client, arguments: [text = ''], json }) {
    const tenantId = await findTenantId(client, text);
    const tenant = await client.getTenant({ tenantId });
    if (json) return { document: tenant, text: () => '' };
    const page = await readPages(
      (range) => client.listConnections({ tenantId, ...range }),
      MAX_CONNECTIONS_SHOWN,
    );
    return {
      document: tenant,
      text: (view) => formatTenant(tenant, page.data, view),
      notes: notesOn(page, 'connections'),
    };
  },
};

function formatTenant(tenant: Tenant, connections: readonly Connection[], view: View): string {
  const table = connections.length === 0 ? '' : `\n${formatConnections(connections, view)}`;
  return formatTenantFields(tenant, view) + table;
}

function formatTenantFields(tenant: Tenant, view: View): string {
  const { id, name, reference, status, externalId, createdAt } = tenant;
  return formatFields(
    [
      ['Tenant', name],
      ['ID', id],
      ['Reference', reference],
      ['Status', status, status],
      ['External ID', externalId],
      ['Created', formatTimeAndAge(createdAt, view.now)],
    ],
    view,
  );
}

export const tenantsCreate: Command = {
  name: 'tenants create',
  summary: 'create a tenant, for which Countersign issues an external ID',
  arguments: ['<name>'],
  options: {
    reference: { value: '<reference>', help: 'your own ID of this customer, unique among all tenants' },
  },
  async run({ client, arguments: [name = ''], options: { reference } }) {
    const tenant = await client.createTenant({ name, ...(reference !== undefined && { reference }) });
    return { document: tenant, text: (view) => formatTenantFields(tenant, view) };
  },
};

export const tenantsConnectLink: Command = {
  name: 'tenants connect-link',
  summary: 'create a link with which the customer sets up a role, valid for 24 hours',
  arguments: ['<id or reference>'],
  notes: 'The link contains a secret. Send it only to somebody who works for this tenant.',
  run: createLink,
};

async function createLink({ client, arguments: [text = ''] }: Context): Promise<Result> {
  const link = await client.createConnectLink({ tenantId: await findTenantId(client, text) });
  return { document: link, text: () => `${link.url}\n` };
}
