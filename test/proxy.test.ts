import { execFile } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { findProxy } from '../client/src/http/proxy.ts';
import { proxyFor } from '../src/lib/proxy-settings.ts';
import { startHttpsServer, startProxy, type TestProxy } from './harness/proxy.ts';
import { temporaryFolder } from './harness/temporary-folder.ts';
import { findProgram, testWithEach } from './harness/tools.ts';

const options = { env: process.env, cwd: process.cwd() };
const openssl = findProgram('openssl', ['version'], options);

const IDENTITY = `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>999988887777</Account>
  <Arn>arn:aws:sts::999988887777:assumed-role/Broker/session</Arn><UserId>AROAEXAMPLE:session</UserId>
  </GetCallerIdentityResult></GetCallerIdentityResponse>`;
const TENANT = { id: 'tenant_1', name: 'A' };
const KEYS = { keys: [] };

/** Responds as STS, as a token issuer or as Countersign, by the path. */
async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const chunk of request) body += chunk;
  if (request.url === '/keys') return void response.end(JSON.stringify(KEYS));
  if (request.url !== '/v1/tenants') return void response.setHeader('content-type', 'text/xml').end(IDENTITY);
  const isComplete = JSON.parse(body).name === 'A' && request.headers.authorization === 'Bearer csk_test';
  response.writeHead(isComplete ? 201 : 400, { 'content-type': 'application/json' });
  response.end(JSON.stringify(TENANT));
}

let https: Awaited<ReturnType<typeof startHttpsServer>> | undefined;
const http = createServer(respond);
let tlsProxy: TestProxy;
let httpProxy: TestProxy;

beforeAll(async () => {
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  httpProxy = await startProxy((http.address() as AddressInfo).port);
  if (openssl.usable.length === 0) return;
  https = await startHttpsServer(temporaryFolder('proxy'), respond);
  tlsProxy = await startProxy(https.port);
});
afterAll(async () => {
  http.closeAllConnections();
  http.close();
  await Promise.all([https?.close(), tlsProxy?.close(), httpProxy.close()]);
});
beforeEach(() => {
  for (const proxy of [tlsProxy, httpProxy]) {
    proxy?.targets.splice(0);
    proxy?.authorizations.splice(0);
  }
});

/** Sends a request to STS twice, one to a token issuer, and one to Countersign by the client. */
async function sendAll(urls: string[], env: Record<string, string>) {
  const args = ['--import', 'tsx', 'test/harness/proxied-requests.ts', ...urls];
  const certificates = https ? { NODE_EXTRA_CA_CERTS: https.certificate } : {};
  const environment = { PATH: process.env.PATH, NODE_NO_WARNINGS: '1', ...certificates, ...env };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: environment });
  return JSON.parse(stdout);
}

const URLS = [
  'https://sts.example.com',
  'https://issuer.example.com/keys',
  'https://countersign.example.com',
];
const SUCCESS = {
  sts: expect.objectContaining({ accountId: '999988887777' }),
  stsAgain: expect.objectContaining({ accountId: '999988887777' }),
  issuer: KEYS,
  client: TENANT,
};

testWithEach(
  openssl,
  'https to STS, issuers and the service goes through a tunnel, kept open for STS',
  async () => {
    const result = await sendAll(URLS, { HTTPS_PROXY: `http://user:p%40ss@127.0.0.1:${tlsProxy.port}` });
    expect(result).toEqual(SUCCESS);
    expect(tlsProxy.targets).toEqual([
      'sts.example.com:443',
      'issuer.example.com:443',
      'countersign.example.com:443',
    ]);
    const credentials = `Basic ${Buffer.from('user:p@ss').toString('base64')}`;
    expect(tlsProxy.authorizations).toEqual([credentials, credentials, credentials]);
  },
);

testWithEach(openssl, 'a certificate for another host is rejected behind a proxy too', async () => {
  const urls = URLS.map((url) => url.replace('example.com', 'attacker.example'));
  const result = await sendAll(urls, { https_proxy: `127.0.0.1:${tlsProxy.port}` });
  expect(result).toMatchObject({
    sts: { error: 'unavailable' },
    issuer: { error: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    client: { error: 'network_error', message: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID') },
  });
});

testWithEach(
  openssl,
  'the response of a proxy that refuses is never taken for one of STS or the service',
  async () => {
    const denial =
      '<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>';
    tlsProxy.refusal = { status: 403, body: denial };
    const result = await sendAll(URLS, { HTTPS_PROXY: `http://127.0.0.1:${tlsProxy.port}` });
    tlsProxy.refusal = null;
    expect(result).toMatchObject({
      sts: { error: 'unavailable' },
      issuer: { message: expect.stringMatching(/proxy refused/) },
      client: { error: 'network_error', message: expect.stringMatching(/proxy refused .* 403/) },
    });
  },
);

test('http goes through HTTP_PROXY, and the other variable has no effect on it', async () => {
  const urls = URLS.map((url) => url.replace('https:', 'http:'));
  const result = await sendAll(urls, {
    HTTP_PROXY: `http://127.0.0.1:${httpProxy.port}`,
    HTTPS_PROXY: 'http://127.0.0.1:9',
  });
  expect(result).toEqual(SUCCESS);
  expect(httpProxy.targets.at(-1)).toBe('http://countersign.example.com/v1/tenants');
});

test('loopback and hosts in NO_PROXY are reached without a proxy', async () => {
  const { port } = http.address() as AddressInfo;
  const urls = ['127.0.0.1', 'localhost', '127.0.0.1'].map((host) => `http://${host}:${port}`);
  const [sts = '', issuer, service = ''] = urls;
  const result = await sendAll([sts, `${issuer}/keys`, service], { HTTP_PROXY: 'http://127.0.0.1:9' });
  expect(result).toEqual(SUCCESS);
});

test('the client and the service understand NO_PROXY alike', () => {
  const host = fc.constantFrom(
    'a.example',
    'b.a.example',
    'localhost',
    '10.1.2.3',
    '[fd00::1]',
    'xa.example',
  );
  const entry = fc.oneof(
    fc.constantFrom('*', '.a.example', 'a.example:8443', '10.0.0.0/8', 'fd00::/8', '[fd00::1]', 'A.Example'),
    fc.string().filter((text) => !/[\s,]/.test(text)),
  );
  fc.assert(
    fc.property(
      host,
      fc.constantFrom('', ':8443'),
      fc.array(entry, { maxLength: 3 }),
      (host, port, noProxy) => {
        const url = new URL(`https://${host}${port}`);
        const byService = proxyFor({ https: 'http://proxy:1', http: null, noProxy }, url);
        const byClient = findProxy(url, { HTTPS_PROXY: 'proxy:1', NO_PROXY: noProxy.join(', ') });
        expect(byClient ?? null).toBe(byService);
      },
    ),
  );
});
