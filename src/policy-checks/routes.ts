import { z } from 'zod';
import { partitionName } from '../broker/partition.ts';
import { checkSchema } from '../connections/connection-schema.ts';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { assertTenantAccess, principalOf } from '../http/authorize.ts';
import { idempotentOutsideTransaction } from '../http/idempotency/idempotent.ts';
import { problems, profileName, tenantId } from '../http/schemas.ts';
import { checkTrustPolicy } from './check-trust-policy.ts';
import { FINDING_CODES, type FindingCode } from './finding.ts';

const json = z.record(z.string(), z.unknown());

const finding = z
  .object({
    code: z.enum(Object.keys(FINDING_CODES) as [FindingCode, ...FindingCode[]]),
    severity: z.enum(['error', 'warning']),
    message: z.string().meta({ description: 'What is wrong in this policy, and why.' }),
    path: z.string().meta({
      description:
        'The position in the policy, such as Statement[1].Condition.StringLike["sts:ExternalId"]; empty for the whole document.',
    }),
    fix: z.string().meta({ description: 'What to do about it.' }),
    line: z
      .number()
      .int()
      .optional()
      .meta({ description: 'Counted from 1; present only if the policy was sent as text.' }),
    column: z.number().int().optional(),
  })
  .meta({ id: 'PolicyFinding' });

const trustPolicyCheck = z
  .object({
    verdict: z.enum(['safe', 'unsafe', 'not_assumable', 'invalid']).meta({
      description:
        'What a verification would find. safe: the role would be verified. unsafe: the role can be assumed without the correct external ID. not_assumable: the role cannot be assumed with the correct external ID. invalid: IAM would reject the policy, so no probe was run. A safe policy may still have findings of severity error.',
    }),
    checks: z.array(checkSchema),
    findings: z.array(finding).meta({ description: 'Errors first; at most 50.' }),
    suggestedPolicy: json.meta({
      description:
        'A policy that passes this check. Statements for others are unchanged, and a policy without errors is returned as it was sent.',
    }),
  })
  .meta({ id: 'TrustPolicyCheck' });

export function policyCheckRoutes(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/v1/tenants/:tenantId/trust-policy-checks',
    config: { access: 'connections:manage', policyMembers: ['policy'] },
    schema: {
      summary: "Check a role's trust policy offline, with the probes of a verification",
      description:
        'AWS is not called and nothing is changed. A policy that fails the check is a normal response, not an error.',
      tags: ['Connections'],
      params: z.object({ tenantId }),
      body: z.strictObject({
        policy: z.union([json, z.array(z.unknown()), z.string().min(1, 'must not be empty')]).meta({
          description:
            'The trust policy as JSON or as text, which may be percent-encoded. The whole output of `aws iam get-role` is also accepted. Findings have line numbers only if the policy was sent as text.',
        }),
        profile: profileName.optional().meta({
          description:
            'The access profile that the role is for. The policy must also allow the session tags or source identity that it sets.',
        }),
        partition: partitionName.optional().meta({
          description: "AWS partition of the role. Default: the vendor's main partition.",
        }),
      }),
      response: { 200: trustPolicyCheck, ...problems },
    },
    handler: async (request, reply) => {
      const principal = principalOf(request);
      const { tenantId } = request.params;
      const { policy, profile = null, partition = null } = request.body;
      assertTenantAccess(principal, tenantId);
      return idempotentOutsideTransaction(deps, request, (deps) =>
        checkTrustPolicy(deps, {
          principal,
          tenantId,
          policy,
          profile,
          partition,
          onRateLimit: (fields) => void reply.headers(fields),
        }),
      );
    },
  });
}
