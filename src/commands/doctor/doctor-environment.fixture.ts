import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import {
  putRole,
  runningClock,
  startTestService,
  type TestService,
  trustPolicyRequiring,
  VENDOR,
} from '../../../test/harness/service.ts';
import { temporaryFolder } from '../../../test/harness/temporary-folder.ts';
import type { CheckResult, CheckStatus } from './check-result.ts';
import { closeServers, type DoctorRun, runDoctor, startSilentServer } from './doctor.fixture.ts';

export interface DoctorEnvironment {
  service: TestService;
  folder: string;
  /** A set-up in which nothing is wrong. */
  healthy: Record<string, string>;
  /** Writes a file and returns its path. */
  file(name: string, content: string): string;
  /** Credentials of the broker role in environment variables. */
  brokerVariables(passesOn?: { sessionTags: boolean; sourceIdentity: boolean }): Record<string, string>;
  /** Runs the doctor on the healthy set-up with changes; `undefined` unsets a variable. Checks that no secret is printed. */
  diagnose(changes?: Record<string, string | undefined>): Promise<DoctorRun>;
  close(): Promise<void>;
}

export const WITHOUT_CREDENTIALS = {
  AWS_ACCESS_KEY_ID: undefined,
  AWS_SECRET_ACCESS_KEY: undefined,
  AWS_SESSION_TOKEN: undefined,
};

const CANARY_EXTERNAL_ID = 'canary-external-id';

/** Starts a service with its database and AWS emulator, and a canary role in another account. */
export async function startDoctorEnvironment(): Promise<DoctorEnvironment> {
  const service = await startTestService({ clock: runningClock() });
  const folder = temporaryFolder('doctor');
  const file = (name: string, content: string): string => {
    writeFileSync(path.join(folder, name), content);
    return path.join(folder, name);
  };
  const brokerVariables: DoctorEnvironment['brokerVariables'] = (passesOn) => {
    const broker = { partition: 'aws', accountId: VENDOR, ...(passesOn && { passesOn }) };
    const { accessKeyId, secretAccessKey, sessionToken = '' } = service.aws.openBrokerSession(broker);
    return {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    };
  };
  const { privateKey } = generateKeyPairSync('ed25519');
  const healthy = {
    ...brokerVariables(),
    DATABASE_URL: service.database.ownerUrl,
    COUNTERSIGN_VENDOR_ACCOUNT_ID: VENDOR,
    COUNTERSIGN_VENDOR_NAME: 'Example Vendor',
    COUNTERSIGN_BROKER_ROLE_ARN: `arn:aws:iam::${VENDOR}:role/CountersignBroker`,
    COUNTERSIGN_CANARY_ROLE_ARN: await putRole(service.aws, trustPolicyRequiring(CANARY_EXTERNAL_ID), {
      account: '999988880000',
    }),
    COUNTERSIGN_CANARY_EXTERNAL_ID: CANARY_EXTERNAL_ID,
    COUNTERSIGN_PUBLIC_URL: 'https://countersign.example.com',
    COUNTERSIGN_ADMIN_KEY: 'an-admin-key-of-forty-characters-or-more',
    COUNTERSIGN_DATA_DIR: folder,
    COUNTERSIGN_AUDIT_SIGNING_KEY_FILE: file(
      'key.pem',
      privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    ),
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_STS: service.aws.url,
  };
  return {
    service,
    folder,
    healthy,
    file,
    brokerVariables,
    diagnose: (changes) => diagnose({ ...healthy, ...changes }),
    async close() {
      closeServers();
      await service.close();
    },
  };
}

async function diagnose(variables: Record<string, string | undefined>): Promise<DoctorRun> {
  const values = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined),
  ) as Record<string, string>;
  const run = await runDoctor(values);
  const secrets = [
    values.AWS_SECRET_ACCESS_KEY,
    values.AWS_SESSION_TOKEN,
    values.COUNTERSIGN_ADMIN_KEY,
    new URL(values.DATABASE_URL ?? 'postgres://x').password,
    'a-secret-password',
  ].filter(Boolean) as string[];
  for (const secret of secrets) expect(run.output).not.toContain(secret);
  for (const { message, fix } of run.results)
    expect(`${message} ${fix ?? ''}`).not.toMatch(/undefined|\[object/);
  return run;
}

/** A set-up in which everything that the doctor calls accepts connections and never answers. */
export async function hangingVariables({ healthy, file }: DoctorEnvironment) {
  const port = await startSilentServer();
  return {
    ...healthy,
    ...WITHOUT_CREDENTIALS,
    DATABASE_URL: `postgres://owner:a-secret-password@127.0.0.1:${port}/c`,
    AWS_ENDPOINT_URL_STS: `http://127.0.0.1:${port}`,
    AWS_CONFIG_FILE: file(
      'aws-config',
      '[default]\ncredential_process = sh -c "sleep 30" a-secret-password\n',
    ),
  };
}

export const notOk = ({ results }: DoctorRun): CheckResult[] =>
  results.filter(({ status }) => status !== 'ok');

/** The check is not ok for this reason, its fix names the remedy, and all other checks are ok. */
export function expectOnly(
  run: DoctorRun,
  status: CheckStatus,
  check: string,
  message: RegExp,
  fix: RegExp,
): void {
  expect(notOk(run)).toEqual([
    { check, status, message: expect.stringMatching(message), fix: expect.stringMatching(fix) },
  ]);
}

export const find = ({ results }: DoctorRun, check: string): CheckResult | undefined =>
  results.find((result) => result.check === check);
