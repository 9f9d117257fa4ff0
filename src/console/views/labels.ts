import type { ConnectionStatus } from '../../connections/connection.ts';
import type { Observed, Probe } from '../../connections/verification.ts';
import type { TenantStatus } from '../../tenants/tenant.ts';

export const CONNECTION_STATUS_LABELS: Record<ConnectionStatus, string> = {
  pending: 'Pending',
  verified: 'Verified',
  insecure: 'Not secure',
  unreachable: 'Unreachable',
  disabled: 'Disabled',
};

export const TENANT_STATUS_LABELS: Record<TenantStatus, string> = {
  active: 'Active',
  suspended: 'Suspended',
  offboarded: 'Offboarded',
};

export const PROBE_LABELS: Record<Probe, string> = {
  correct: "With the tenant's external ID",
  missing: 'Without an external ID',
  wrong: 'With another external ID',
  case_changed: 'With the external ID in upper case',
  extended: 'With the external ID and more characters',
};

export const OBSERVED_LABELS: Record<Observed, string> = {
  allowed: 'Allowed',
  denied: 'Denied',
  unknown: 'No answer',
};

export const NOT_PROBED_LABEL = 'Not probed';
