import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderArtifact } from './artifacts/artifacts.ts';
import {
  adversarialArgument,
  adversarialKit,
  CURRENT,
  createSetupKit,
  SUCCESSOR,
} from './setup-kit.fixture.ts';
import { buildTrustPolicy } from './trust-policy-document.ts';

/** Replaces variables in a StringEquals value as IAM does ("IAM policy elements: Variables and tags"). */
function replaceVariables(value: string): string {
  return value.replace(/\$\{([^}]*)\}/g, (_, name: string) => {
    if (name !== '$') throw new Error(`a variable of IAM: ${name}`);
    return name;
  });
}

describe('the trust policy', () => {
  test('trusts only the vendor account, and only with the external ID', () => {
    expect(buildTrustPolicy(createSetupKit())).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::012345670123:root' },
          Action: 'sts:AssumeRole',
          Condition: { StringEquals: { 'sts:ExternalId': CURRENT } },
        },
      ],
    });
  });

  test('contains the partition of the vendor account', () => {
    const { Statement } = buildTrustPolicy(createSetupKit({ vendor: { partition: 'aws-us-gov' } }));
    expect(Statement[0].Principal.AWS).toBe('arn:aws-us-gov:iam::012345670123:root');
  });

  test('lists both external IDs during a rotation, the current one first', () => {
    const { Statement } = buildTrustPolicy(createSetupKit({ externalIds: [CURRENT, SUCCESSOR] }));
    expect(Statement[0].Condition.StringEquals['sts:ExternalId']).toEqual([CURRENT, SUCCESSOR]);
  });

  test.each([
    [{}, 'sts:AssumeRole'],
    [{ sessionTags: true }, ['sts:AssumeRole', 'sts:TagSession']],
    [{ sourceIdentity: true }, ['sts:AssumeRole', 'sts:SetSourceIdentity']],
    [
      { sessionTags: true, sourceIdentity: true },
      ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
    ],
  ])(
    'allows the actions for %o in the statement that requires the external ID',
    (sessionAttributes, actions) => {
      const { Statement } = buildTrustPolicy(createSetupKit({ sessionAttributes }));
      expect(Statement).toHaveLength(1);
      expect(Statement[0].Action).toEqual(actions);
      expect(Statement[0].Condition.StringEquals['sts:ExternalId']).toBe(CURRENT);
    },
  );

  test('trusts only the broker role if there is one', () => {
    const brokerRoleArn = 'arn:aws:iam::012345670123:role/broker';
    const { Statement } = buildTrustPolicy(createSetupKit({ vendor: { brokerRoleArn } }));
    expect(Statement[0].Condition).toEqual({
      StringEquals: { 'sts:ExternalId': CURRENT, 'aws:PrincipalArn': brokerRoleArn },
    });
  });

  test('trusts exactly the broker role, whatever characters its path contains', () => {
    fc.assert(
      fc.property(adversarialArgument, (path) => {
        const brokerRoleArn = `arn:aws:iam::012345670123:role/${path}/broker`;
        const { StringEquals } = buildTrustPolicy(createSetupKit({ vendor: { brokerRoleArn } })).Statement[0]
          .Condition;
        expect(replaceVariables(StringEquals['aws:PrincipalArn'] ?? '')).toBe(brokerRoleArn);
      }),
    );
  });

  test.each([
    ['no external ID', []],
    ['an empty external ID', ['']],
    ['a wildcard', ['*']],
    ['a variable', [`\${sts:ExternalId}`]],
    ['an uppercase external ID', [CURRENT.toUpperCase()]],
    ['an external ID with a trailing line break', [`${CURRENT}\n`]],
    ['a valid and an empty external ID', [CURRENT, '']],
    ['three external IDs', [CURRENT, SUCCESSOR, CURRENT]],
  ])('is not rendered for %s', (_, ids) => {
    const externalIds = ids as unknown as [string, ...string[]];
    expect(() => buildTrustPolicy(createSetupKit({ externalIds }))).toThrow(TypeError);
  });

  test.each([
    { accountId: '*' },
    { accountId: '12345' },
    { accountId: '012345670123:root","*' },
    { partition: 'aws:iam::999999999999:root' },
  ])('is not rendered for the vendor %o', (vendor) => {
    expect(() => buildTrustPolicy(createSetupKit({ vendor }))).toThrow(TypeError);
  });

  test('trust-policy.json contains the same policy in ASCII', () => {
    fc.assert(
      fc.property(adversarialKit, (kit) => {
        const text = renderArtifact('trust-policy.json', kit);
        expect(text).toMatch(/^[\x20-\x7e\n]*$/);
        expect(JSON.parse(text)).toEqual(buildTrustPolicy(kit));
      }),
    );
  });
});
