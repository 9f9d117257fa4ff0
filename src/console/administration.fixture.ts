import type { TestService } from '../../test/harness/service.ts';
import { deliverDue, startReceiver } from '../webhooks/receiver.fixture.ts';

/** Creates something of each kind that admins manage. Returns the pages by the names of their screenshots. */
export async function createAdministration(service: TestService): Promise<Record<string, string>> {
  const { admin, deps } = service;
  const receiver = await startReceiver();
  const { body: webhook } = await admin.post('/v1/webhooks', {
    url: receiver.url,
    description: 'Alerts of the integrations team',
  });
  await admin.post('/v1/tenants', { name: 'Soylent Foods' });
  receiver.answer = ({ body }) =>
    body.type === 'tenant.created' ? { status: 204 } : { status: 500, body: '<html>Internal error</html>' };
  await deliverDue(service);
  await receiver.close();
  const { body: profile } = await admin.post('/v1/profiles', {
    name: 'read-only',
    description: 'Reads inventory and metrics.',
    managedPolicyArns: ['arn:aws:iam::aws:policy/SecurityAudit'],
    inlinePolicy: statement(['s3:GetBucketPolicy', 'ec2:Describe*']),
    sessionPolicy: statement(['ec2:Describe*']),
  });
  deps.config.workerIdentities.push({
    name: 'nightly',
    issuer: 'https://token.actions.githubusercontent.com',
    audience: 'https://countersign.example.com',
    claims: { repository_id: '74', ref: 'refs/heads/main' },
    tenantIds: 'any',
    profiles: ['read-only'],
  });
  await admin.post('/v1/token-revocations', { identity: 'nightly', issuedBefore: '2026-11-26T12:00:00Z' });
  return {
    rotations: '/console/rotations',
    audit: '/console/audit',
    webhooks: '/console/webhooks',
    'webhook-new': '/console/webhooks/new',
    webhook: `/console/webhooks/${webhook.id}`,
    profiles: '/console/profiles',
    'profile-new': '/console/profiles/new',
    profile: `/console/profiles/${profile.id}`,
    'api-keys': '/console/api-keys',
    'api-key-new': '/console/api-keys/new',
    workers: '/console/workers',
    sessions: '/console/sessions',
  };
}

const statement = (actions: string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
});
