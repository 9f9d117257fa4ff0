import type { RequestOptions } from '../http/send.ts';
import type { ApiCaller } from './api-caller.ts';
import type { RequestBody, Schema } from './operation.ts';

const CHECKS = '/v1/tenants/{tenantId}/trust-policy-checks';

/** The result of an offline check: verdict, probe results, findings and a suggested policy. */
export type TrustPolicyCheck = Schema<'TrustPolicyCheck'>;
/** The trust policy, as an object or as text, with the access profile and the AWS partition of the role. */
export type CheckTrustPolicyInput = RequestBody<typeof CHECKS, 'post'>;

export type TrustPoliciesApi = ReturnType<typeof createTrustPoliciesApi>;

export function createTrustPoliciesApi(call: ApiCaller) {
  return {
    /**
     * Checks a role's trust policy with the probes of a verification. The service evaluates the policy itself, without
     * calling AWS, and changes nothing. A policy that fails the check is a result, not an error.
     * @throws CountersignError `tenant_not_active` if the tenant is offboarded
     */
    check: (
      tenantId: string,
      input: CheckTrustPolicyInput,
      options?: RequestOptions,
    ): Promise<TrustPolicyCheck> => call('post', CHECKS, { path: { tenantId }, body: input }, options),
  };
}
