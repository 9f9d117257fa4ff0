import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { callAws } from '../../src/aws-emulator/protocol/call-aws.ts';
import { CUSTOMER, putRole, type TestService } from '../harness/service.ts';
import type { RunOptions } from '../harness/tools.ts';

const run = promisify(execFile);

/** The job of python/job.py and go/main.go: what a generated client received, after it was parsed. */
interface Report {
  tenantId: string;
  externalId: string;
  trustPolicy: object;
  /** The artifacts that the setup kit lists. */
  artifactNames: string[];
  /** The text of each artifact except the trust policy. */
  artifacts: Record<string, string>;
  outcome: string;
  probes: string[];
  keyExpiresAt: string;
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken: string };
  actions: string[];
  problem: string;
}

const KEY_LIFETIME_MS = 3_600_000;

/** Starts the job with a client for this service, and checks everything that the client received. */
export async function expectWholeJob(
  service: TestService,
  command: string[],
  { cwd, env }: RunOptions,
): Promise<void> {
  const keyExpiresAt = new Date(service.clock.now().getTime() + KEY_LIFETIME_MS);
  const report = await runJob(service, command, {
    cwd,
    env: {
      ...env,
      COUNTERSIGN_URL: service.url,
      COUNTERSIGN_KEY: service.adminKey,
      KEY_EXPIRES_AT: withOffset(keyExpiresAt),
    },
  });
  await expectKit(service, report);
  expect(report.outcome).toBe('verified');
  expect(report.probes).toEqual(['allowed', 'denied', 'denied', 'denied', 'denied']);
  expect(new Date(report.keyExpiresAt)).toEqual(keyExpiresAt);
  expect(await accountOf(service, report.credentials)).toBe(CUSTOMER);
  const { body } = await service.admin.get(`/v1/audit-events?tenantId=${report.tenantId}`);
  expect(report.actions).toEqual(body.data.map(({ action }: { action: string }) => action));
  expect(report.actions).toContain('credentials.issued');
  expect(report.problem).toBe('not_found');
}

/** Acts as the customer: creates a role with the trust policy that the job prints, and sends its ARN. */
async function runJob(
  service: TestService,
  [file = '', ...args]: string[],
  options: RunOptions,
): Promise<Report> {
  const job = run(file, args, { ...options, timeout: 60_000 });
  const lines = createInterface({ input: job.child.stdout as NodeJS.ReadableStream });
  const createRole = async (): Promise<void> => {
    const [trustPolicy] = await Promise.race([once(lines, 'line'), once(lines, 'close')]);
    if (trustPolicy !== undefined)
      job.child.stdin?.end(`${await putRole(service.aws, JSON.parse(trustPolicy))}\n`);
  };
  const [{ stdout }] = await Promise.all([job, createRole()]);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

async function expectKit(service: TestService, report: Report): Promise<void> {
  const { tenantId, externalId, trustPolicy, artifacts } = report;
  const fetchText = async (artifact: string): Promise<string> => {
    const { status, text } = await service.admin.get(`/v1/tenants/${tenantId}/setup/${artifact}`);
    expect(status, artifact).toBe(200);
    return text;
  };
  expect(report.artifactNames.sort()).toEqual([...Object.keys(artifacts), 'trust-policy.json'].sort());
  for (const [name, text] of Object.entries(artifacts)) {
    expect(text, name).toBe(await fetchText(name));
    expect(text, name).toContain(externalId);
  }
  expect(trustPolicy).toEqual(JSON.parse(await fetchText('trust-policy.json')));
}

/** The account in which the issued credentials act, by AWS's own answer. */
async function accountOf(service: TestService, credentials: Report['credentials']): Promise<string | null> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const elementText = await callAws({
    endpoint: service.aws.url,
    credentials: { accessKeyId, secretAccessKey, sessionToken },
    service: 'sts',
    action: 'GetCallerIdentity',
    now: service.clock.now(),
  });
  return elementText('Account');
}

/** A time as a client in Central Europe would send it. */
function withOffset(time: Date): string {
  return new Date(time.getTime() + 2 * 3_600_000).toISOString().replace('Z', '+02:00');
}
