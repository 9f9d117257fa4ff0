import type { Role } from './principal.ts';

/** The roles that a person can have. Workers and tenants are programs and customers. */
export const STAFF_ROLES = ['admin', 'onboarding', 'support', 'auditor'] as const satisfies readonly Role[];

export type StaffRole = (typeof STAFF_ROLES)[number];

export const isStaffRole = (role: string): role is StaffRole =>
  (STAFF_ROLES as readonly string[]).includes(role);
