import type { SearchResults } from '../../../generated/schemas.ts';
import type { Command, View } from '../command.ts';
import { formatConnection, formatConnectionsOfTenants } from './connection-view.ts';
import { formatTenants } from './tenants.ts';

/** The service finds at most this many tenants, and as many connections. */
const MAX_RESULTS = 20;

export const search: Command = {
  name: 'search',
  summary: 'find tenants and connections by anything that is known of them',
  arguments: ['<text>'],
  notes: `The text is an account ID, a role ARN, an external ID (also a retired one), a reference, the ID of a tenant, a
connection or anything else, or the beginning of a name. If there is one connection, it is shown in full.`,
  async run({ client, arguments: [q = ''] }) {
    const found = await client.search({ q });
    return { document: found, text: (view) => formatFound(found, view), notes: notesOn(found) };
  },
};

function formatFound({ tenants, connections }: SearchResults, view: View): string {
  const parts = tenants.length === 0 ? [] : [formatTenants(tenants, view)];
  const [connection] = connections;
  if (connections.length > 1) parts.push(formatConnectionsOfTenants(connections, view));
  else if (connection) parts.push(formatConnection(connection, view));
  return parts.join('\n');
}

function notesOn({ tenants, connections }: SearchResults): string[] {
  if (tenants.length + connections.length === 0) return ['nothing found'];
  return Math.max(tenants.length, connections.length) < MAX_RESULTS
    ? []
    : [
        `a search finds at most ${MAX_RESULTS} tenants and connections; countersign connections list finds all`,
      ];
}
