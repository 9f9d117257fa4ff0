import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/harness/temporary-folder.ts';
import { readConfig } from './config.ts';

const SERVE = { COUNTERSIGN_VENDOR_ACCOUNT_ID: '999988887777', COUNTERSIGN_VENDOR_NAME: 'Example' };
const OIDC = {
  COUNTERSIGN_CONSOLE_OIDC_ISSUER: 'https://login.example.com',
  COUNTERSIGN_CONSOLE_OIDC_CLIENT_ID: 'console',
  COUNTERSIGN_CONSOLE_OIDC_CLIENT_SECRET: 'secret',
};

test('the sandbox needs no variable', () => {
  const { vendor, sandboxPort, databaseUrl, ownAccountIds } = readConfig('sandbox', {});
  expect(vendor).toMatchObject({ accountId: '999988887777', partition: 'aws' });
  expect({ sandboxPort, databaseUrl, ownAccountIds }).toEqual({
    sandboxPort: 3001,
    databaseUrl: null,
    ownAccountIds: ['999988887777'],
  });
});

test('an empty variable counts as unset', () => {
  expect(readConfig('sandbox', { DATABASE_URL: '', PORT: '' })).toMatchObject({
    databaseUrl: null,
    port: 3000,
  });
});

test('the error names every malformed variable', () => {
  const read = () =>
    readConfig('serve', { ...SERVE, PORT: 'many', HOST: 'h', AWS_ENDPOINT_URL_STS: 'ftp://x' });
  expect(read).toThrow('PORT must be a number');
  expect(read).toThrow('AWS_ENDPOINT_URL_STS must be an http or https URL');
});

