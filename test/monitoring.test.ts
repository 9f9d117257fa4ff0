import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import {
  createMetrics,
  registerAuditMetrics,
  registerBrokerMetrics,
  registerClockMetric,
  registerDatabaseMetrics,
  registerFleetMetrics,
  registerLoadMetrics,
  registerStsBudgetMetrics,
  registerWebhookMetrics,
} from '../src/observability/metrics.ts';
import { findProgram, testWithEach } from './harness/tools.ts';

const run = promisify(execFile);

interface Rule {
  alert?: string;
  record?: string;
  expr: string;
  annotations?: { runbook_url: string };
}

const { groups } = load(readFileSync('ops/prometheus/rules.yaml', 'utf8')) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const alerts = rules.flatMap(({ alert, annotations }) => (alert ? [{ alert, annotations }] : []));
const dashboard = JSON.parse(readFileSync('ops/grafana/dashboard.json', 'utf8')) as {
  panels: { title: string; targets?: { expr: string }[] }[];
};
const operations = readFileSync('docs/operations.md', 'utf8');

/** The labels of each metric that the service publishes. */
function publishedMetrics(): Map<string, readonly string[]> {
  const metrics = createMetrics();
  registerAuditMetrics(metrics, async () => 0);
  registerBrokerMetrics(metrics, new Map());
  registerClockMetric(metrics, () => 0);
  registerDatabaseMetrics(metrics, () => ({}), { isFailing: false });
  registerFleetMetrics(metrics, () => null);
  registerLoadMetrics(metrics, new Map());
  registerStsBudgetMetrics(metrics, { limits: { tenant: 1, all: 1 }, remaining: new Map() });
  registerWebhookMetrics(metrics, async () => 0);
  return new Map(
    metrics.registry.getMetricsAsArray().map((metric) => {
      const { name, labelNames } = metric as unknown as { name: string; labelNames: string[] };
      return [name, labelNames];
    }),
  );
}

/** Labels that Prometheus itself adds. */
const SCRAPE_LABELS = ['job', 'instance', 'le'];

/** One line for each metric, or label of a selector, that the service does not publish. */
function findUnpublished(expressions: readonly string[]): string[] {
  const published = publishedMetrics();
  const recorded = rules.flatMap(({ record }) => record ?? []);
  return expressions.flatMap((expr) =>
    [...expr.matchAll(/\b(countersign[a-z_:0-9]+)(?:\{([^}]*)\})?/g)].flatMap(
      ([, name = '', selector = '']) => {
        if (recorded.includes(name)) return [];
        const labels = published.get(name.replace(/_(bucket|count|sum)$/, '')) ?? published.get(name);
        if (!labels) return [`${name} is not published`];
        const selected = [...selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"(?:[^"\\]|\\.)*"/g)];
        return selected
          .map(([, label = '']) => label)
          .filter((label) => ![...labels, ...SCRAPE_LABELS].includes(label))
          .map((label) => `${name} has no label ${label}`);
      },
    ),
  );
}

const ruleExpressions = rules.map(({ expr }) => expr);
const panelExpressions = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

test('alerts and dashboard use only metrics and labels that the service publishes', () => {
  expect(findUnpublished([...ruleExpressions, ...panelExpressions])).toEqual([]);
  expect(panelExpressions.length).toBeGreaterThan(20);
  expect(
    findUnpublished(['rate(countersign_unknown_total[5m]) + countersign_connections{state="x"}']),
  ).toEqual(['countersign_unknown_total is not published', 'countersign_connections has no label state']);
});

test('the dashboard shows every metric of the service', () => {
  const shown = panelExpressions.join('\n');
  const own = [...publishedMetrics().keys()].filter((name) => name.startsWith('countersign_'));
  expect(own.filter((name) => !shown.includes(name))).toEqual([]);
});

describe('each alert', () => {
  test.each(alerts)(
    '$alert is explained in docs/operations.md, and has a unit test',
    ({ alert, annotations }) => {
      expect(annotations?.runbook_url).toMatch(new RegExp(`docs/operations\\.md#${alert.toLowerCase()}$`));
      expect(operations).toContain(`\n#### ${alert}\n`);
      expect(readFileSync('ops/prometheus/rules.test.yaml', 'utf8')).toContain(`  - name: ${alert}\n`);
    },
  );
});

const options = { cwd: 'ops/prometheus', env: process.env };

testWithEach(
  findProgram('promtool', ['--version'], options),
  'promtool accepts the rules, and each alert fires in its unit test alone',
  async ({ file }) => {
    const { stdout } = await run(file, ['test', 'rules', 'rules.test.yaml'], options);
    expect(stdout).toContain('SUCCESS');
  },
  30_000,
);
