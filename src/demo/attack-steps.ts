import { type Actions, credentialsPath } from './actions.ts';
import type { Onboarded } from './onboarding-steps.ts';
import { assertEqual, type RunStep } from './step.ts';

const BETA_ACCOUNT = '222222222222';

/** Mallory attacks Alpha, and Beta creates an unsafe role. */
export async function attack(step: RunStep, actions: Actions, state: Onboarded): Promise<void> {
  const { beta, mallory, worker } = state;

  const malloryConnectionId = await step(
    "Mallory, another customer, registers Alpha's role as its own: the confused deputy attack.",
    async () => {
      const id = await actions.registerRole(mallory, state.roleArn);
      const { outcome, explanation } = await actions.verify(mallory, id);
      assertEqual(outcome, 'not_assumable', 'the outcome');
      return { message: `${outcome}: ${explanation}`, value: id };
    },
  );

  await step("A worker requests credentials for Mallory's connection.", async () => {
    const path = credentialsPath(mallory, malloryConnectionId);
    const { status, code } = await worker.expectError('POST', path);
    assertEqual(code, 'connection_not_verified', 'the error code');
    return { message: `${status} ${code}`, value: null };
  });

  await step("A worker requests credentials for Alpha's connection under Mallory's tenant.", async () => {
    const path = credentialsPath(mallory, state.connectionId);
    const { status, code } = await worker.expectError('POST', path);
    assertEqual(code, 'not_found', 'the error code');
    return { message: `${status} ${code}, as for a connection that does not exist`, value: null };
  });

  await step('Beta registers a role that can be assumed without an external ID.', async () => {
    const roleArn = await actions.createRole(BETA_ACCOUNT, actions.policyWithoutCondition());
    const id = await actions.registerRole(beta, roleArn);
    const { outcome, explanation } = await actions.verify(beta, id);
    assertEqual(outcome, 'external_id_not_enforced', 'the outcome');
    return { message: `${outcome}: ${explanation}`, value: null };
  });
}