test.each<['serve' | 'sandbox', NodeJS.ProcessEnv, string]>([
  ['serve', {}, 'COUNTERSIGN_VENDOR_ACCOUNT_ID is missing'],
  ['serve', {}, 'COUNTERSIGN_VENDOR_NAME is missing'],
  [
    'sandbox',
    { COUNTERSIGN_VENDOR_SUPPORT: 'javascript:alert(1)' },
    'must be an e-mail address or an https URL',
  ],
  [
    'serve',
    { ...SERVE, COUNTERSIGN_SERVICE_DATABASE_URL: 'postgres://countersign_service@database/c' },
    'COUNTERSIGN_SERVICE_DATABASE_URL is set, but DATABASE_URL is not',
  ],
  [
    'serve',
    { ...SERVE, COUNTERSIGN_PARTITION: 'aws', AWS_REGION: 'cn-north-1' },
    'COUNTERSIGN_PARTITION is aws, but AWS_REGION cn-north-1 is in aws-cn',
  ],
  [
    'serve',
    {
      ...SERVE,
      COUNTERSIGN_STS_CALLS_PER_SECOND: '10',
      COUNTERSIGN_STS_CALLS_PER_SECOND_PER_TENANT: '11',
    },
    'one tenant could use up the total',
  ],
  [
    'sandbox',
    { PORT: '4000', COUNTERSIGN_SANDBOX_PORT: '4000' },
    'COUNTERSIGN_SANDBOX_PORT is the same as PORT',
  ],
  ['sandbox', { PORT: '65535' }, 'COUNTERSIGN_SANDBOX_PORT cannot be PORT + 1'],
  [
    'serve',
    { ...SERVE, COUNTERSIGN_BROKER_ROLE_ARN: 'arn:aws:iam::999988887777:user/broker' },
    'COUNTERSIGN_BROKER_ROLE_ARN must be the ARN of an IAM role',
  ],
  [
    'serve',
    { ...SERVE, COUNTERSIGN_BROKER_ROLE_ARN: 'arn:aws:iam::111111111111:role/broker' },
    'COUNTERSIGN_BROKER_ROLE_ARN is in account 111111111111',
  ],
  [
    'serve',
    { ...SERVE, COUNTERSIGN_BROKER_ROLE_ARN: 'arn:aws-cn:iam::999988887777:role/broker' },
    'COUNTERSIGN_BROKER_ROLE_ARN is in partition aws-cn',
  ],
  [
    'sandbox',
    { COUNTERSIGN_INLINE_POLICY_FILE: 'package-lock.none' },
    'COUNTERSIGN_INLINE_POLICY_FILE must name',
  ],
  [
    'sandbox',
    { COUNTERSIGN_SESSION_NAME: '{worker}-{role}' },
    'COUNTERSIGN_SESSION_NAME contains the unknown field {role}',
  ],
  [
    'sandbox',
    { COUNTERSIGN_CONSOLE_OIDC_CLIENT_ID: 'console' },
    'COUNTERSIGN_CONSOLE_OIDC_ISSUER is missing',
  ],
  ['sandbox', OIDC, 'COUNTERSIGN_CONSOLE_ROLES_FILE is missing'],
  ['serve', { ...SERVE, ...OIDC }, 'COUNTERSIGN_PUBLIC_URL is missing'],
  [
    'sandbox',
    { ...OIDC, COUNTERSIGN_CONSOLE_OIDC_ISSUER: 'https://login.microsoftonline.com/common/v2.0' },
    'COUNTERSIGN_CONSOLE_OIDC_ISSUER must have the ID of your Entra tenant',
  ],
  [
    'serve',
    { ...SERVE, ...OIDC, COUNTERSIGN_CONSOLE_OIDC_ISSUER: 'http://127.0.0.1:9' },
    'COUNTERSIGN_CONSOLE_OIDC_ISSUER must be an https URL',
  ],
  [
    'sandbox',
    { ...OIDC, COUNTERSIGN_CONSOLE_OIDC_ISSUER: 'http://login.example.com' },
    'COUNTERSIGN_CONSOLE_OIDC_ISSUER must be an https URL',
  ],
  [
    'sandbox',
    { ...OIDC, COUNTERSIGN_CONSOLE_OIDC_CLIENT_SECRET_FILE: 'package.json' },
    'are both set: keep one',
  ],
  [
    'sandbox',
    { ...OIDC, COUNTERSIGN_CONSOLE_OIDC_SCOPES: 'email' },
    'COUNTERSIGN_CONSOLE_OIDC_SCOPES must contain openid',
  ],
  [
    'sandbox',
    { ...OIDC, COUNTERSIGN_CONSOLE_ROLES_FILE: 'package.json' },
    'COUNTERSIGN_CONSOLE_ROLES_FILE must be a list of rules',
  ],
  ['sandbox', { COUNTERSIGN_VENDOR_LOGO_FILE: 'package.json' }, 'it is not SVG or PNG'],
  ['sandbox', { COUNTERSIGN_VENDOR_FONT_FILE: 'package.json' }, 'it is not WOFF2'],
  ['sandbox', { COUNTERSIGN_VENDOR_FONT_FAMILY: 'a; } body { x' }, 'must be names of fonts'],
  ['sandbox', { COUNTERSIGN_VENDOR_MESSAGE: '{"de":"Hallo"}' }, 'which must include "en"'],
  ['sandbox', { COUNTERSIGN_VENDOR_MESSAGE: '{"en":' }, 'must be a sentence'],
])('%s rejects %j: %s', (mode, environment, message) => {
  expect(() => readConfig(mode, environment)).toThrow(message);
});

test('reports all conflicts at once', () => {
  const read = () =>
    readConfig('sandbox', {
      PORT: '65535',
      COUNTERSIGN_PARTITION: 'aws-cn',
      COUNTERSIGN_VENDOR_LOGO_FILE: 'none',
    });
  for (const name of ['PORT', 'COUNTERSIGN_PARTITION', 'COUNTERSIGN_VENDOR_LOGO_FILE'])
    expect(read).toThrow(name);
});

