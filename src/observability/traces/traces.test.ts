import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../../test/harness/caller.ts';
import {
  createConnectedTenant,
  createKey,
  startTestService,
  type TestConnection,
  type TestService,
  type TestTenant,
} from '../../../test/harness/service.ts';
import { getTracing, startChildSpan } from './tracing.ts';

interface Attribute {
  key: string;
  value: { stringValue?: string; intValue?: number };
}

interface ExportedSpan {
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  status: { code?: number };
  attributes: Attribute[];
}

const PARENT = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };

/** The trace of a request whose body arrives in several parts. */
const LARGE_BODY_TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

let collector: Server;
/** The bodies that the collector received. */
const exported: string[] = [];
let service: TestService;
let tenant: TestTenant;
let connection: TestConnection;
let worker: Caller;
let workerKey: string;
let linkUrl: string;
/** All spans, and the response of each traced request. */
let spans: ExportedSpan[];
let issuedSecrets: string[];
let missing: { body: { traceId: string; requestId: string } };

beforeAll(async () => {
  collector = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      exported.push(body);
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo;
  service = await startTestService({ config: { otlpEndpoint: `http://127.0.0.1:${port}/` } });
  ({ tenant, connection } = await createConnectedTenant(service));
  ({ caller: worker, key: workerKey } = await createKey(service, { role: 'worker' }));
  const traceparent = `00-${PARENT.traceId}-${PARENT.spanId}-01`;
  const { body } = await worker.post(`${connection.path}/credentials`, {}, { traceparent });
  issuedSecrets = [body.secretAccessKey, body.sessionToken, body.accessKeyId];
  missing = await worker.get(`/v1/tenants/${tenant.id}/connections/x`);
  linkUrl = (await service.admin.post(`${tenant.path}/connect-links`)).body.url;
  await fetch(linkUrl, { redirect: 'manual' });
  await service.admin.get(`/v1/search?q=${tenant.externalId}`);
  await fetch(`${service.url}/v1/tenants`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${service.adminKey}`,
      'content-type': 'application/json',
      traceparent: `00-${LARGE_BODY_TRACE}-${PARENT.spanId}-01`,
    },
    body: `{"name":"Example"}${' '.repeat(200_000)}`,
  });
  // Stopping sends what is left.
  await service.close();
  spans = exported.flatMap((text) => {
    const { resourceSpans } = JSON.parse(text) as {
      resourceSpans: { scopeSpans: { spans: ExportedSpan[] }[] }[];
    };
    return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  });
});
afterAll(() => new Promise((resolve) => collector.close(resolve)));

const attributesOf = ({ attributes }: ExportedSpan): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]));

test("a request for credentials is a span of the caller's trace, with its statements and its call to STS below it", () => {
  const ofTrace = spans.filter(({ traceId }) => traceId === PARENT.traceId);
  const request = ofTrace.find(({ name }) => name.endsWith('/credentials'));
  expect(request).toMatchObject({
    name: 'POST /v1/tenants/:tenantId/connections/:connectionId/credentials',
    parentSpanId: PARENT.spanId,
  });
  expect(attributesOf(request as ExportedSpan)).toMatchObject({
    'http.request.method': 'POST',
    'http.response.status_code': 200,
  });
  const children = ofTrace.filter(({ parentSpanId }) => parentSpanId === request?.spanId);
  expect(children.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['postgresql SELECT', 'postgresql INSERT', 'STS AssumeRole']),
  );
});

test('what a request does after its body has arrived belongs to its trace', () => {
  const names = spans.filter(({ traceId }) => traceId === LARGE_BODY_TRACE).map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining(['POST /v1/tenants', 'postgresql INSERT', 'postgresql COMMIT']),
  );
});

test('a denied probe is a failed call to STS, without the text of AWS', () => {
  const failed = spans.filter(({ name, status }) => name === 'STS AssumeRole' && status.code === 2);
  expect(failed.length).toBeGreaterThanOrEqual(4);
  for (const span of failed) expect(attributesOf(span)['error.type']).toBe('denied');
});

test('problems and log lines of a request have its trace ID', () => {
  const { traceId, requestId } = missing.body;
  expect(spans.map((span) => span.traceId)).toContain(traceId);
  const lines = service.logLines.map((line) => JSON.parse(line));
  expect(lines.find((line) => line.requestId === requestId)).toMatchObject({ traceId });
});

test('statements outside a request are no spans, so that background jobs fill no trace', () => {
  const roots = spans.filter(({ parentSpanId }) => !parentSpanId);
  for (const { name } of roots) expect(name).toMatch(/^(GET|POST|PATCH|DELETE)/);
});

test('nothing that is exported contains a key, credentials, the secret of a link or an external ID', () => {
  const text = exported.join('\n');
  expect(text).toContain('/connect');
  const secrets = [
    service.adminKey,
    workerKey,
    ...issuedSecrets,
    linkUrl.split('/').at(-1),
    tenant.externalId,
  ];
  for (const secret of secrets) expect(text).not.toContain(secret);
  expect(text).not.toMatch(/csk_|csl_|ASIA|Bearer/);
});

test('without an endpoint there are no traces, and OpenTelemetry is not loaded', () => {
  expect(getTracing()).toBeNull();
  expect(startChildSpan('x', {})).toBeNull();
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.ts$/.test(file),
  );
  const loading = files.filter((file) =>
    /^(import (?!type )|\} from )[^;]*'@opentelemetry/m.test(readFileSync(path.join('src', file), 'utf8')),
  );
  expect(loading).toEqual(['observability/traces/open-tracing.ts']);
});
