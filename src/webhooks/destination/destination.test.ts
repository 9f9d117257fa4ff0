import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startHttpsServer, startProxy } from '../../../test/harness/proxy.ts';
import { temporaryFolder } from '../../../test/harness/temporary-folder.ts';
import { findProgram, testWithEach } from '../../../test/harness/tools.ts';
import { createWebhookSender } from '../deliveries/send.ts';
import { type DestinationRules, type Resolve, resolveDestination } from './destination.ts';
import { isPrivateHost, parsePrivateHosts } from './private-hosts.ts';
import { isPublicAddress } from './public-address.ts';
import { resolveHost } from './resolve-host.ts';

const openssl = findProgram('openssl', ['version'], { env: process.env, cwd: process.cwd() });

const PUBLIC = [
  '93.184.216.34',
  '8.8.8.8',
  '172.32.0.1',
  '100.128.0.1',
  '2606:4700::1111',
  '2a00:1450:4001:80b::200e',
];

const FORBIDDEN = [
  ['this host', '0.0.0.0'],
  ['this network', '0.1.2.3'],
  ['private', '10.0.0.1'],
  ['private', '172.16.0.1'],
  ['private', '172.31.255.255'],
  ['private', '192.168.1.1'],
  ['loopback', '127.0.0.1'],
  ['loopback', '127.255.255.254'],
  ['cloud metadata', '169.254.169.254'],
  ['ECS credentials', '169.254.170.2'],
  ['Azure host', '168.63.129.16'],
  ['Oracle metadata', '192.0.0.192'],
  ['carrier-grade NAT, Alibaba metadata', '100.100.100.200'],
  ['benchmarking', '198.18.0.1'],
  ['documentation', '192.0.2.1'],
  ['multicast', '224.0.0.1'],
  ['reserved', '240.0.0.1'],
  ['broadcast', '255.255.255.255'],
  ['6to4 relay', '192.88.99.1'],
  ['unspecified', '::'],
  ['loopback', '::1'],
  ['IPv4-mapped loopback', '::ffff:127.0.0.1'],
  ['IPv4-mapped private', '::ffff:a00:1'],
  ['IPv4-mapped metadata', '::ffff:169.254.169.254'],
  ['IPv4-compatible', '::7f00:1'],
  ['IPv4-translated', '::ffff:0:127.0.0.1'],
  ['NAT64', '64:ff9b::a9fe:a9fe'],
  ['local NAT64', '64:ff9b:1::a00:1'],
  ['6to4', '2002:7f00:1::'],
  ['Teredo', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
  ['link-local', 'fe80::1'],
  ['link-local with a zone', 'fe80::1%eth0'],
  ['site-local', 'fec0::1'],
  ['unique local', 'fc00::1'],
  ['AWS metadata', 'fd00:ec2::254'],
  ['multicast', 'ff02::1'],
  ['documentation', '2001:db8::1'],
  ['discard only', '100::1'],
] as const;

const PRODUCTION: DestinationRules = { privateHosts: parsePrivateHosts([]), allowsLoopback: false };
const resolvesTo =
  (...addresses: string[]): Resolve =>
  async () =>
    addresses;

describe('without an exception', () => {
  test.each(FORBIDDEN)('%s is refused: %s', async (_kind, address) => {
    expect(isPublicAddress(address)).toBe(false);
    const url = new URL('https://hook.example.com/');
    await expect(resolveDestination(url, PRODUCTION, resolvesTo(address))).rejects.toThrow('not public');
    // One public address beside it does not help: the next connection could go to the other one.
    const mixed = resolvesTo('93.184.216.34', address);
    if (!address.startsWith('64:ff9b:'))
      await expect(resolveDestination(url, PRODUCTION, mixed)).rejects.toThrow('not public');
    const literal = `https://${address.includes(':') ? `[${address}]` : address}/`;
    if (!URL.canParse(literal)) return;
    const neverCalled: Resolve = () => Promise.reject(new Error('an address was looked up'));
    await expect(resolveDestination(new URL(literal), PRODUCTION, neverCalled)).rejects.toThrow('not public');
  });

  test.each([
    'https://2130706433/',
    'https://0x7f.1/',
    'https://017700000001/',
    'https://127.1/',
    'https://①②⑦.0.0.1/',
  ])('%s is the loopback address, and refused', async (text) => {
    const neverCalled: Resolve = () => Promise.reject(new Error('an address was looked up'));
    await expect(resolveDestination(new URL(text), PRODUCTION, neverCalled)).rejects.toThrow('not public');
  });

  test.each(PUBLIC)('%s is allowed, with https alone', async (address) => {
    const resolve = resolvesTo(address);
    expect(await resolveDestination(new URL('https://hook.example.com/'), PRODUCTION, resolve)).toEqual([
      address,
    ]);
    await expect(
      resolveDestination(new URL('http://hook.example.com/'), PRODUCTION, resolve),
    ).rejects.toThrow('https');
  });

  test('localhost is refused, whatever resolves it', async () => {
    for (const name of ['localhost', 'localhost.'])
      await expect(resolveDestination(new URL(`https://${name}/`), PRODUCTION, resolveHost)).rejects.toThrow(
        'not public',
      );
  });

  test('a NAT64 address that a network adds to every name is left out, and is not used', async () => {
    const resolve = resolvesTo('93.184.216.34', '64:ff9b::5db8:d822');
    expect(await resolveDestination(new URL('https://hook.example.com/'), PRODUCTION, resolve)).toEqual([
      '93.184.216.34',
    ]);
  });
});

describe('with exceptions', () => {
  const rules: DestinationRules = {
    privateHosts: parsePrivateHosts(['hooks.internal', '10.1.0.0/16', '192.168.7.7', 'fd12:3456::/32']),
    allowsLoopback: false,
  };
  const check = (url: string, ...addresses: string[]) =>
    resolveDestination(new URL(url), rules, resolvesTo(...addresses));

  test.each([
    ['https://hooks.internal/', '10.99.0.1'],
    ['http://HOOKS.internal./', '127.0.0.1'],
    ['http://app.example.com/', '10.1.255.255'],
    ['https://app.example.com/', '::ffff:10.1.0.1'],
    ['https://app.example.com/', '192.168.7.7'],
    ['https://app.example.com/', 'fd12:3456:1::1'],
  ])('%s at %s is allowed', async (url, address) => {
    expect(await check(url, address)).toEqual([address]);
  });

  test.each([
    ['https://other.hooks.internal/', '10.99.0.1', 'not public'],
    ['https://app.example.com/', '10.2.0.1', 'not public'],
    ['https://app.example.com/', '192.168.7.8', 'not public'],
    ['https://app.example.com/', 'fd12:3457::1', 'not public'],
    ['http://app.example.com/', '93.184.216.34', 'https'],
  ])('%s at %s is still refused', async (url, address, message) => {
    await expect(check(url, address)).rejects.toThrow(message);
  });

  test('loopback is allowed in the sandbox, and nothing else of the own network', async () => {
    const sandbox = { ...PRODUCTION, allowsLoopback: true };
    const at = (address: string) =>
      resolveDestination(new URL('http://localhost/'), sandbox, resolvesTo(address));
    expect(await at('127.0.0.1')).toEqual(['127.0.0.1']);
    expect(await at('::1')).toEqual(['::1']);
    for (const address of ['10.0.0.1', '169.254.169.254', '0.0.0.0'])
      await expect(at(address)).rejects.toThrow('not public');
  });

  test.each(['*', '10.0.0.0/33', '10.0.0', '0x7f.1', 'a b', 'https://a', '', '-a', '10.0.0.0/-1', '::/129'])(
    'the configuration rejects %j',
    (entry) => {
      expect(isPrivateHost(entry)).toBe(false);
    },
  );
});

describe('a request', () => {
  let server: Server;
  let port: number;
  const hosts: (string | undefined)[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      hosts.push(request.headers.host);
      request.resume().on('end', () => response.writeHead(204).end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => void server.close());

  const message = (url: string) => ({
    url,
    id: 'event_1',
    body: '{}',
    secrets: ['whsec_c2VjcmV0'],
    sentAt: new Date(),
  });
  const senderWith = (resolve: Resolve, rules: DestinationRules = PRODUCTION, proxies = {}) =>
    createWebhookSender({
      rules,
      resolve,
      proxies: { https: null, http: null, noProxy: [], ...proxies },
      userAgent: 'test',
    });

  test('goes to the address that was checked, and the name is not looked up again', async () => {
    let lookups = 0;
    const rules = { ...PRODUCTION, allowsLoopback: true };
    const sender = senderWith(async () => (lookups++ === 0 ? ['127.0.0.1'] : ['10.0.0.1']), rules);
    // `.invalid` never resolves: only the pinned address can have been used.
    const result = await sender.send(message(`http://rebinding.invalid:${port}/`));
    expect([result.outcome, lookups]).toEqual(['delivered', 1]);
    expect(hosts).toEqual([`rebinding.invalid:${port}`]);
    // The next delivery checks anew, and does not reuse a connection to what was allowed before.
    const next = await sender.send(message(`http://rebinding.invalid:${port}/`));
    expect(next).toMatchObject({ outcome: 'failed', error: 'the address of the host is not public' });
    expect(hosts).toHaveLength(1);
  });

  test('is never sent when the name has a private address at the time of the delivery', async () => {
    const sender = senderWith(resolvesTo('127.0.0.1'));
    const result = await sender.send(message(`https://hook.example.com:${port}/`));
    expect(result).toMatchObject({ outcome: 'failed', error: 'the address of the host is not public' });
    expect(hosts).toHaveLength(1);
  });

  test('to a host that does not resolve now is allowed at creation with https, and not with http', async () => {
    const failing: Resolve = () => Promise.reject(new Error('ENOTFOUND'));
    await senderWith(failing).checkDestination('https://soon.example.com/');
    await expect(senderWith(failing).checkDestination('http://soon.example.com/')).rejects.toThrow(
      'not found',
    );
  });

  test('goes through the proxy of the environment, which looks the name up; addresses are checked all the same', async () => {
    const proxy = await startProxy(port);
    const neverCalled: Resolve = () => Promise.reject(new Error('the name was looked up'));
    const sender = senderWith(neverCalled, PRODUCTION, { https: `http://127.0.0.1:${proxy.port}` });
    // The server behind the proxy has no TLS, so the request itself fails.
    expect((await sender.send(message('https://hook.example.com/'))).outcome).toBe('failed');
    expect(proxy.targets).toEqual(['hook.example.com:443']);
    for (const url of ['https://10.0.0.1/', 'https://[fd00::1]/', 'http://hook.example.com/'])
      await expect(sender.checkDestination(url)).rejects.toThrow();
    expect(proxy.targets).toHaveLength(1);
    await proxy.close();
  });

  test('ends when the receiver switches to another protocol instead of responding', async () => {
    const tcpServer = createTcpServer((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: example\r\nConnection: Upgrade\r\n\r\n');
      });
    });
    await new Promise<void>((resolve) => tcpServer.listen(0, '127.0.0.1', resolve));
    const sender = senderWith(resolvesTo('127.0.0.1'), { ...PRODUCTION, allowsLoopback: true });
    const { port } = tcpServer.address() as AddressInfo;
    expect(await sender.send(message(`http://127.0.0.1:${port}/`))).toMatchObject({
      outcome: 'failed',
      error: 'the connection was closed without a response',
    });
    tcpServer.close();
  });

  test('names the host of the URL in the TLS handshake, not the address', async () => {
    const hellos: string[] = [];
    const tlsServer = createTcpServer((socket) => {
      socket.once('data', (hello) => {
        hellos.push(hello.toString('latin1'));
        socket.destroy();
      });
    });
    await new Promise<void>((resolve) => tlsServer.listen(0, '127.0.0.1', resolve));
    const sender = senderWith(resolvesTo('127.0.0.1'), { ...PRODUCTION, allowsLoopback: true });
    const { port } = tlsServer.address() as AddressInfo;
    await sender.send(message(`https://hook.example.com:${port}/`));
    expect(hellos.join()).toContain('hook.example.com');
    tlsServer.close();
  });

  testWithEach(openssl, 'is not sent to a server without a trusted certificate', async () => {
    let requests = 0;
    const server = await startHttpsServer(temporaryFolder('webhooks'), () => void requests++);
    const sender = senderWith(resolvesTo('127.0.0.1'), { ...PRODUCTION, allowsLoopback: true });
    const result = await sender.send(message(`https://hook.example.com:${server.port}/`));
    expect([result, requests]).toEqual([
      expect.objectContaining({
        outcome: 'failed',
        error: 'the request failed: DEPTH_ZERO_SELF_SIGNED_CERT',
      }),
      0,
    ]);
    await server.close();
  });
});
