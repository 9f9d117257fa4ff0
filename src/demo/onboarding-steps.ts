import { type Actions, issueCredentials, type Tenant } from './actions.ts';
import type { Api } from './api-client.ts';
import { assertEqual, type RunStep } from './step.ts';

export const ALPHA_ACCOUNT = '111111111111';

/** The state after the customer Alpha was onboarded. */
export interface Onboarded {
  alpha: Tenant;
  beta: Tenant;
  mallory: Tenant;
  worker: Api;
  roleArn: string;
  connectionId: string;
}

export async function onboard(step: RunStep, actions: Actions): Promise<Onboarded> {
  const tenants = await createTenants(step, actions);
  const { alpha } = tenants;

  await step('Nobody can choose an external ID.', async () => {
    const input = { name: 'Eve', externalId: alpha.externalId };
    const { status, code } = await actions.admin.expectError('POST', '/v1/tenants', input);
    assertEqual(code, 'external_id_not_settable', 'the error code');
    return { message: `A request that contains an external ID is rejected: ${status} ${code}`, value: null };
  });

  const roleArn = await step(
    "Alpha creates an IAM role in its AWS account with the setup kit's trust policy.",
    async () => {
      const arn = await actions.createRole(ALPHA_ACCOUNT, await actions.readTrustPolicy(alpha));
      return { message: `The role ${arn} enforces Alpha's external ID`, value: arn };
    },
  );

  const connectionId = await step(
    "Countersign verifies that the role can be assumed only with Alpha's external ID.",
    async () => {
      const id = await actions.registerRole(alpha, roleArn);
      const { outcome, explanation } = await actions.verify(alpha, id);
      assertEqual(outcome, 'verified', 'the outcome');
      return { message: `${outcome}: ${explanation}`, value: id };
    },
  );

  const worker = await step("A worker gets credentials for Alpha's role and uses them.", async () => {
    const api = await actions.createWorker();
    const { account, arn } = await actions.getCallerIdentity(
      await issueCredentials(api, alpha, connectionId),
    );
    assertEqual(account, ALPHA_ACCOUNT, 'the account');
    return { message: `GetCallerIdentity returns ${arn}`, value: api };
  });

  return { ...tenants, worker, roleArn, connectionId };
}

function createTenants(
  step: RunStep,
  { createTenant }: Actions,
): Promise<Pick<Onboarded, 'alpha' | 'beta' | 'mallory'>> {
  return step(
    'The vendor creates three tenants. Countersign issues a different external ID to each.',
    async () => {
      const alpha = await createTenant('Alpha');
      const beta = await createTenant('Beta');
      const mallory = await createTenant('Mallory');
      const externalIds = [alpha, beta, mallory].map(({ externalId }) => externalId);
      assertEqual(new Set(externalIds).size, 3, 'the number of external IDs');
      return {
        message: [alpha, beta, mallory].map(({ name, externalId }) => `${name} ${externalId}`).join(', '),
        value: { alpha, beta, mallory },
      };
    },
  );
}
