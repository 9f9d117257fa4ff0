import { Problem } from '../http/problem.ts';
import type { Json } from '../lib/canonical-json.ts';

export const TENANT_STATUSES = ['active', 'suspended', 'offboarded'] as const;

export type TenantStatus = (typeof TENANT_STATUSES)[number];

export type Metadata = { [key: string]: Json };

export interface Tenant {
  id: string;
  name: string;
  reference: string | null;
  metadata: Metadata;
  status: TenantStatus;
  /** The current external ID; of an offboarded tenant the one that was current last, now a tombstone. */
  externalId: string;
  createdAt: Date;
  updatedAt: Date;
}

/** @throws Problem `tenant_not_active` */
export function assertTenantActive(status: TenantStatus): void {
  assertNotOffboarded(status);
  if (status === 'suspended')
    throw new Problem('tenant_not_active', 'This tenant is suspended. It must be reactivated first.');
}

/** For operations that are allowed for a suspended tenant too. @throws Problem `tenant_not_active` */
export function assertNotOffboarded(status: TenantStatus): void {
  if (status === 'offboarded') rejectOffboarded();
}

/** @throws Problem `tenant_not_active` */
export function rejectOffboarded(): never {
  throw new Problem(
    'tenant_not_active',
    'This tenant was offboarded, which cannot be undone. Create a new tenant.',
  );
}

/** Returns the tenant as the API shows it. */
export function toTenantBody(tenant: Tenant) {
  return { ...tenant, createdAt: tenant.createdAt.toISOString(), updatedAt: tenant.updatedAt.toISOString() };
}
