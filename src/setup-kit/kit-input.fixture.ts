import fc from 'fast-check';
import type { KitInput } from './setup-kit.ts';

export const CURRENT = '0b6c1f0e-5d1c-4a53-9d3f-2f6a8f5f9a01';
export const SUCCESSOR = 'f3b1d7a2-90c4-4e1b-8a77-6d2c3e4f5a6b';

type Changes = Partial<Omit<KitInput, 'vendor' | 'role' | 'permissions' | 'sessionAttributes'>> & {
  vendor?: Partial<KitInput['vendor']>;
  role?: Partial<KitInput['role']>;
  permissions?: Partial<KitInput['permissions']>;
  sessionAttributes?: Partial<KitInput['sessionAttributes']>;
};

/** A plain kit, and what a test changes of it. The account number is octal to a careless YAML reader. */
export function kitInput(changes: Changes = {}): KitInput {
  return {
    tenantId: 'tenant_01jz5v4e9mfx8a3k7r2b6c0d1e',
    externalIds: [CURRENT],
    templateUrl: 'https://acme.s3.eu-west-1.amazonaws.com/countersign.yaml',
    region: 'eu-west-1',
    profile: null,
    ...changes,
    vendor: {
      name: 'Acme',
      accountId: '012345670123',
      partition: 'aws',
      brokerRoleArn: null,
      ...changes.vendor,
    },
    role: { name: 'acme-access', maxSessionDurationSeconds: 3600, ...changes.role },
    permissions: { managedPolicyArns: [], inlinePolicy: null, ...changes.permissions },
    sessionAttributes: { sessionTags: false, sourceIdentity: false, ...changes.sessionAttributes },
  };
}

/** What a trust policy must allow, said once more and apart from the code under test. */
export function expectedActions({ sessionAttributes }: KitInput): string | string[] {
  if (sessionAttributes.sessionTags && sessionAttributes.sourceIdentity)
    return ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];
  if (sessionAttributes.sessionTags) return ['sts:AssumeRole', 'sts:TagSession'];
  return sessionAttributes.sourceIdentity ? ['sts:AssumeRole', 'sts:SetSourceIdentity'] : 'sts:AssumeRole';
}

export const NASTY = [
  `it's "quoted" \`id\` $(id) \${HOME} $HOME`,
  `\${aws:username} $\${x} $$\${y} \${$} \${*} %{ if true } %%{x}`,
  `line\nbreak\r\n\ttab \\ \\n \\u0041 \\\${x}`,
  "'; touch /tmp/owned; '",
  '<<EOF\nEOT\n  EOT\n*/ // # /*',
  'no: yes, @on - ? : | > & ! * {a: b} [c] --- ...',
  '\u0085\u2028\u2029\ufeff\u007f\u009b\u0001\u001b[31m\u202e',
  'Zoë e\u0301 \u00e9 日本 😀',
  '012345670123',
  '-x',
];

const FRAGMENTS = [
  '$',
  '{',
  '}',
  '%',
  '"',
  "'",
  '\\',
  '`',
  '\n',
  '\r',
  '#',
  ':',
  '*',
  '?',
  '=',
  '(',
  'é',
  '\u0301',
];

/** Text made to be misread: the known tricks, random mixtures of the signs they are made of, and any text at all. */
export const nastyText: fc.Arbitrary<string> = fc
  .oneof(
    fc.constantFrom(...NASTY),
    fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 12 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 20 }),
  )
  // CloudFormation alone refuses these, and says so; its own test covers them.
  .filter((text) => !text.includes('{{resolve:'));

/** As nasty, in what becomes an argument of a process, which no NUL can be in. */
export const nastyArgument = nastyText.map((text) => text.replaceAll('\0', ''));

const nastyPolicy: fc.Arbitrary<object> = fc.dictionary(
  nastyText.filter((key) => key !== '__proto__'),
  fc.oneof(
    nastyText,
    fc.array(nastyText, { maxLength: 3 }),
    fc.boolean(),
    fc.integer(),
    fc.constant({}),
    fc.constant([]),
  ),
  { maxKeys: 4 },
);

export const nastyKit: fc.Arbitrary<KitInput> = fc
  .record({
    tenantId: nastyText,
    rotating: fc.boolean(),
    vendorName: nastyText,
    brokerPath: fc.option(nastyArgument),
    path: fc.option(nastyArgument),
    policies: fc.array(nastyArgument, { maxLength: 3 }),
    inlinePolicy: fc.option(nastyPolicy),
    sessionAttributes: fc.record({ sessionTags: fc.boolean(), sourceIdentity: fc.boolean() }),
    roleName: fc.stringMatching(/^[\w+=,.@-]{1,64}$/),
  })
  .map((nasty) =>
    kitInput({
      tenantId: nasty.tenantId,
      externalIds: nasty.rotating ? [CURRENT, SUCCESSOR] : [CURRENT],
      vendor: {
        name: nasty.vendorName,
        brokerRoleArn:
          nasty.brokerPath === null ? null : `arn:aws:iam::012345670123:role/${nasty.brokerPath}/broker`,
      },
      role: { name: nasty.roleName, ...(nasty.path !== null && { path: `/${nasty.path}/` }) },
      permissions: {
        managedPolicyArns: nasty.policies.map((name) => `arn:aws:iam::aws:policy/${name}`),
        inlinePolicy: nasty.inlinePolicy,
      },
      sessionAttributes: nasty.sessionAttributes,
    }),
  );
