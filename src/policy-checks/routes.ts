import { z } from 'zod';
import { policyDocument } from '../aws/iam-schemas.ts';
import { partitionName } from '../broker/partition.ts';
import { checkSchema } from '../connections/connection-schema.ts';
import type { Deps } from '../deps.ts';
import type { App } from '../http/app-type.ts';
import { assertTenantAccess, principalOf } from '../http/authorize.ts';
import { idempotentOutsideTransaction } from '../http/idempotency/idempotent.ts';
import { PATTERNS, profileName, tenantId } from '../http/schemas.ts';
import { checkTrustPolicy } from './check-trust-policy.ts';
import { CATALOGUE, type FindingCode } from './findings/catalogue/catalogue.ts';

const VENDOR = 'arn:aws:iam::999988887777:root';
const examplePolicy = (condition: object) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: VENDOR }, Action: 'sts:AssumeRole', ...condition }],
});

const finding = z
  .object({
    code: z.enum(Object.keys(CATALOGUE) as [FindingCode, ...FindingCode[]]),
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
    verdict: z.enum(['safe', 'unsafe', 'not_assumable', 'undetermined', 'invalid']).meta({
      description:
        'What a verification would find. safe: the role would be verified. unsafe: the role can be assumed without the correct external ID. not_assumable: the role cannot be assumed with the correct external ID. undetermined: it depends on something that cannot be known without calling AWS. invalid: IAM would reject the policy, so no probe was run. A safe policy may still have findings of severity error.',
    }),
    checks: z.array(checkSchema),
    findings: z.array(finding).meta({ description: 'Errors first; at most 50.' }),
    suggestedChange: z.enum(['none', 'replace_policy', 'add_statement']).meta({
      description:
        'What to do with the suggested policy. none: the policy is right as it is. replace_policy: put the suggested policy in its place. add_statement: add the statement of the suggested policy to what the role has, and replace nothing, because the role may have statements that would be lost.',
    }),
    suggestedPolicy: policyDocument.meta({
      description:
        'A policy that passes this check. With replace_policy, it has all statements for others unchanged. With add_statement, it has only the statement for the vendor. A policy that is right is returned as it was sent.',
    }),
    suggestedSources: z
      .object({ terraform: z.string(), cloudFormation: z.string() })
      .meta({ description: 'The suggested policy as Terraform, and as CloudFormation in YAML.' }),
  })
  .meta({
    id: 'TrustPolicyCheck',
    description: 'What the check found, and a policy that passes it.',
    examples: [
      {
        verdict: 'unsafe',
        checks: [
          { probe: 'correct', expected: 'allowed', observed: 'allowed' },
          { probe: 'missing', expected: 'denied', observed: 'allowed' },
        ],
        findings: [
          {
            code: 'external_id_not_demanded',
            severity: 'error',
            message: 'The statement allows the vendor without an external ID.',
            path: 'Statement[0]',
            fix: 'Add the condition of the suggested policy.',
          },
        ],
        suggestedChange: 'replace_policy',
        suggestedPolicy: examplePolicy({
          Condition: { StringEquals: { 'sts:ExternalId': '1f0c9b52-6d0e-4c0b-9a55-3c1b7a2e9d44' } },
        }),
        suggestedSources: {
          terraform: 'assume_role_policy = jsonencode({…})',
          cloudFormation: 'AssumeRolePolicyDocument: …',
        },
      },
    ],
  });

const checkTrustPolicyRequest = z
  .strictObject({
    policy: z
      .union([
        policyDocument,
        z.array(z.unknown()),
        z.string().min(1, 'must not be empty').meta(PATTERNS.text),
      ])
      .meta({
        description:
          'The trust policy as JSON or as text: JSON, YAML or Terraform, which may be percent-encoded. It may be inside other output, such as that of `aws iam get-role` or a CloudFormation template. Findings have line numbers only if the policy was sent as text.',
        'x-go-type': 'any',
      }),
    profile: profileName.optional().meta({
      description:
        'The access profile that the role is for. The policy must also allow the session tags or source identity that it sets.',
    }),
    partition: partitionName.optional().meta({
      description: "AWS partition of the role. Default: the vendor's main partition.",
    }),
  })
  .meta({
    id: 'CheckTrustPolicyRequest',
    examples: [{ policy: examplePolicy({}) }],
  });

export function policyCheckRoutes(app: App, deps: Deps): void {
  app.route({
    method: 'POST',
    url: '/v1/tenants/:tenantId/trust-policy-checks',
    config: { access: 'connections:verify', policyMembers: ['policy'] },
    schema: {
      operationId: 'checkTrustPolicy',
      summary: "Check a role's trust policy offline, with the probes of a verification",
      description:
        'AWS is not called and nothing is changed. A policy that fails the check is a normal response, not an error.',
      tags: ['Connections'],
      params: z.object({ tenantId }),
      body: checkTrustPolicyRequest,
      response: { 200: trustPolicyCheck },
      problems: ['conflict', 'tenant_not_active', 'rate_limited'],
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
