import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ARTIFACT_NAMES, mediaType, render } from './artifacts.ts';
import { kitInput, nastyText } from './kit-input.fixture.ts';
import { commentText, roleDescription, tagValue } from './setup-kit.ts';

describe('the artifacts', () => {
  test('are six, each with its media type', () => {
    expect(ARTIFACT_NAMES.map((name) => [name, mediaType(name)])).toEqual([
      ['trust-policy.json', 'application/json'],
      ['cloudformation.yaml', 'application/yaml'],
      ['terraform.tf', 'text/plain'],
      ['aws-cli.sh', 'text/x-shellscript'],
      ['stackset.yaml', 'application/yaml'],
      ['terraform-organization.tf', 'text/plain'],
    ]);
  });

  test.each(ARTIFACT_NAMES)('%s ends with one line break and holds the external ID', (name) => {
    const text = render(name, kitInput());
    expect(text).toMatch(/[^\n]\n$/);
    expect(text).toContain(kitInput().externalIds[0]);
  });

  test.each(ARTIFACT_NAMES)('%s is the same for the same input', (name) => {
    expect(render(name, kitInput())).toBe(render(name, kitInput()));
  });

  describe.each(ARTIFACT_NAMES)('%s is not written for', (name) => {
    test.each([
      ['a role name that aws-cli would read a file for', { role: { name: 'file:///etc/passwd' } }],
      [
        'a policy ARN that aws-cli would read a file for',
        { permissions: { managedPolicyArns: ['file://~/.aws/credentials'] } },
      ],
      ['a policy ARN that would be read as an option', { permissions: { managedPolicyArns: ['--profile'] } }],
      ['a path that does not end with a slash', { role: { path: '/a' } }],
      ['a path with a NUL, which would end the argument', { role: { path: '/a\0b/' } }],
      [
        'a broker ARN with half a character',
        { vendor: { brokerRoleArn: 'arn:aws:iam::012345670123:role/\ud800' } },
      ],
      ['a session of no whole number of seconds', { role: { maxSessionDurationSeconds: 3600.5 } }],
    ])('%s', (_, changes) => {
      expect(() => render(name, kitInput(changes))).toThrow(TypeError);
    });
  });
});

describe('free text is cut down to what its place accepts', () => {
  test('a description: the characters of IAM, no line break, nothing that CloudFormation resolves', () => {
    const kit = kitInput({ vendor: { name: 'Zoë\n\u202e日本 & {{resolve:ssm:x}}' } });
    expect(roleDescription(kit, 't')).toBe('Lets Zoë & { {resolve:ssm:x}} work in this account for tenant t');
    fc.assert(
      fc.property(nastyText, nastyText, (name, tenantId) => {
        const description = roleDescription(
          kitInput({ vendor: { name: name.repeat(30) } }),
          tenantId.repeat(30),
        );
        expect(description).toMatch(/^[\x20-\x7e\xa1-\xff]{1,1000}$/);
        expect(description).not.toContain('{{');
      }),
    );
  });

  test('a tag: letters, digits and the signs that IAM accepts', () => {
    fc.assert(
      fc.property(nastyText, (text) => {
        expect(tagValue(text.repeat(100))).toMatch(/^[\p{L}\p{N} _.:/=+\-@]{0,256}$/u);
      }),
    );
  });

  test('a comment: one line of characters that print', () => {
    expect(commentText('a\u202eb\nc\u2028d\u0085e')).toBe('a b c d e');
  });
});
