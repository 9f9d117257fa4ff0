import fc from 'fast-check';
import type { BrokerPrincipal, VendorRoles } from './vendor-roles.ts';

const ACCOUNT = '012345670123';
export const CANARY_ACCOUNT = '099988880000';
export const EXTERNAL_ID = '0b6c1f0e-5d1c-4a53-9d3f-2f6a8f5f9a01';

/** Roles of a vendor with a canary, with changes. YAML parsers may read the unquoted account ID as an octal number. */
export function createVendorRoles(changes: Partial<VendorRoles> = {}): VendorRoles {
  return {
    partition: 'aws',
    accountId: ACCOUNT,
    otherOwnAccountIds: [],
    broker: { path: '/', name: 'Broker', principal: { type: 'service', service: 'ec2.amazonaws.com' } },
    customerRoles: ['/CountersignAccess'],
    sessionAttributes: { sessionTags: false, sourceIdentity: false },
    brokerAttributes: { sessionTags: false, sourceIdentity: false },
    canary: { accountId: CANARY_ACCOUNT, path: '/', name: 'CountersignCanary', externalId: EXTERNAL_ID },
    ...changes,
  };
}

const attributes = fc.record({ sessionTags: fc.boolean(), sourceIdentity: fc.boolean() });
const roleName = fc.stringMatching(/^[\w+=,.@-]{1,20}$/);
const rolePath = fc.array(roleName, { maxLength: 2 }).map((parts) => ['', ...parts, ''].join('/'));
const accountId = fc.stringMatching(/^[0-9]{12}$/);

/** Subjects of tokens are written by the identity provider, so they may have any character. */
const subject = fc.oneof(
  fc.constantFrom(
    'system:serviceaccount:a:b',
    `\${aws:username}`,
    '"; rm -rf /',
    "it's",
    '%{ if true }',
    '{{x}}',
  ),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
);

const principal: fc.Arbitrary<BrokerPrincipal> = fc.oneof(
  fc.record({
    type: fc.constant('service' as const),
    service: fc.constantFrom('ec2.amazonaws.com', 'ecs-tasks.amazonaws.com', 'pods.eks.amazonaws.com'),
  }),
  fc.record({ type: fc.constant('arn' as const), arn: fc.constant(`arn:aws:iam::${ACCOUNT}:role/a/$b`) }),
  fc.record({
    type: fc.constant('oidc' as const),
    providerArn: fc.constant(`arn:aws:iam::${ACCOUNT}:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A1`),
    subject: subject.filter((text) => !text.includes('{{resolve:')),
    audience: fc.constant('sts.amazonaws.com'),
  }),
);

export const anyVendorRoles: fc.Arbitrary<VendorRoles> = fc
  .record({
    partition: fc.constantFrom('aws', 'aws-cn', 'aws-us-gov', 'aws-iso-b'),
    accountId,
    otherOwnAccountIds: fc.array(accountId, { maxLength: 3 }),
    broker: fc.record({ path: rolePath, name: roleName, principal }),
    customerRoles: fc.uniqueArray(
      fc.oneof(
        fc.tuple(rolePath, roleName).map(([path, name]) => path + name),
        fc.constant('/*'),
      ),
      { minLength: 1, maxLength: 4 },
    ),
    sessionAttributes: attributes,
    brokerAttributes: attributes,
    canary: fc.option(
      fc.record({ accountId, path: rolePath, name: roleName, externalId: fc.constant(EXTERNAL_ID) }),
    ),
  })
  .filter(
    ({ accountId, canary, customerRoles }) =>
      canary === null ||
      (canary.accountId !== accountId && !customerRoles.includes(canary.path + canary.name)),
  )
  .map((roles) => ({ ...roles, customerRoles: roles.customerRoles as [string, ...string[]] }));
