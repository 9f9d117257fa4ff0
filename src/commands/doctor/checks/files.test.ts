import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startProxy, type TestProxy } from '../../../../test/harness/proxy.ts';
import { VENDOR } from '../../../../test/harness/service.ts';
import { startTextServer } from '../doctor.fixture.ts';
import {
  type DoctorEnvironment,
  expectOnly,
  find,
  notOk,
  startDoctorEnvironment,
} from '../doctor-environment.fixture.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const TEMPLATE = `Parameters: {ExternalId: {Type: String}, VendorAccountId: {Default: '${VENDOR}'}}`;

let environment: DoctorEnvironment;

beforeAll(async () => {
  environment = await startDoctorEnvironment();
});
afterAll(() => environment.close());

describe('the published template', () => {
  test('that names the vendor is ok; another one, and a URL without one, are warnings', async () => {
    const port = await startTextServer({ '/ours.yaml': TEMPLATE, '/other.yaml': 'Parameters: {}' });
    const diagnose = (name: string) =>
      environment.diagnose({ COUNTERSIGN_TEMPLATE_URL: `http://127.0.0.1:${port}/${name}` });
    expect(notOk(await diagnose('ours.yaml'))).toEqual([]);
    expectOnly(await diagnose('other.yaml'), 'warning', 'files.template', /does not name account/, /Publish/);
    expectOnly(await diagnose('missing.yaml'), 'warning', 'files.template', /status 404/, /Publish/);
  });

  test('of each further partition is checked too', async () => {
    const port = await startTextServer({ '/ours.yaml': TEMPLATE });
    const broker = {
      partition: 'aws-us-gov',
      accountId: '888877776666',
      region: 'us-gov-west-1',
      templateUrl: `http://127.0.0.1:${port}/ours.yaml`,
    };
    const run = await environment.diagnose({
      COUNTERSIGN_BROKERS_FILE: environment.file('brokers.json', JSON.stringify([broker])),
    });
    expect(find(run, 'files.template')).toMatchObject({
      status: 'warning',
      message: expect.stringMatching(
        /templateUrl of aws-us-gov in COUNTERSIGN_BROKERS_FILE.*account 888877776666/,
      ),
    });
  });

  describe('beyond a proxy', () => {
    const NAME = 'templates.example.invalid';
    let proxy: TestProxy;
    beforeAll(async () => {
      proxy = await startProxy(await startTextServer({ '/ours.yaml': TEMPLATE }));
    });
    afterAll(() => proxy.close());
    const diagnose = (scheme: 'http' | 'https', noProxy?: string) =>
      environment.diagnose({
        COUNTERSIGN_TEMPLATE_URL: `${scheme}://${NAME}/ours.yaml`,
        [scheme === 'https' ? 'HTTPS_PROXY' : 'HTTP_PROXY']: `http://127.0.0.1:${proxy.port}`,
        NO_PROXY: noProxy,
      });

    test('is read through the proxy', async () => {
      expect(find(await diagnose('http'), 'files.template')?.status).toBe('ok');
      expect(proxy.targets).toEqual([`http://${NAME}/ours.yaml`]);
    });

    test('that refuses the connection is a warning', async () => {
      proxy.targets.length = 0;
      proxy.refusal = { status: 407, body: TEMPLATE };
      const run = await diagnose('https');
      expectOnly(run, 'warning', 'files.template', /proxy refused to connect, with status 407/, /proxies/);
      expect(proxy.targets).toEqual([`${NAME}:443`]);
    });

    test('is read directly if NO_PROXY names its host', async () => {
      proxy.targets.length = 0;
      expect(find(await diagnose('http', '.invalid'), 'files.template')?.status).toBe('warning');
      expect(proxy.targets).toEqual([]);
    });
  });
});
