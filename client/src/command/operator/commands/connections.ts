import type { ConnectionStatus, ConnectionWithTenant, Verification } from '../../../generated/schemas.ts';
import { EXIT_CODES } from '../../exit-codes.ts';
import type { Command, View } from '../command.ts';
import { formatFields } from '../view/fields.ts';
import {
  formatConnection,
  formatConnectionsOfTenants,
  formatExplanation,
  labelOf,
} from './connection-view.ts';
import { findConnection, findTenantId } from './find.ts';
import { notesOn, readPages } from './read-pages.ts';
import { limitOption, parseLimit } from './values.ts';

const DEFAULT_LIMIT = 100;

export const connectionsList: Command = {
  name: 'connections list',
  summary: 'list connections of all tenants',
  options: {
    status: { value: '<status>', help: 'only pending, verified, insecure, unreachable or disabled ones' },
    account: { value: '<accountId>', help: 'only those in this AWS account' },
    tenant: { value: '<id or reference>', help: 'only those of this tenant' },
    legacy: { help: 'only imported ones whose customer still has to change the role' },
    limit: limitOption(DEFAULT_LIMIT),
  },
  async run({ client, options }) {
    const { status, account, tenant, legacy, limit } = options;
    const filter = {
      // The service checks the status, and lists those that there are.
      ...(status !== undefined && { status: status as ConnectionStatus }),
      ...(account !== undefined && { accountId: account }),
      ...(tenant !== undefined && { tenantId: await findTenantId(client, tenant) }),
      ...(legacy !== undefined && { legacy: true }),
    };
    const page = await readPages(
      (range) => client.listAllConnections({ ...filter, ...range }),
      parseLimit(limit, DEFAULT_LIMIT),
    );
    return {
      document: page,
      text: (view) => formatConnectionsOfTenants(page.data, view),
      notes: notesOn(page, 'connections'),
    };
  },
};

export const connectionsGet: Command = {
  name: 'connections get',
  summary: 'show a connection: what is wrong, since when, and what the customer can do',
  arguments: ['<connectionId>'],
  async run({ client, arguments: [connectionId = ''] }) {
    const connection = await findConnection(client, connectionId);
    return { document: connection, text: (view) => formatConnection(connection, view) };
  },
};

export const connectionsVerify: Command = {
  name: 'connections verify',
  summary: 'verify a role now',
  arguments: ['<connectionId>'],
  notes: 'The exit code is 0 if the role passed, 5 if it did not, and 4 if AWS gave no clear answer.',
  async run({ client, arguments: [connectionId = ''] }) {
    const connection = await findConnection(client, connectionId);
    const verification = await client.verifyConnection({ tenantId: connection.tenantId, connectionId });
    return {
      document: verification,
      text: (view) => formatVerification(verification, connection, view),
      exitCode: EXIT_CODES_OF_OUTCOMES[verification.outcome],
    };
  },
};

const EXIT_CODES_OF_OUTCOMES: Record<Verification['outcome'], number> = {
  verified: EXIT_CODES.success,
  inconclusive: EXIT_CODES.unavailable,
  external_id_not_enforced: EXIT_CODES.failed,
  not_assumable: EXIT_CODES.failed,
};

/** Shows the probes that had another result than expected. */
function formatVerification(
  verification: Verification,
  { roleArn, tenant }: ConnectionWithTenant,
  view: View,
): string {
  const { outcome, checks } = verification;
  const unexpected = checks.filter(
    ({ expected, observed }) => observed !== 'unknown' && observed !== expected,
  );
  const fields = formatFields(
    [
      ['Tenant', labelOf(tenant)],
      ['Role', roleArn],
      ['Outcome', outcome, outcome],
      ...unexpected.map(({ probe, expected, observed }): [string, string] => [
        `Probe ${probe}`,
        `expected ${expected}, observed ${observed}`,
      ]),
    ],
    view,
  );
  return `${fields}\n${formatExplanation(verification, view)}`;
}
