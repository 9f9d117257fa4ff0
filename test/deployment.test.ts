import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { load, loadAll } from 'js-yaml';
import { expect, test } from 'vitest';
import { EXIT_AFTER_MS } from '../src/commands/shutdown.ts';
import { ENVIRONMENT } from '../src/config/environment.ts';
import { VERSION } from '../src/version.ts';
import { findProgram, testWithEach } from './harness/tools.ts';

const run = promisify(execFile);
const CHART = 'ops/helm/countersign';
const read = (file: string): string => readFileSync(file, 'utf8');
const templates = readdirSync(`${CHART}/templates`).map((file) => read(path.join(CHART, 'templates', file)));
const chartText = templates.join('\n');
const variables = Object.keys(ENVIRONMENT.shape);

interface Task {
  containerDefinitions: {
    environment: { name: string; value: string }[];
    secrets: { name: string }[];
    readonlyRootFilesystem: boolean;
    user: string;
    stopTimeout: number;
    mountPoints: { containerPath: string }[];
    healthCheck: { command: string[] };
  }[];
}

const task = JSON.parse(read('ops/ecs/task-definition.json')) as Task;
const [container] = task.containerDefinitions;

/** Values that the schema of the chart accepts, for its rendering. */
const VALUES = {
  'image.repository': 'registry.example.com/countersign',
  'image.digest': `sha256:${'a'.repeat(64)}`,
  secretName: 'countersign',
  signingKeySecretName: 'signing-key',
  'config.COUNTERSIGN_VENDOR_NAME': 'Example',
  'config.COUNTERSIGN_PUBLIC_URL': 'https://countersign.example.com',
  'config.AWS_REGION': 'eu-central-1',
  'aws.irsaRoleArn': 'arn:aws:iam::999988887777:role/CountersignBroker',
  'serviceMonitor.enabled': 'true',
  'prometheusRule.enabled': 'true',
};

test('chart, task definition and workflow set only variables that the service reads', () => {
  const inChart = [...chartText.matchAll(/- name: ([A-Z][A-Z_]+)\n/g)].map(([, name = '']) => name);
  expect(inChart).toContain('COUNTERSIGN_AUDIT_SIGNING_KEY_FILE');
  const inTask = [...(container?.environment ?? []), ...(container?.secrets ?? [])].map(({ name }) => name);
  for (const name of [...inChart, ...inTask]) expect(variables).toContain(name);
});

test('no secret is a plain value of the chart or of the task definition', () => {
  const { properties } = JSON.parse(read(`${CHART}/values.schema.json`)) as {
    properties: { config: { not: { anyOf: { required: string[] }[] } } };
  };
  const refused = properties.config.not.anyOf.flatMap(({ required }) => required);
  const secrets = [
    'DATABASE_URL',
    'COUNTERSIGN_ADMIN_KEY',
    'COUNTERSIGN_CANARY_EXTERNAL_ID',
    'COUNTERSIGN_WEBHOOK_SECRETS_KEY',
  ];
  expect(refused).toEqual(expect.arrayContaining(secrets));
  expect(container?.secrets.map(({ name }) => name)).toEqual(secrets);
  expect(container?.environment.map(({ name }) => name)).not.toEqual(
    expect.arrayContaining(secrets.slice(0, 1)),
  );
});

test('probes ask paths that exist, and a pod has time to stop', () => {
  const paths = [...chartText.matchAll(/httpGet: \{ path: (\S+),/g)].map(([, path = '']) => path);
  expect([...new Set(paths)].sort()).toEqual(['/livez', '/readyz']);
  const seconds = Number(/terminationGracePeriodSeconds: (\d+)/.exec(chartText)?.[1]);
  expect(seconds).toBeGreaterThan(EXIT_AFTER_MS / 1000);
  expect(container?.stopTimeout).toBeGreaterThan(EXIT_AFTER_MS / 1000);
  expect(container?.healthCheck.command.join(' ')).toContain('/livez');
});

test('the process may write to its data and to /tmp alone, and runs as the user of the image', () => {
  const [, user] = /\nUSER (\d+:\d+)\n/.exec(read('Dockerfile')) ?? [];
  expect(container).toMatchObject({ readonlyRootFilesystem: true, user });
  expect(container?.mountPoints.map(({ containerPath }) => containerPath)).toEqual([
    '/var/lib/countersign',
    '/tmp',
  ]);
  for (const setting of [
    `runAsUser: ${user?.split(':')[0]}`,
    'readOnlyRootFilesystem: true',
    'allowPrivilegeEscalation: false',
    'automountServiceAccountToken: false',
    'drop: [ALL]',
    'type: RuntimeDefault',
  ])
    expect(chartText).toContain(setting);
});

test('the chart has the version of the service, and the alerts of ops/prometheus', () => {
  expect(load(read(`${CHART}/Chart.yaml`))).toMatchObject({ appVersion: VERSION });
  expect(read(`${CHART}/rules.yaml`)).toBe(read('ops/prometheus/rules.yaml'));
});

test('the image is published with a list of its packages and its provenance, by a workflow with few permissions', () => {
  const workflow = load(read('.github/workflows/image.yml')) as {
    permissions: object;
    jobs: { image: { steps: { uses?: string; with?: Record<string, unknown> }[] } };
  };
  expect(workflow.permissions).toEqual({});
  const build = workflow.jobs.image.steps.find(({ uses }) => uses?.startsWith('docker/build-push-action@'));
  expect(build?.with).toMatchObject({ sbom: true, provenance: 'mode=max' });
});

const options = { cwd: process.cwd(), env: process.env };

testWithEach(
  findProgram('helm', ['version', '--short'], options),
  'helm accepts the chart, and renders each of its objects',
  async ({ file }) => {
    const values = [
      ...Object.entries(VALUES).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
      '--set-string',
      'config.COUNTERSIGN_VENDOR_ACCOUNT_ID=999988887777',
    ];
    await run(file, ['lint', '--strict', CHART, ...values], options);
    const { stdout } = await run(
      file,
      ['template', 'release', CHART, '--kube-version', '1.31.0', ...values],
      options,
    );
    const objects = loadAll(stdout).filter((object) => object !== null) as { kind: string }[];
    expect(objects.map(({ kind }) => kind).sort()).toEqual([
      'ConfigMap',
      'Deployment',
      'HorizontalPodAutoscaler',
      'Job',
      'NetworkPolicy',
      'PodDisruptionBudget',
      'PrometheusRule',
      'Service',
      'Service',
      'ServiceAccount',
      'ServiceMonitor',
    ]);
    await expect(
      run(file, ['template', 'release', CHART, '--kube-version', '1.31.0'], options),
    ).rejects.toThrow();
  },
  60_000,
);
