import fc from 'fast-check';
import type { TenantSetupKit } from './setup-kit.ts';

export const CURRENT = '0b6c1f0e-5d1c-4a53-9d3f-2f6a8f5f9a01';
export const SUCCESSOR = 'f3b1d7a2-90c4-4e1b-8a77-6d2c3e4f5a6b';

type Changes = Partial<Omit<TenantSetupKit, 'vendor' | 'role' | 'permissions' | 'sessionAttributes'>> & {
  vendor?: Partial<TenantSetupKit['vendor']>;
  role?: Partial<TenantSetupKit['role']>;
  permissions?: Partial<TenantSetupKit['permissions']>;
  sessionAttributes?: Partial<TenantSetupKit['sessionAttributes']>;
};

/** Creates a kit with changes. YAML parsers may read the unquoted account ID as an octal number. */
export function createSetupKit(changes: Changes = {}): TenantSetupKit {
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

/** The actions that the trust policy must allow, computed independently of the code under test. */
export function expectedActions({ sessionAttributes }: TenantSetupKit): string | string[] {
  if (sessionAttributes.sessionTags && sessionAttributes.sourceIdentity)
    return ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];
  if (sessionAttributes.sessionTags) return ['sts:AssumeRole', 'sts:TagSession'];
  return sessionAttributes.sourceIdentity ? ['sts:AssumeRole', 'sts:SetSourceIdentity'] : 'sts:AssumeRole';
}

export const ADVERSARIAL_TEXTS = [
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

/** Text that tools may misread: known injection patterns, random combinations of their characters, and random text. */
export const adversarialText: fc.Arbitrary<string> = fc
  .oneof(
    fc.constantFrom(...ADVERSARIAL_TEXTS),
    fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 12 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 20 }),
  )
  // Only CloudFormation rejects dynamic references; its own test covers them.
  .filter((text) => !text.includes('{{resolve:'));

/** Adversarial text for an argument of a process, which cannot contain NUL. */
export const adversarialArgument = adversarialText.map((text) => text.replaceAll('\0', ''));

const adversarialPolicy: fc.Arbitrary<object> = fc.dictionary(
  adversarialText.filter((key) => key !== '__proto__'),
  fc.oneof(
    adversarialText,
    fc.array(adversarialText, { maxLength: 3 }),
    fc.boolean(),
    fc.integer(),
    fc.constant({}),
    fc.constant([]),
  ),
  { maxKeys: 4 },
);

export const adversarialKit: fc.Arbitrary<TenantSetupKit> = fc
  .record({
    tenantId: adversarialText,
    isRotating: fc.boolean(),
    vendorName: adversarialText,
    brokerPath: fc.option(adversarialArgument),
    path: fc.option(adversarialArgument),
    policies: fc.array(adversarialArgument, { maxLength: 3 }),
    inlinePolicy: fc.option(adversarialPolicy),
    sessionAttributes: fc.record({ sessionTags: fc.boolean(), sourceIdentity: fc.boolean() }),
    roleName: fc.stringMatching(/^[\w+=,.@-]{1,64}$/),
  })
  .map((kit) =>
    createSetupKit({
      tenantId: kit.tenantId,
      externalIds: kit.isRotating ? [CURRENT, SUCCESSOR] : [CURRENT],
      vendor: {
        name: kit.vendorName,
        brokerRoleArn:
          kit.brokerPath === null ? null : `arn:aws:iam::012345670123:role/${kit.brokerPath}/broker`,
      },
      role: { name: kit.roleName, ...(kit.path !== null && { path: `/${kit.path}/` }) },
      permissions: {
        managedPolicyArns: kit.policies.map((name) => `arn:aws:iam::aws:policy/${name}`),
        inlinePolicy: kit.inlinePolicy,
      },
      sessionAttributes: kit.sessionAttributes,
    }),
  );
