import type { Deps } from '../../deps.ts';
import { findTenantOfExternalId } from '../../external-ids/store.ts';
import { invalidRequest } from '../../http/problem.ts';
import { type ConnectionFilter, decodePosition, encodePosition, type FleetConnection } from './filter.ts';
import { findConnectionPositions, findConnectionsWithTenants } from './store.ts';

interface ListInput extends ConnectionFilter {
  /** Lists the connections of the tenant to which it was issued, also if it is retired. */
  externalId?: string | undefined;
  cursor?: string | undefined;
  limit: number;
}

/** @throws Problem `validation_failed` for a cursor of another list */
export async function listAllConnections(
  deps: Pick<Deps, 'database'>,
  { externalId, cursor, limit, ...filter }: ListInput,
): Promise<{ connections: FleetConnection[]; nextCursor: string | null }> {
  const { database } = deps;
  const after = cursor === undefined ? null : decodePosition(cursor, filter.verifiedBefore !== undefined);
  if (cursor !== undefined && after === null)
    throw invalidRequest([{ path: 'cursor', message: 'must be the nextCursor of an earlier page' }]);
  const owner =
    externalId === undefined ? filter.tenantId : await findTenantOfExternalId(database, externalId);
  if (owner === null || (filter.tenantId !== undefined && owner !== filter.tenantId))
    return { connections: [], nextCursor: null };
  const found = await findConnectionPositions(
    database,
    { ...filter, tenantId: owner },
    { after, limit: limit + 1 },
  );
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  return {
    connections: await findConnectionsWithTenants(
      database,
      shown.map(({ id }) => id),
    ),
    nextCursor: found.length > limit && last ? encodePosition(last) : null,
  };
}
