import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import Fastify from 'fastify';
import { afterEach, expect, test } from 'vitest';
import { startTestService, type TestService } from '../../test/harness/service.ts';
import { createMetrics } from '../observability/metrics.ts';
import { listenWithMetrics } from './metrics-server.ts';

let service: TestService | undefined;
afterEach(async () => {
  await service?.close();
  service = undefined;
});

test('metrics with a port of their own are served there alone, and nothing else is', async () => {
  service = await startTestService({ config: { metricsPort: 0 } });
  const url = service.service.metricsUrl as string;
  const metrics = await fetch(`${url}/metrics`);
  expect(metrics.status).toBe(200);
  expect(metrics.headers.get('content-type')).toMatch(/^text\/plain; version=/);
  expect(await metrics.text()).toContain('countersign_');
  expect((await fetch(`${service.url}/metrics`)).status).toBe(404);
  for (const path of ['/livez', '/v1/tenants', '/openapi.json', '/connect'])
    expect((await fetch(url + path)).status, path).toBe(404);
});

test('the metrics port is closed with the service', async () => {
  service = await startTestService({ config: { metricsPort: 0 } });
  const url = service.service.metricsUrl as string;
  await (await fetch(`${url}/metrics`)).text();
  await service.close();
  service = undefined;
  await expect(fetch(`${url}/metrics`)).rejects.toThrow();
});

test('without a port of their own, metrics are served with the API', async () => {
  service = await startTestService();
  expect(service.service.metricsUrl).toBeNull();
  expect((await fetch(`${service.url}/metrics`)).status).toBe(200);
});

test('no port stays open when the metrics port is in use', async () => {
  const occupant = createServer();
  await once(occupant.listen(0, '127.0.0.1'), 'listening');
  const { port: metricsPort } = occupant.address() as AddressInfo;
  const app = Fastify();
  const listening = listenWithMetrics(app, createMetrics(), { host: '127.0.0.1', port: 0, metricsPort });
  await expect(listening).rejects.toThrow('EADDRINUSE');
  expect(app.server.listening).toBe(false);
  occupant.close();
});
