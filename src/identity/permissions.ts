import type { Role } from './principal.ts';

/** The roles that have each permission. Every route declares one permission, or that it is public. */
export const PERMISSIONS = {
  'api-keys:manage': ['admin'],
  'profiles:manage': ['admin'],
  'webhooks:manage': ['admin'],
  'tenants:manage': ['admin', 'onboarding'],
  'tenants:offboard': ['admin'],
  'tenants:list': ['admin', 'onboarding', 'support', 'auditor'],
  'tenants:read': ['admin', 'onboarding', 'support', 'tenant', 'auditor'],
  'links:manage': ['admin', 'onboarding', 'support'],
  'connections:manage': ['admin', 'onboarding', 'tenant'],
  'connections:verify': ['admin', 'onboarding', 'support', 'tenant'],
  'credentials:issue': ['worker'],
  'fleet:read': ['admin', 'onboarding', 'support', 'auditor'],
  'events:read': ['admin', 'onboarding', 'support', 'auditor'],
  'broker:read': ['admin', 'onboarding', 'support', 'auditor'],
  'audit:read': ['admin', 'support', 'tenant', 'auditor'],
  'audit:checkpoint': ['admin', 'auditor'],
  'evidence:read': ['admin', 'auditor'],
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof PERMISSIONS;

export function roleMay(role: Role, permission: Permission): boolean {
  return (PERMISSIONS[permission] as readonly Role[]).includes(role);
}
