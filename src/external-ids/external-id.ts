export type ExternalIdState = 'current' | 'successor' | 'retired';

export interface ExternalId {
  id: bigint;
  /** A lower-case UUID version 4, made by the database. */
  value: string;
  state: ExternalIdState;
  issuedAt: Date;
  retiredAt: Date | null;
}

export interface ExternalIdStatus {
  current: ExternalId | null;
  successor: ExternalId | null;
  retired: ExternalId[];
  /** Verified connections of the tenant, and how many of them were last proven with the successor. */
  connections: { moved: number; total: number };
}

/** External ID and rotation as the API shows them. */
export function toExternalIdBody({ current, successor, retired, connections }: ExternalIdStatus) {
  // Offboarded: the last one that was in force, a tombstone now.
  const shown = current ?? retired[0];
  if (!shown) throw new Error('a tenant without an external ID');
  return {
    externalId: shown.value,
    issuedAt: shown.issuedAt.toISOString(),
    rotation: successor && {
      externalId: successor.value,
      startedAt: successor.issuedAt.toISOString(),
      connections,
    },
    retired: retired.map((id) => ({
      externalId: id.value,
      issuedAt: id.issuedAt.toISOString(),
      retiredAt: (id.retiredAt ?? id.issuedAt).toISOString(),
    })),
  };
}
