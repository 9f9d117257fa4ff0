import type { Permission } from '../identity/permissions.ts';

export interface NavigationItem {
  /** Below the console's own path. */
  path: string;
  label: string;
  /** Without it, the page is neither shown nor served. */
  permission: Permission;
}

export const NAVIGATION: readonly NavigationItem[] = [
  { path: '', label: 'Overview', permission: 'fleet:read' },
  { path: '/tenants', label: 'Tenants', permission: 'tenants:list' },
  { path: '/connections', label: 'Connections', permission: 'fleet:read' },
  { path: '/rotations', label: 'Rotations', permission: 'fleet:read' },
  { path: '/audit', label: 'Audit log', permission: 'audit:read' },
  { path: '/webhooks', label: 'Webhooks', permission: 'webhooks:manage' },
  { path: '/profiles', label: 'Access profiles', permission: 'profiles:manage' },
  { path: '/api-keys', label: 'API keys', permission: 'api-keys:manage' },
  { path: '/workers', label: 'Worker identities', permission: 'api-keys:manage' },
  { path: '/sessions', label: 'Staff sessions', permission: 'api-keys:manage' },
];
