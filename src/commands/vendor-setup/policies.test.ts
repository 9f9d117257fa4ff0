import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRoleArn } from '../../aws/arn.ts';
import { brokerTrustPolicy, canaryTrustPolicy, identityPolicy, type PolicyDocument } from './policies.ts';
import { anyVendorRoles, CANARY_ACCOUNT, createVendorRoles, EXTERNAL_ID } from './vendor-roles.fixture.ts';
import { assertVendorRoles, brokerRoleArn, canaryRoleArn, type VendorRoles } from './vendor-roles.ts';

const list = (value: string | string[] | undefined): string[] => [value ?? []].flat();

/** Evaluates an identity policy as IAM does, for policies that have no condition and `*` as their only wildcard. */
function isAllowed(policy: PolicyDocument, action: string, resource: string): boolean {
  const matches = (pattern: string): boolean => {
    const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`).test(resource);
  };
  const effects = policy.Statement.filter(
    (statement) => list(statement.Action).includes(action) && list(statement.Resource).some(matches),
  ).map(({ Effect }) => Effect);
  return effects.includes('Allow') && !effects.includes('Deny');
}

const customerRole = ({ partition, customerRoles }: VendorRoles, accountId: string): string =>
  `arn:${partition}:iam::${accountId}:role${customerRoles[0].replace('*', 'Anything')}`;

describe('the identity policy', () => {
  test('allows the role of any customer, denies it in the own accounts, and allows the canary role', () => {
    fc.assert(
      fc.property(anyVendorRoles, fc.stringMatching(/^[0-9]{12}$/), (roles, customer) => {
        const policy = identityPolicy(roles);
        const own = [roles.accountId, ...roles.otherOwnAccountIds];
        const isOwn = own.includes(customer) || customer === roles.canary?.accountId;
        if (!isOwn) expect(isAllowed(policy, 'sts:AssumeRole', customerRole(roles, customer))).toBe(true);
        for (const id of own.filter((id) => id !== roles.canary?.accountId))
          expect(isAllowed(policy, 'sts:AssumeRole', customerRole(roles, id))).toBe(false);
        if (roles.canary)
          expect(isAllowed(policy, 'sts:AssumeRole', canaryRoleArn(roles, roles.canary))).toBe(true);
      }),
    );
  });

  test('allows nothing but what the roles need', () => {
    const policy = identityPolicy(createVendorRoles());
    expect(policy.Statement.flatMap(({ Action }) => list(Action))).toEqual([
      'sts:AssumeRole',
      'sts:AssumeRole',
      'sts:AssumeRole',
    ]);
    for (const other of [
      'arn:aws:iam::111122223333:role/Admin',
      'arn:aws:iam::111122223333:role/x/CountersignAccess',
      'arn:aws-cn:iam::111122223333:role/CountersignAccess',
      `arn:aws:iam::${CANARY_ACCOUNT}:role/Admin`,
      `arn:aws:iam::${CANARY_ACCOUNT}:role/CountersignAccess`,
    ])
      expect(isAllowed(policy, 'sts:AssumeRole', other), other).toBe(false);
  });

  test.each([
    [{ sessionTags: true, sourceIdentity: false }, ['sts:AssumeRole', 'sts:TagSession']],
    [{ sessionTags: false, sourceIdentity: true }, ['sts:AssumeRole', 'sts:SetSourceIdentity']],
  ])('allows session attributes only when they are used: %j', (sessionAttributes, actions) => {
    const [customers, canary] = identityPolicy(createVendorRoles({ sessionAttributes })).Statement;
    expect(customers?.Action).toEqual(actions);
    expect(canary?.Action).toBe('sts:AssumeRole');
  });

  test('denies every role of the own accounts by name of the account', () => {
    const roles = createVendorRoles({ otherOwnAccountIds: ['111122223333'], canary: null });
    expect(identityPolicy(roles).Statement.at(-1)).toEqual({
      Sid: 'NeverAssumeOwnRoles',
      Effect: 'Deny',
      Action: 'sts:AssumeRole',
      Resource: ['arn:aws:iam::012345670123:role/*', 'arn:aws:iam::111122223333:role/*'],
    });
  });
});

describe('the trust policy', () => {
  test('of the canary role requires its external ID and the broker role', () => {
    const roles = createVendorRoles({ brokerAttributes: { sessionTags: true, sourceIdentity: false } });
    if (!roles.canary) throw new Error('no canary');
    expect(canaryTrustPolicy(roles, roles.canary).Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::012345670123:root' },
        Action: ['sts:AssumeRole', 'sts:TagSession'],
        Condition: {
          StringEquals: {
            'sts:ExternalId': EXTERNAL_ID,
            'aws:PrincipalArn': 'arn:aws:iam::012345670123:role/Broker',
          },
        },
      },
    ]);
  });

  test('of the broker role allows the session tags of EKS Pod Identity, and limits ECS to the own account', () => {
    const trust = (service: string) =>
      brokerTrustPolicy(
        createVendorRoles({ broker: { path: '/', name: 'B', principal: { type: 'service', service } } }),
      ).Statement[0];
    expect(trust('pods.eks.amazonaws.com')?.Action).toEqual(['sts:AssumeRole', 'sts:TagSession']);
    expect(trust('ecs-tasks.amazonaws.com')?.Condition).toEqual({
      StringEquals: { 'aws:SourceAccount': '012345670123' },
    });
  });

  test('of the broker role for a web identity requires subject and audience', () => {
    const providerArn = 'arn:aws:iam::012345670123:oidc-provider/oidc.example.com/id/1';
    const principal = {
      type: 'oidc',
      providerArn,
      subject: 'system:serviceaccount:a:b',
      audience: 'aud',
    } as const;
    expect(
      brokerTrustPolicy(createVendorRoles({ broker: { path: '/', name: 'B', principal } })).Statement,
    ).toEqual([
      {
        Effect: 'Allow',
        Principal: { Federated: providerArn },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: {
            'oidc.example.com/id/1:sub': 'system:serviceaccount:a:b',
            'oidc.example.com/id/1:aud': 'aud',
          },
        },
      },
    ]);
  });
});

test('all role ARNs are ARNs of IAM roles', () => {
  fc.assert(
    fc.property(anyVendorRoles, (roles) => {
      assertVendorRoles(roles);
      expect(parseRoleArn(brokerRoleArn(roles))).toMatchObject({
        accountId: roles.accountId,
        path: roles.broker.path,
      });
    }),
  );
});

test.each<[string, Partial<VendorRoles>]>([
  ['a canary in the account of the broker', { accountId: CANARY_ACCOUNT }],
  ['a canary with the name of a customer role', { customerRoles: ['/CountersignCanary'] }],
  ['a customer role with a pattern in its path', { customerRoles: ['/a*/Access'] }],
  ['an account without 12 digits', { otherOwnAccountIds: ['*'] }],
])('%s is rejected', (_, changes) => {
  expect(() => assertVendorRoles(createVendorRoles(changes))).toThrow(TypeError);
});
