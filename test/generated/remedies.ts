import type { ProblemCode } from '../../src/http/problem.ts';

/** For docs/errors.md: when each code comes, and what its receiver does. A code without an entry does not compile. */
export const REMEDIES: Record<ProblemCode, { when: string; remedy: string }> = {
  external_id_not_settable: {
    when: 'A body or query carries an external ID under any spelling, at any depth.',
    remedy: 'Leave it out; read the issued one from the tenant.',
  },
  validation_failed: { when: 'Anything else malformed.', remedy: 'Mend what `errors` names.' },
  unauthorized: { when: 'No key, or one that is unknown, expired or revoked.', remedy: 'Send a valid key.' },
  forbidden: { when: "The key's role never may do this.", remedy: 'Use a key of another role.' },
  not_found: {
    when: 'It does not exist, or is not yours; the two look the same.',
    remedy: 'Check the ID and whose key it is.',
  },
  conflict: {
    when: 'A `reference` or role that is taken; a rotation that is running, or not; a state that changed meanwhile.',
    remedy: 'Read what is there, then decide.',
  },
  rotation_incomplete: {
    when: 'A verified connection has not been proven with the new external ID.',
    remedy: 'Have the customer update the role, verify, complete again.',
  },
  connection_not_verified: {
    when: 'Credentials were asked for a connection that is not verified.',
    remedy: 'Verify it; the outcome tells what to fix.',
  },
  tenant_not_active: {
    when: 'The tenant is suspended or offboarded.',
    remedy: 'Reactivate it, or create a new one.',
  },
  profile_not_usable: {
    when: "AWS does not take the profile's session policies, or the customer's role does not admit its session tags or source identity.",
    remedy:
      'Change the profile, or have the customer update the role from the setup kit; `detail` tells which.',
  },
  role_not_assumable: {
    when: 'AWS denied access to a role that was verified; the connection is now `unreachable`.',
    remedy: 'Verify the connection; the outcome tells what to fix.',
  },
  role_not_allowed: {
    when: "A role ARN that is never acceptable: the vendor's own account, a user, a root, service-linked, SSO, another partition.",
    remedy: "Give the ARN of a role in the customer's account.",
  },
  idempotency_key_reused: {
    when: 'The `Idempotency-Key` came before with another request.',
    remedy: 'Take a new key for each new request.',
  },
  rate_limited: { when: 'Too many verifications for one tenant.', remedy: 'Wait for `Retry-After`.' },
  internal_error: { when: 'A fault of ours.', remedy: 'Report it with `requestId`.' },
  aws_throttled: {
    when: "STS throttles the vendor, or the tenant's or the service's own budget of calls to STS is used up.",
    remedy: 'Wait for `Retry-After`; if it happens often, see `COUNTERSIGN_STS_CALLS_PER_SECOND`.',
  },
  aws_unavailable: {
    when: 'STS failed, was too slow, or answered something unintelligible.',
    remedy: 'Wait for `Retry-After`.',
  },
  identity_provider_unavailable: {
    when: "The keys of a token's issuer could not be fetched, so the token could not be checked.",
    remedy: 'Wait for `Retry-After`; check that the service reaches the issuer.',
  },
  audit_unavailable: {
    when: 'The audit record could not be written, so nothing was handed out.',
    remedy: 'Wait for `Retry-After`; check the database.',
  },
  database_unavailable: {
    when: 'The database does not answer.',
    remedy: 'Wait for `Retry-After`; check the database.',
  },
};
