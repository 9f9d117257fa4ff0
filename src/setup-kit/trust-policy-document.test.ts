import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { render } from './artifacts.ts';
import { CURRENT, kitInput, nastyArgument, nastyKit, SUCCESSOR } from './kit-input.fixture.ts';
import { buildTrustPolicy } from './trust-policy-document.ts';

/** What IAM compares a StringEquals value with, per "IAM policy elements: Variables and tags". */
function meaning(value: string): string {
  return value.replace(/\$\{([^}]*)\}/g, (_, name: string) => {
    if (name !== '$') throw new Error(`a variable of IAM: ${name}`);
    return name;
  });
}

describe('the trust policy', () => {
  test('trusts the vendor account with the one external ID, and nothing else', () => {
    expect(buildTrustPolicy(kitInput())).toEqual({
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

  test('names the vendor account in its own partition', () => {
    const { Statement } = buildTrustPolicy(kitInput({ vendor: { partition: 'aws-us-gov' } }));
    expect(Statement[0].Principal.AWS).toBe('arn:aws-us-gov:iam::012345670123:root');
  });

  test('lists both IDs while a rotation runs, the current one first', () => {
    const { Statement } = buildTrustPolicy(kitInput({ externalIds: [CURRENT, SUCCESSOR] }));
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
    'allows what %o takes, in the one statement that demands the external ID',
    (sessionAttributes, actions) => {
      const { Statement } = buildTrustPolicy(kitInput({ sessionAttributes }));
      expect(Statement).toHaveLength(1);
      expect(Statement[0].Action).toEqual(actions);
      expect(Statement[0].Condition.StringEquals['sts:ExternalId']).toBe(CURRENT);
    },
  );

  test('is narrowed to the broker role when there is one', () => {
    const brokerRoleArn = 'arn:aws:iam::012345670123:role/broker';
    const { Statement } = buildTrustPolicy(kitInput({ vendor: { brokerRoleArn } }));
    expect(Statement[0].Condition).toEqual({
      StringEquals: { 'sts:ExternalId': CURRENT, 'aws:PrincipalArn': brokerRoleArn },
    });
  });

  test('means exactly the broker role, whatever signs are in its path', () => {
    fc.assert(
      fc.property(nastyArgument, (path) => {
        const brokerRoleArn = `arn:aws:iam::012345670123:role/${path}/broker`;
        const { StringEquals } = buildTrustPolicy(kitInput({ vendor: { brokerRoleArn } })).Statement[0]
          .Condition;
        expect(meaning(StringEquals['aws:PrincipalArn'] ?? '')).toBe(brokerRoleArn);
      }),
    );
  });

  test.each([
    ['no ID', []],
    ['an empty ID', ['']],
    ['a wildcard', ['*']],
    ['a variable', [`\${sts:ExternalId}`]],
    ['an upper-case ID', [CURRENT.toUpperCase()]],
    ['an ID with a line break behind it', [`${CURRENT}\n`]],
    ['one good and one empty ID', [CURRENT, '']],
    ['three IDs', [CURRENT, SUCCESSOR, CURRENT]],
  ])('is not written for %s', (_, ids) => {
    const externalIds = ids as unknown as [string, ...string[]];
    expect(() => buildTrustPolicy(kitInput({ externalIds }))).toThrow(TypeError);
  });

  test.each([
    { accountId: '*' },
    { accountId: '12345' },
    { accountId: '012345670123:root","*' },
    { partition: 'aws:iam::999999999999:root' },
  ])('is not written for the vendor %o', (vendor) => {
    expect(() => buildTrustPolicy(kitInput({ vendor }))).toThrow(TypeError);
  });

  test('trust-policy.json says the same, in ASCII', () => {
    fc.assert(
      fc.property(nastyKit, (input) => {
        const text = render('trust-policy.json', input);
        expect(text).toMatch(/^[\x20-\x7e\n]*$/);
        expect(JSON.parse(text)).toEqual(buildTrustPolicy(input));
      }),
    );
  });
});
