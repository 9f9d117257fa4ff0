import type { Role } from './principal.ts';

/** The roles that have each permission. Every route declares one permission, or that it is public. */
export const PERMISSIONS = {
  'api-keys:manage': ['admin'],
  'profiles:manage': ['admin'],
  'tenants:manage': ['admin', 'onboarding'],
  'tenants:offboard': ['admin'],
  'tenants:read': ['admin', 'onboarding', 'tenant', 'auditor'],
  'connections:manage': ['admin', 'onboarding', 'tenant'],
  'credentials:issue': ['worker'],
  'events:read': ['admin', 'onboarding', 'auditor'],
  'webhooks:manage': ['admin'],
  'broker:read': ['admin', 'onboarding', 'auditor'],
  'audit:read': ['admin', 'tenant', 'auditor'],
  'audit:checkpoint': ['admin', 'auditor'],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof PERMISSIONS;

export function roleMay(role: Role, permission: Permission): boolean {
  return (PERMISSIONS[permission] as readonly Role[]).includes(role);
}
