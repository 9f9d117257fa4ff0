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
];