test('limits one tenant to a fifth of the STS calls, but to no fewer than 10', () => {
  const limitsOf = (total: string) =>
    readConfig('sandbox', { COUNTERSIGN_STS_CALLS_PER_SECOND: total }).stsCallsPerSecond;
  expect(limitsOf('500')).toEqual({ tenant: 100, all: 500 });
  expect(limitsOf('20')).toEqual({ tenant: 10, all: 20 });
});

test('reads the proxies under their usual names, in lower case too, with or without a scheme', () => {
  const proxiesOf = (environment: NodeJS.ProcessEnv) => readConfig('sandbox', environment).proxies;
  expect(proxiesOf({})).toEqual({ https: null, http: null, noProxy: [] });
  expect(
    proxiesOf({
      HTTPS_PROXY: 'http://user:secret@proxy:3128',
      http_proxy: 'proxy:3128',
      NO_PROXY: '.internal, 10.0.0.0/8',
    }),
  ).toEqual({
    https: 'http://user:secret@proxy:3128',
    http: 'http://proxy:3128',
    noProxy: ['.internal', '10.0.0.0/8'],
  });
  expect(() => proxiesOf({ HTTPS_PROXY: 'socks5://user:secret@proxy' })).toThrow(
    /^(?!.*secret).*HTTPS_PROXY must be an http or https URL/s,
  );
});

test('rejects a metrics port that another server has', () => {
  const read = (environment: NodeJS.ProcessEnv) => () => readConfig('sandbox', environment);
  expect(read({ COUNTERSIGN_METRICS_PORT: '3000' })).toThrow('same as PORT');
  expect(read({ COUNTERSIGN_METRICS_PORT: '3001' })).toThrow('same as the port of the AWS emulator');
  expect(read({ COUNTERSIGN_METRICS_PORT: '9464' })().metricsPort).toBe(9464);
  expect(read({})().metricsPort).toBeNull();
});

test('the sandbox has the brand of its own vendor, unless it has the name of another', () => {
  const pageOf = (environment: NodeJS.ProcessEnv) => readConfig('sandbox', environment).page;
  const { logo, darkLogo, support, message } = pageOf({});
  expect([logo?.mediaType, darkLogo?.mediaType]).toEqual(['image/svg+xml', 'image/svg+xml']);
  expect(support).toMatch(/\.example$/);
  expect(Object.keys(message ?? {})).toEqual(['en', 'de', 'fr', 'es', 'ja']);
  expect(pageOf({ COUNTERSIGN_VENDOR_NAME: 'Other', COUNTERSIGN_VENDOR_MESSAGE: 'Hello.' })).toMatchObject({
    logo: null,
    darkLogo: null,
    support: null,
    message: { en: 'Hello.' },
  });
});

test("the console's client secret comes from the variable, or from a file without its last line feed", () => {
  const folder = temporaryFolder('config');
  const write = (name: string, text: string): string => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };
  const roles = write('roles.json', '[{"claim": "groups", "equals": "admins", "role": "admin"}]');
  const withRoles = { ...OIDC, COUNTERSIGN_CONSOLE_ROLES_FILE: roles };
  const { COUNTERSIGN_CONSOLE_OIDC_CLIENT_SECRET: _, ...withoutSecret } = withRoles;
  const secretOf = (environment: NodeJS.ProcessEnv) =>
    readConfig('sandbox', environment).consoleSignIn?.clientSecret;
  const fromFile = (text: string) =>
    secretOf({
      ...withoutSecret,
      COUNTERSIGN_CONSOLE_OIDC_CLIENT_SECRET_FILE: write('secret', text),
    });
  expect(secretOf(withRoles)).toBe('secret');
  expect(fromFile('from a file\n')).toBe('from a file');
  expect(() => fromFile('\n')).toThrow('names an empty file');
  expect(readConfig('sandbox', {}).consoleSignIn).toBeNull();
});
