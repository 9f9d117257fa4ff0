// Made by `npm run docs`. Change the routes of the service, not this file.

export const PROBLEM_CODES = [
  'external_id_not_settable',
  'validation_failed',
  'unauthorized',
  'forbidden',
  'not_found',
  'conflict',
  'rotation_incomplete',
  'connection_not_verified',
  'tenant_not_active',
  'profile_not_usable',
  'role_not_assumable',
  'role_not_allowed',
  'idempotency_key_reused',
  'rate_limited',
  'internal_error',
  'aws_throttled',
  'aws_unavailable',
  'identity_provider_unavailable',
  'audit_unavailable',
  'database_unavailable',
] as const;
