import { AwsCallError, callAws, rootOf } from '../aws-emulator/aws-query.ts';
import { type Api, apiClient } from './api-client.ts';

export interface Stage {
  api: string;
  aws: string;
  adminKey: string;
  vendorAccountId: string;
  say: (line: string) => void;
}

interface Tenant {
  id: string;
  name: string;
  externalId: string;
}

interface Verification {
  outcome: string;
  explanation: string;
}

interface Drawn {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  sessionName: string;
}

const ALPHA = '111111111111';
const BETA = '222222222222';

/**
 * Plays the story, step by step. Each step says what it shows, and fails if it did not come about.
 * @returns the exit code: 0 only if every step did what it says
 */
export async function playDemo(stage: Stage): Promise<number> {
  const admin = apiClient(stage.api, stage.adminKey);
  const steps = story(stage, admin);
  let number = 0;
  for (const [title, play] of steps) {
    number++;
    try {
      const shown = await play();
      stage.say(`\n${number}. ${title}\n   ✓ ${shown}`);
    } catch (error) {
      stage.say(`\n${number}. ${title}\n   ✗ ${error instanceof Error ? error.message : error}`);
      stage.say('\nThe demo failed at this step.');
      return 1;
    }
  }
  stage.say(`\nAll ${number} steps did what they say.`);
  return 0;
}

