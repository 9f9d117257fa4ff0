/** The format of the external IDs that the database generates: a lowercase UUID version 4. */
export const EXTERNAL_ID_PATTERN = '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$';

type ExternalIdState = 'current' | 'successor' | 'retired';

export interface ExternalId {
  id: bigint;
  value: string;
  state: ExternalIdState;
  issuedAt: Date;
  retiredAt: Date | null;
}

export interface ExternalIdStatus {
  current: ExternalId | null;
  successor: ExternalId | null;
  retired: ExternalId[];
  /** Verified connections of the tenant, and how many of them were last verified with the successor. */
  connections: { moved: number; total: number };
}

/** Returns external ID and rotation as the API shows them. */
export function toExternalIdBody({ current, successor, retired, connections }: ExternalIdStatus) {
  // An offboarded tenant has no current external ID: the API shows the one that was retired last.
  const shown = current ?? retired[0];
  if (!shown) throw new Error('the tenant has no external ID');
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
