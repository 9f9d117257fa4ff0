import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatComment, formatRoleDescription, formatTagValue } from '../kit-text.ts';
import { adversarialText, createSetupKit } from '../setup-kit.fixture.ts';
import { ARTIFACT_NAMES, mediaTypeOf, renderArtifact } from './artifacts.ts';

describe('the artifacts', () => {
  test('are six files with their media types', () => {
    expect(ARTIFACT_NAMES.map((name) => [name, mediaTypeOf(name)])).toEqual([
      ['trust-policy.json', 'application/json'],
      ['cloudformation.yaml', 'text/plain'],
      ['terraform.tf', 'text/plain'],
      ['aws-cli.sh', 'text/x-shellscript'],
      ['stackset.yaml', 'text/plain'],
      ['terraform-organization.tf', 'text/plain'],
    ]);
  });

  test.each(ARTIFACT_NAMES)('%s ends with one line break and contains the external ID', (name) => {
    const text = renderArtifact(name, createSetupKit());
    expect(text).toMatch(/[^\n]\n$/);
    expect(text).toContain(createSetupKit().externalIds[0]);
  });

  test.each(ARTIFACT_NAMES)('%s is the same for the same input', (name) => {
    expect(renderArtifact(name, createSetupKit())).toBe(renderArtifact(name, createSetupKit()));
  });

  describe.each(ARTIFACT_NAMES)('%s is not rendered for', (name) => {
    test.each([
      [
        'a role name that aws-cli would replace by the content of a file',
        { role: { name: 'file:///etc/passwd' } },
      ],
      [
        'a policy ARN that aws-cli would replace by the content of a file',
        { permissions: { managedPolicyArns: ['file://~/.aws/credentials'] } },
      ],
      [
        'a policy ARN that would be parsed as an option',
        { permissions: { managedPolicyArns: ['--profile'] } },
      ],
      ['a path that does not end with a slash', { role: { path: '/a' } }],
      ['a path with a NUL, which would end the argument', { role: { path: '/a\0b/' } }],
      [
        'a broker ARN with a lone surrogate',
        { vendor: { brokerRoleArn: 'arn:aws:iam::012345670123:role/\ud800' } },
      ],
      ['a session duration that is not an integer', { role: { maxSessionDurationSeconds: 3600.5 } }],
    ])('%s', (_, changes) => {
      expect(() => renderArtifact(name, createSetupKit(changes))).toThrow(TypeError);
    });
  });
});

describe('free text is limited to the characters that are valid at its position', () => {
  test('a description has the characters that IAM accepts, no line break, and no dynamic reference', () => {
    const kit = createSetupKit({ vendor: { name: 'Zoë\n\u202e日本 & {{resolve:ssm:x}}' } });
    expect(formatRoleDescription(kit, 't')).toBe(
      'Allows Zoë & { {resolve:ssm:x}} to access this account for tenant t',
    );
    fc.assert(
      fc.property(adversarialText, adversarialText, (name, tenantId) => {
        const description = formatRoleDescription(
          createSetupKit({ vendor: { name: name.repeat(30) } }),
          tenantId.repeat(30),
        );
        expect(description).toMatch(/^[\x20-\x7e\xa1-\xff]{1,1000}$/);
        expect(description).not.toContain('{{');
      }),
    );
  });

  test.each([
    ['Ångström & Søn', 'Ångström & Søn'],
    ['Žižkov – “Łódź”', 'Zizkov - "Lódz"'],
    ['日本株式会社', 'AWS account 012345670123'],
    ['日本 Cloud', 'Cloud'],
  ])('the name %s stays readable in a description', (name, readable) => {
    expect(formatRoleDescription(createSetupKit({ vendor: { name } }), null)).toBe(
      `Allows ${readable} to access this account`,
    );
  });

  test('a tag has letters, digits and the other characters that IAM accepts', () => {
    fc.assert(
      fc.property(adversarialText, (text) => {
        expect(formatTagValue(text.repeat(100))).toMatch(/^[\p{L}\p{N} _.:/=+\-@]{0,256}$/u);
      }),
    );
  });

  test('a comment has one line of printable characters', () => {
    expect(formatComment('a\u202eb\nc\u2028d\u0085e')).toBe('a b c d e');
  });
});
