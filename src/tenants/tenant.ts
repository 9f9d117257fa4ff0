import type { Json } from '../lib/canonical-json.ts';

export type TenantStatus = 'active' | 'suspended' | 'offboarded';

export type Metadata = { [key: string]: Json };

export interface Tenant {
  id: string;
  name: string;
  reference: string | null;
  metadata: Metadata;
  status: TenantStatus;
  /** The external ID in force; of an offboarded tenant the last one, now a tombstone. */
  externalId: string;
  createdAt: Date;
  updatedAt: Date;
}

/** The tenant as the API shows it: times as RFC 3339. */
export function toTenantBody(tenant: Tenant) {
  return { ...tenant, createdAt: tenant.createdAt.toISOString(), updatedAt: tenant.updatedAt.toISOString() };
}
