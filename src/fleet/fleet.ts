import { CONNECTION_STATUSES, type ConnectionStatus } from '../connections/connection.ts';
import { TENANT_STATUSES, type TenantStatus } from '../tenants/tenant.ts';

/** The numbers of all tenants, by the names of the counters in the database. */
export type Counters = ReadonlyMap<string, number>;

export interface FleetCounts {
  tenants: Record<TenantStatus, number>;
  connections: Record<ConnectionStatus, number>;
  rotations: { running: number; connectionsToMove: number };
  legacy: { toMove: number };
}

export function toFleetCounts(counters: Counters): FleetCounts {
  const read = (name: string): number => counters.get(name) ?? 0;
  const readAll = <Name extends string>(group: string, names: readonly Name[]) =>
    Object.fromEntries(names.map((name) => [name, read(`${group}.${name}`)])) as Record<Name, number>;
  return {
    tenants: readAll('tenants', TENANT_STATUSES),
    connections: readAll('connections', CONNECTION_STATUSES),
    rotations: { running: read('rotations.running'), connectionsToMove: read('rotations.to_move') },
    legacy: { toMove: read('legacy.to_move') },
  };
}
