import { type Actions, credentialsPath } from './actions.ts';
import { ALPHA_ACCOUNT, type Onboarded } from './onboarding-steps.ts';
import { assertEqual, type RunStep } from './step.ts';

const AUDITED_ACTIONS = [
  'tenant.created',
  'connection.verified',
  'credentials.issued',
  'rotation.completed',
  'connection.degraded',
];

/** Alpha's role stops enforcing the external ID; then the audit log is read. */
export async function breakRole(step: RunStep, actions: Actions, state: Onboarded): Promise<void> {
  const { alpha, mallory, worker, connectionId } = state;

  await step(
    'Alpha removes the external ID condition from its role. The next verification stops the connection.',
    async () => {
      await actions.updateTrustPolicy(ALPHA_ACCOUNT, actions.policyWithoutCondition());
      const { outcome } = await actions.verify(alpha, connectionId);
      assertEqual(outcome, 'external_id_not_enforced', 'the outcome');
      const { status, code } = await worker.expectError('POST', credentialsPath(alpha, connectionId));
      assertEqual(code, 'connection_not_verified', 'the error code');
      return {
        message: `${outcome}; a request for credentials returns ${status} ${code}, although some were cached`,
        value: null,
      };
    },
  );

  await step('AWS itself denies an external ID that does not match the trust policy.', async () => {
    await actions.updateTrustPolicy(ALPHA_ACCOUNT, await actions.readTrustPolicy(alpha));
    const result = await actions.assumeRoleAsVendor(state.roleArn, mallory.externalId);
    assertEqual(result, 'AccessDenied', 'the result of AssumeRole');
    return { message: `AssumeRole with Mallory's external ID returns ${result}`, value: null };
  });

  await step('The audit log contains all of this, with a hash chain for each tenant.', async () => {
    const path = `/v1/audit-events?tenantId=${alpha.id}&limit=200`;
    const { data } = await actions.admin.get<{ data: { action: string }[] }>(path);
    for (const action of AUDITED_ACTIONS) {
      if (!data.some((event) => event.action === action)) throw new Error(`There is no event ${action}.`);
    }
    return { message: `${data.length} events of Alpha: ${AUDITED_ACTIONS.join(', ')} and more`, value: null };
  });
}
