import type { ProblemCode } from '../problem.ts';

/**
 * When each error occurs and what to do about it, for `GET /errors/{code}` and docs/errors.md. A missing code is a compile
 * error.
 */
export const DESCRIPTIONS: Record<ProblemCode, { when: string; remedy: string }> = {
  external_id_not_settable: {
    when: 'The body, query or path has an external ID, in any spelling and at any depth.',
    remedy: 'Leave it out. Read the issued external ID from the tenant.',
  },
  validation_failed: {
    when: 'The input is malformed in any other way.',
    remedy: 'Correct the fields that `errors` lists.',
  },
  unauthorized: {
    when: 'The request has no key or token, or one that is unknown, expired or revoked.',
    remedy: 'Send a valid key or token.',
  },
  forbidden: {
    when: 'Keys of this role never have the permission.',
    remedy: 'Use a key of another role.',
  },
  not_found: {
    when: 'The resource does not exist, or this key has no access to it. The response is the same for both.',
    remedy: 'Check the ID, and which tenant the key belongs to.',
  },
  method_not_allowed: {
    when: 'The path exists, but not with this HTTP method.',
    remedy: 'Use a method that the `Allow` header lists.',
  },
  request_timeout: {
    when: 'The request had begun, but its headers or body were not complete after 30 seconds.',
    remedy: 'Send the request again. Check the network and `Content-Length`.',
  },
  body_too_large: {
    when: 'The body is larger than the operation accepts: 256 KB, unless its description has another limit.',
    remedy: 'Send less in one request.',
  },
  uri_too_long: {
    when: 'The URL has more than 8,192 characters, or a part of its path more than 200.',
    remedy: 'Shorten the URL.',
  },
  unsupported_media_type: {
    when: 'The body is not JSON by its `Content-Type`, has a `charset` other than `utf-8`, or has a `Content-Encoding`.',
    remedy: 'Send uncompressed JSON in UTF-8 with `Content-Type: application/json`.',
  },
  headers_too_large: {
    when: 'The request line and the headers together are larger than 16 kB.',
    remedy: 'Send fewer or shorter headers.',
  },
  conflict: {
    when: 'The `reference` or role exists already, a rotation is running or is not, or the state changed meanwhile.',
    remedy: 'Read the current state, then decide.',
  },
  rotation_incomplete: {
    when: 'A verified connection has not been verified with the successor external ID.',
    remedy: 'Have the customer update the role, verify the connection, and complete the rotation again.',
  },
  connection_not_verified: {
    when: 'Credentials were requested for a connection that is not verified.',
    remedy:
      'With `Retry-After`, it is verified again by itself: repeat after that time. Otherwise verify the connection; the outcome says what to fix.',
  },
  tenant_not_active: {
    when: 'The tenant is suspended or offboarded.',
    remedy: 'Reactivate a suspended tenant, or create a new one.',
  },
  profile_not_usable: {
    when: "AWS rejects the profile's session policies, or the customer's role does not allow its session tags or source identity.",
    remedy:
      'Change the profile, or have the customer update the role from the setup kit; `detail` says which.',
  },
  role_not_assumable: {
    when: 'AWS denied access to a role that was verified before, and the broker is known to work. If it stays denied, the connection is `unreachable`.',
    remedy:
      "Fix the role as the connection's `lastVerification` says. It is verified again by itself after `Retry-After`, and at growing intervals.",
  },
  role_not_allowed: {
    when: "The role ARN is never acceptable: it is in one of the vendor's own accounts or in an AWS partition without a broker, or is a user, a root, a service-linked role or an SSO role.",
    remedy: "Send the ARN of a role in the customer's account.",
  },
  idempotency_key_reused: {
    when: 'The `Idempotency-Key` was used with a different request before.',
    remedy: 'Use a new key for each new request.',
  },
  rate_limited: {
    when: 'Too many verifications or trust policy checks for one tenant.',
    remedy: 'Wait for `Retry-After`.',
  },
  internal_error: {
    when: 'The service has a bug or is in an unexpected state.',
    remedy: 'Report it with the `requestId`.',
  },
  overloaded: {
    when: 'The service has as many requests in progress as `COUNTERSIGN_MAX_REQUESTS_IN_FLIGHT` allows. Nothing was done.',
    remedy: 'Repeat after `Retry-After` and a random delay. If it happens often, add replicas.',
  },
  broker_failing: {
    when: "AWS denies the vendor's broker every role, or the broker has no credentials. Nothing is wrong with the tenant's role.",
    remedy:
      'Repeat after `Retry-After`. The vendor reads `GET /v1/broker`, which names the cause and the next steps.',
  },
  aws_throttled: {
    when: "STS throttles the vendor's account, or the tenant's or the process's own limit of STS calls is reached.",
    remedy: 'Wait for `Retry-After`. If it happens often, see `COUNTERSIGN_STS_CALLS_PER_SECOND`.',
  },
  aws_unavailable: {
    when: 'STS failed, was too slow, or sent a response that cannot be used.',
    remedy: 'Wait for `Retry-After`.',
  },
  identity_provider_unavailable: {
    when: "The keys of the token's issuer could not be fetched, or not yet again since it published the token's key. So the token could not be checked.",
    remedy: 'Wait for `Retry-After`. Check that the service can reach the issuer.',
  },
  audit_unavailable: {
    when: 'The audit record could not be written, so no credentials were issued.',
    remedy: 'Wait for `Retry-After`. Check the database.',
  },
  database_unavailable: {
    when: 'The database does not answer.',
    remedy: 'Wait for `Retry-After`. Check the database.',
  },
};
