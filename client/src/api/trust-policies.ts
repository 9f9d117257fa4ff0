import type { components } from '../generated/openapi.ts';
import type { RequestOptions } from '../http/send.ts';
import type { Body, Call } from './operation.ts';

const CHECKS = '/v1/tenants/{tenantId}/trust-policy-checks';

/** What an offline check found: verdict, the five probes, findings, and a policy that passes. */
export type TrustPolicyCheck = components['schemas']['TrustPolicyCheck'];
export type CheckTrustPolicyInput = Body<typeof CHECKS, 'post'>;

export type TrustPoliciesApi = ReturnType<typeof trustPolicies>;

export function trustPolicies(call: Call) {
  return {
    /** Judges a role's trust policy with the probes of a verification; nothing is called and nothing is stored. */
    check: (
      tenantId: string,
      input: CheckTrustPolicyInput,
      options?: RequestOptions,
    ): Promise<TrustPolicyCheck> => call('post', CHECKS, { path: { tenantId }, body: input }, options),
  };
}