function story(stage: Stage, admin: Api): [string, () => Promise<string>][] {
  let alpha: Tenant;
  let beta: Tenant;
  let mallory: Tenant;
  let alphaConnection: string;
  let malloryConnection: string;
  let worker: Api;
  let successor: string;
  const alphaRole = `arn:aws:iam::${ALPHA}:role/CountersignAccess`;

  const iam = (account: string, action: string, parameters: Record<string, string>) =>
    callAws({ endpoint: stage.aws, credentials: rootOf(account), service: 'iam', action, parameters });
  const trustPolicyOf = async (tenant: Tenant) =>
    JSON.stringify((await admin.get<{ trustPolicy: object }>(`/v1/tenants/${tenant.id}/setup`)).trustPolicy);
  const createTenant = (name: string) => admin.post<Tenant>('/v1/tenants', { name });
  const register = async (tenant: Tenant, roleArn: string) =>
    (await admin.post<{ id: string }>(`/v1/tenants/${tenant.id}/connections`, { roleArn })).id;
  const verify = (tenant: Tenant, connection: string) =>
    admin.post<Verification>(`/v1/tenants/${tenant.id}/connections/${connection}/verification`);
  const draw = (tenant: Tenant, connection: string) =>
    worker.post<Drawn>(`/v1/tenants/${tenant.id}/connections/${connection}/credentials`, { purpose: 'demo' });
  const whoIs = async (drawn: Drawn) => {
    const element = await callAws({
      endpoint: stage.aws,
      credentials: drawn,
      service: 'sts',
      action: 'GetCallerIdentity',
    });
    return { account: element('Account'), arn: element('Arn') };
  };

  return [
    [
      'The vendor creates three tenants; each is issued an external ID of its own',
      async () => {
        [alpha, beta, mallory] = [
          await createTenant('Alpha'),
          await createTenant('Beta'),
          await createTenant('Mallory'),
        ];
        expect(
          new Set([alpha.externalId, beta.externalId, mallory.externalId]).size === 3,
          'the IDs are not distinct',
        );
        return `Alpha ${alpha.externalId}, Beta ${beta.externalId}, Mallory ${mallory.externalId}`;
      },
    ],
    [
      'Nobody can choose an external ID',
      async () => {
        const refusal = await admin.refusal('POST', '/v1/tenants', {
          name: 'Eve',
          externalId: alpha.externalId,
        });
        expect(refusal.code === 'external_id_not_settable', `the answer was ${refusal.code}`);
        return `A request that carries one is refused: ${refusal.code}`;
      },
    ],
    [
      "Alpha creates the role in its AWS account with the setup kit's trust policy",
      async () => {
        await iam(ALPHA, 'CreateRole', {
          RoleName: 'CountersignAccess',
          AssumeRolePolicyDocument: await trustPolicyOf(alpha),
        });
        return `${alphaRole} demands Alpha's ID`;
      },
    ],
    [
      'Countersign proves that the role admits us with Alpha’s ID, and nobody without it',
      async () => {
        alphaConnection = await register(alpha, alphaRole);
        const { outcome, explanation } = await verify(alpha, alphaConnection);
        expect(outcome === 'verified', `the outcome was ${outcome}: ${explanation}`);
        return explanation;
      },
    ],
    [
      "A worker draws credentials and works in Alpha's account with them",
      async () => {
        const { key } = await admin.post<{ key: string }>('/v1/api-keys', {
          name: 'demo worker',
          role: 'worker',
        });
        worker = apiClient(stage.api, key);
        const drawn = await draw(alpha, alphaConnection);
        const identity = await whoIs(drawn);
        expect(identity.account === ALPHA, `the credentials belong to ${identity.account}`);
        return `AWS says that they belong to ${identity.arn}`;
      },
    ],
    [
      "Mallory, a customer too, registers Alpha's role as its own: the confused deputy",
      async () => {
        malloryConnection = await register(mallory, alphaRole);
        const { outcome, explanation } = await verify(mallory, malloryConnection);
        expect(outcome === 'not_assumable', `the outcome was ${outcome}`);
        return `Verification says ${outcome}. ${explanation}`;
      },
    ],
    [
      'Mallory’s connection gives no credentials',
      async () => {
        const path = `/v1/tenants/${mallory.id}/connections/${malloryConnection}/credentials`;
        const refusal = await worker.refusal('POST', path);
        expect(refusal.code === 'connection_not_verified', `the answer was ${refusal.code}`);
        return `${refusal.status} ${refusal.code}`;
      },
    ],
    [
      "Mallory asks for Alpha's connection under its own name",
      async () => {
        const path = `/v1/tenants/${mallory.id}/connections/${alphaConnection}/credentials`;
        const refusal = await worker.refusal('POST', path);
        expect(refusal.code === 'not_found', `the answer was ${refusal.code}`);
        return `${refusal.status} ${refusal.code}: as if it did not exist`;
      },
    ],
    [
      'Beta creates a role that anybody at the vendor can open, and it is refused',
      async () => {
        const Principal = { AWS: `arn:aws:iam::${stage.vendorAccountId}:root` };
        const open = {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }],
        };
        await iam(BETA, 'CreateRole', { RoleName: 'Open', AssumeRolePolicyDocument: JSON.stringify(open) });
        const connection = await register(beta, `arn:aws:iam::${BETA}:role/Open`);
        const { outcome, explanation } = await verify(beta, connection);
        expect(outcome === 'external_id_not_enforced', `the outcome was ${outcome}`);
        return explanation;
      },
    ],
    [
      "Alpha's external ID is rotated while it works: both IDs are in the kit",
      async () => {
        const path = `/v1/tenants/${alpha.id}/external-id/rotation`;
        const started = await admin.post<{ rotation: { externalId: string } }>(path);
        successor = started.rotation.externalId;
        await iam(ALPHA, 'UpdateAssumeRolePolicy', {
          RoleName: 'CountersignAccess',
          PolicyDocument: await trustPolicyOf(alpha),
        });
        await draw(alpha, alphaConnection);
        return `${alpha.externalId} and ${successor}; credentials are drawn as before`;
      },
    ],
    [
      'The connection moves once its role is proven with the successor, and the old ID is retired',
      async () => {
        const incomplete = await admin.refusal(
          'POST',
          `/v1/tenants/${alpha.id}/external-id/rotation/complete`,
        );
        expect(incomplete.code === 'rotation_incomplete', `completing too early answered ${incomplete.code}`);
        const { outcome } = await verify(alpha, alphaConnection);
        expect(outcome === 'verified', `the outcome was ${outcome}`);
        const done = await admin.post<{ externalId: string; retired: { externalId: string }[] }>(
          `/v1/tenants/${alpha.id}/external-id/rotation/complete`,
        );
        expect(done.externalId === successor, 'the successor is not in force');
        const identity = await whoIs(await draw(alpha, alphaConnection));
        expect(identity.account === ALPHA, 'the credentials belong to another account');
        return `${successor} is in force; ${done.retired[0]?.externalId} is a tombstone`;
      },
    ],
    [
      'Alpha removes the condition from its role: at the next check it is served no more',
      async () => {
        const Principal = { AWS: `arn:aws:iam::${stage.vendorAccountId}:root` };
        const open = {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }],
        };
        await iam(ALPHA, 'UpdateAssumeRolePolicy', {
          RoleName: 'CountersignAccess',
          PolicyDocument: JSON.stringify(open),
        });
        const { outcome } = await verify(alpha, alphaConnection);
        expect(outcome === 'external_id_not_enforced', `the outcome was ${outcome}`);
        const path = `/v1/tenants/${alpha.id}/connections/${alphaConnection}/credentials`;
        const refusal = await worker.refusal('POST', path);
        expect(refusal.code === 'connection_not_verified', `the answer was ${refusal.code}`);
        return `${outcome}; credentials: ${refusal.status} ${refusal.code}, though some were cached`;
      },
    ],
    [
      'AWS itself refuses an external ID that is not the one of the role',
      async () => {
        await iam(ALPHA, 'UpdateAssumeRolePolicy', {
          RoleName: 'CountersignAccess',
          PolicyDocument: await trustPolicyOf(alpha),
        });
        const code = await callAws({
          endpoint: stage.aws,
          credentials: rootOf(stage.vendorAccountId),
          service: 'sts',
          action: 'AssumeRole',
          parameters: { RoleArn: alphaRole, RoleSessionName: 'demo', ExternalId: mallory.externalId },
        }).then(
          () => 'it was admitted',
          (error: unknown) => (error instanceof AwsCallError ? error.code : String(error)),
        );
        expect(code === 'AccessDenied', `AWS answered: ${code}`);
        return `${code} for Mallory's ID`;
      },
    ],
    [
      'Everything is in the audit log, each tenant in a hash chain of its own',
      async () => {
        const { data } = await admin.get<{ data: { action: string }[] }>(
          `/v1/audit-events?tenantId=${alpha.id}&limit=200`,
        );
        const actions = new Set(data.map((event) => event.action));
        for (const action of [
          'tenant.created',
          'connection.verified',
          'credentials.issued',
          'rotation.completed',
          'connection.degraded',
        ]) {
          expect(actions.has(action), `there is no ${action} in it`);
        }
        return `${data.length} events of Alpha, from tenant.created to connection.degraded`;
      },
    ],
  ];
}

function expect(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(`Not as it should be: ${otherwise}`);
}
