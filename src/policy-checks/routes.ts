import { z } from 'zod';
import { check } from '../connections/check-schema.ts';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { assertTenantAccess, principalOf } from '../http/authorize.ts';
import { onceAfter } from '../http/idempotency.ts';
import { problems, profileName, tenantId } from '../http/schemas.ts';
import { checkTrustPolicy } from './check-trust-policy.ts';
import { FINDING_CODES, type FindingCode } from './finding.ts';

const json = z.record(z.string(), z.any());

const finding = z
  .object({
    code: z.enum(Object.keys(FINDING_CODES) as [FindingCode, ...FindingCode[]]),
    severity: z.enum(['error', 'warning']),
    message: z.string().meta({ description: 'What is wrong in this policy, in plain words.' }),
    path: z.string().meta({
      description:
        'Where, as Statement[1].Condition.StringLike["sts:ExternalId"]; empty for the whole document.',
    }),
    fix: z.string(),
    line: z.number().int().optional().meta({ description: 'From 1; only when the policy was sent as text.' }),
    column: z.number().int().optional(),
  })
  .meta({ id: 'PolicyFinding' });

const trustPolicyCheck = z
  .object({
    verdict: z.enum(['safe', 'unsafe', 'not_assumable', 'invalid']).meta({
      description:
        'What a verification would find: safe: verified; unsafe: a wrong external ID is let in; not_assumable: the right one is not. invalid: IAM would refuse the policy, and no probe was asked. Findings of severity error may go beyond a verdict of safe.',
    }),
    checks: z.array(check),
    findings: z.array(finding).meta({ description: 'Errors first, 50 at the most.' }),
    suggestedPolicy: json.meta({
      description:
        'A policy that passes this check. What is not about us is as it was; a policy without fault is returned unchanged.',
    }),
  })
  .meta({ id: 'TrustPolicyCheck' });

export function policyCheckRoutes(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/v1/tenants/:tenantId/trust-policy-checks',
    config: { access: 'connections:manage', policyAt: ['policy'] },
    schema: {
      summary: "Check a role's trust policy offline, with the probes of a verification",
      description:
        'AWS is not called, and nothing is changed. A policy that fails is an answer, not an error.',
      tags: ['Connections'],
      params: z.object({ tenantId }),
      body: z.strictObject({
        policy: z.union([json, z.array(z.any()), z.string().min(1, 'must not be empty')]).meta({
          description:
            'The trust policy: JSON, or its text as it was pasted, percent-encoded too; also the whole answer of `aws iam get-role`. Findings have lines only for a text.',
        }),
        profile: profileName.optional().meta({
          description:
            'Access profile that the role is for: what it marks sessions with has to be allowed too.',
        }),
      }),
      response: { 200: trustPolicyCheck, ...problems },
    },
    handler: async (request) => {
      const principal = principalOf(request);
      const { tenantId } = request.params;
      const { policy, profile = null } = request.body;
      assertTenantAccess(principal, tenantId);
      return onceAfter(deps, request, (deps) =>
        checkTrustPolicy(deps, { principal, tenantId, policy, profile }),
      );
    },
  });
}
