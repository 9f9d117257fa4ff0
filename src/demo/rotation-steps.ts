import { type Actions, issueCredentials } from './actions.ts';
import { ALPHA_ACCOUNT, type Onboarded } from './onboarding-steps.ts';
import { assertEqual, type RunStep } from './step.ts';

/** Alpha's external ID is rotated while workers use the connection. */
export async function rotate(step: RunStep, actions: Actions, state: Onboarded): Promise<void> {
  const { alpha, worker, connectionId } = state;
  const rotationPath = `/v1/tenants/${alpha.id}/external-id/rotation`;

  const successor = await step(
    "The vendor rotates Alpha's external ID. During the rotation, the setup kit contains both IDs.",
    async () => {
      const { rotation } = await actions.admin.post<{ rotation: { externalId: string } }>(rotationPath);
      await actions.updateTrustPolicy(ALPHA_ACCOUNT, await actions.readTrustPolicy(alpha));
      await issueCredentials(worker, alpha, connectionId);
      return {
        message: `${alpha.externalId} and ${rotation.externalId}; the worker still gets credentials`,
        value: rotation.externalId,
      };
    },
  );

  await step(
    'The rotation completes only after the role was verified with the successor. The old ID is then retired.',
    async () => {
      const early = await actions.admin.expectError('POST', `${rotationPath}/complete`);
      assertEqual(early.code, 'rotation_incomplete', 'the error code');
      const { outcome } = await actions.verify(alpha, connectionId);
      assertEqual(outcome, 'verified', 'the outcome');
      const { externalId, retired } = await actions.admin.post<{
        externalId: string;
        retired: { externalId: string }[];
      }>(`${rotationPath}/complete`);
      assertEqual(externalId, successor, 'the current external ID');
      const { account } = await actions.getCallerIdentity(
        await issueCredentials(worker, alpha, connectionId),
      );
      assertEqual(account, ALPHA_ACCOUNT, 'the account');
      return {
        message: `${successor} is current; ${retired[0]?.externalId} is retired and never reused`,
        value: null,
      };
    },
  );
}
