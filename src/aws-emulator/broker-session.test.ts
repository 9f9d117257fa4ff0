import { CreateRoleCommand, DeleteRoleCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BROKER_ROLE_NAME, brokerRoleArn } from './broker-session.ts';
import { createClients, toCredentials, VENDOR } from './emulator.fixture.ts';
import { assumeRole, type StsEnvironment, startStsEnvironment } from './sts/sts.fixture.ts';

const BROKER = { partition: 'aws', accountId: VENDOR };
const TAGS = { ...BROKER, passesOn: { sessionTags: true, sourceIdentity: false } };
const SOURCE_IDENTITY = { ...BROKER, passesOn: { sessionTags: false, sourceIdentity: true } };

let environment: StsEnvironment;
/** They retry once, because the SDK sets its clock by the first response. */
const clients = (broker = BROKER) =>
  createClients(environment.emulator, environment.emulator.openBrokerSession(broker), { maxAttempts: 2 });
const trusting = (action: string[], condition: object = {}) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { AWS: VENDOR }, Action: action, Condition: condition },
  });

beforeEach(async () => {
  environment = await startStsEnvironment();
});
afterEach(() => environment.emulator.close());

it('is a session of the role CountersignBroker, which does not end', async () => {
  const { sts } = clients();
  const narrowed = { StringEquals: { 'aws:PrincipalArn': brokerRoleArn(BROKER) } };
  await environment.createCustomerRole(trusting(['sts:AssumeRole'], narrowed));
  environment.clock.advance(400 * 24 * 3600);
  await expect(sts.send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({
    Account: VENDOR,
    Arn: `arn:aws:sts::${VENDOR}:assumed-role/${BROKER_ROLE_NAME}/countersign`,
  });
  await expect(sts.send(assumeRole())).resolves.toBeDefined();
});

it('becomes invalid when the role is deleted, as in AWS', async () => {
  const { sts } = clients();
  await environment.vendor.iam.send(new DeleteRoleCommand({ RoleName: BROKER_ROLE_NAME }));
  await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
    name: 'InvalidClientTokenId',
  });
  await expect(clients().sts.send(new GetCallerIdentityCommand({}))).resolves.toBeDefined();
});

it('with session tags assumes only roles that allow sts:TagSession, and passes the tags on', async () => {
  const { sts } = clients(TAGS);
  await environment.createCustomerRole(trusting(['sts:AssumeRole']));
  await expect(sts.send(assumeRole())).rejects.toThrow('not authorized to perform: sts:TagSession');
  await environment.customer.iam.send(new DeleteRoleCommand({ RoleName: 'Countersign' }));
  const byTag = { StringEquals: { 'aws:PrincipalTag/kubernetes-namespace': 'countersign' } };
  await environment.createCustomerRole(trusting(['sts:AssumeRole', 'sts:TagSession'], byTag));
  const { Credentials } = await sts.send(assumeRole());

  const next = JSON.parse(trusting(['sts:AssumeRole', 'sts:TagSession'], byTag));
  next.Statement.Principal.AWS = '111122223333';
  await environment.customer.iam.send(
    new CreateRoleCommand({ RoleName: 'Next', AssumeRolePolicyDocument: JSON.stringify(next) }),
  );
  const chained = createClients(environment.emulator, toCredentials(Credentials));
  const RoleArn = 'arn:aws:iam::111122223333:role/Next';
  await expect(chained.sts.send(assumeRole({ RoleArn }))).resolves.toBeDefined();
});

it('with a source identity assumes only roles that allow sts:SetSourceIdentity, and cannot change it', async () => {
  const { sts } = clients(SOURCE_IDENTITY);
  await environment.createCustomerRole(trusting(['sts:AssumeRole']));
  await expect(sts.send(assumeRole())).rejects.toThrow('not authorized to perform: sts:SetSourceIdentity');
  await environment.customer.iam.send(new DeleteRoleCommand({ RoleName: 'Countersign' }));
  const byIdentity = { StringEquals: { 'sts:SourceIdentity': 'countersign' } };
  await environment.createCustomerRole(trusting(['sts:AssumeRole', 'sts:SetSourceIdentity'], byIdentity));
  await expect(sts.send(assumeRole())).resolves.toMatchObject({ SourceIdentity: 'countersign' });
  await expect(sts.send(assumeRole({ SourceIdentity: 'worker' }))).rejects.toMatchObject({
    name: 'AccessDenied',
  });
});
