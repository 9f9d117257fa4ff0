import path from 'node:path';
import { z } from 'zod';
import { PARTITIONS, parseRoleArn, partitionOfRegion } from '../aws/arn.ts';
import { ConfigError } from '../lib/config-error.ts';
import { isOrigin, isTrustworthyUrl } from '../lib/urls.ts';
import { readWorkerIdentities } from '../worker-identities/configuration.ts';
import type { WorkerIdentity } from '../worker-identities/worker-identity.ts';
import { readInlinePolicy } from './inline-policy.ts';
import { type Logo, readLogo } from './logo.ts';

const accountId = z.string().regex(/^\d{12}$/, 'must be 12 digits');
const wholeNumber = (least: number, most: number) =>
  z.coerce
    .number({ error: 'must be a number' })
    .int('must be a whole number')
    .min(least, `must be ${least} or more`)
    .max(most, `must be ${most} or less`);
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });
const returnUrl = httpUrl.refine(
  (text) => isTrustworthyUrl(text) && !/[?#@]/.test(text),
  'must be https URLs (or http on loopback) without user, query or fragment',
);

/** Every variable that Countersign reads, with its default and meaning; docs/configuration.md is made from it. */
export const ENVIRONMENT = z.object({
  HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address to listen on; `localhost` is each of its addresses.'),
  PORT: wholeNumber(0, 65_535).default(3000).describe('Port to listen on.'),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' })
    .optional()
    .describe(
      'PostgreSQL 14 or later, as the owner of the database: it applies the migrations and gives the role `countersign_service`, as which the service then runs, its login. Unset: an embedded PostgreSQL in `COUNTERSIGN_DATA_DIR`.',
    ),
  COUNTERSIGN_SERVICE_DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' })
    .optional()
    .describe(
      'The same database as `countersign_service`, for those who manage logins themselves. Needs `DATABASE_URL` too.',
    ),
  COUNTERSIGN_DATABASE_POOL_SIZE: wholeNumber(2, 200)
    .default(10)
    .describe('Database connections of this process.'),
  COUNTERSIGN_DATA_DIR: z
    .string()
    .min(1)
    .default('.countersign')
    .describe('Where the embedded database, the sandbox and the key that signs audit checkpoints are kept.'),
  COUNTERSIGN_VENDOR_ACCOUNT_ID: accountId
    .optional()
    .describe("The vendor's 12-digit AWS account. Required by `serve`; 999988887777 in the sandbox."),
  COUNTERSIGN_OWN_ACCOUNT_IDS: list
    .pipe(z.array(accountId))
    .default([])
    .describe(
      "Further accounts of the vendor, separated by commas: roles in them are refused like those in the vendor's account.",
    ),
  COUNTERSIGN_VENDOR_NAME: z
    .string()
    .min(1)
    .max(100)
    .default('Your vendor')
    .describe("The vendor's name, as customers read it."),
  COUNTERSIGN_VENDOR_LOGO_FILE: z
    .string()
    .optional()
    .describe(
      'An SVG or PNG of at most 256 KB that the hosted page shows at its top. Unset: the name alone.',
    ),
  COUNTERSIGN_VENDOR_COLOR: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/, 'must be a colour like #1a2b3c')
    .default('#0b5cad')
    .describe(
      'The colour of buttons and links on the hosted page. Where it could not be read it is made darker or lighter.',
    ),
  COUNTERSIGN_BROKER_ROLE_ARN: z
    .string()
    .optional()
    .describe(
      'The role that Countersign runs as; served trust policies then admit it alone (`aws:PrincipalArn`).',
    ),
  COUNTERSIGN_PARTITION: z
    .enum(PARTITIONS)
    .optional()
    .describe("The AWS partition of the vendor's account. Unset: the one of `AWS_REGION`."),
  COUNTERSIGN_ADMIN_KEY: z
    .string()
    .regex(/^[\x21-\x7e]*$/, 'must be printable characters without spaces')
    .min(32, 'must have 32 characters or more')
    .max(512)
    .optional()
    .describe('The first admin key, taken when there is no key yet. 32 characters or more.'),
  COUNTERSIGN_ROLE_NAME: z
    .string()
    .regex(/^[\w+=,.@-]{1,64}$/, 'must be an IAM role name of at most 64 characters')
    .default('CountersignAccess')
    .describe('The name of the role in the setup kit.'),
  COUNTERSIGN_MANAGED_POLICY_ARNS: list
    .pipe(
      z
        .array(
          z.string().regex(/^arn:[a-z-]+:iam::(\d{12}|aws):policy\/\S+$/, 'must be ARNs of managed policies'),
        )
        .max(10),
    )
    .default([])
    .describe('Managed policies that the role in the setup kit gets, separated by commas. Unset: none.'),
  COUNTERSIGN_INLINE_POLICY_FILE: z
    .string()
    .optional()
    .describe('A JSON file with the inline policy that the role in the setup kit gets. Unset: none.'),
  COUNTERSIGN_TEMPLATE_URL: httpUrl
    .optional()
    .describe('Where the CloudFormation template lies in S3; the setup kit then has a quick-create link.'),
  COUNTERSIGN_PUBLIC_URL: httpUrl
    .optional()
    .describe('The base of links that customers open. Unset: the address it listens on.'),
  COUNTERSIGN_RETURN_URLS: list
    .pipe(z.array(returnUrl))
    .default([])
    .describe(
      'Where a connect link may send customers back to, separated by commas: each an origin, or an origin with a path below which everything is allowed; https, or http on loopback. Unset: nowhere.',
    ),
  COUNTERSIGN_FRAME_ANCESTORS: list
    .pipe(z.array(z.string().refine(isOrigin, 'must be origins like https://app.example.com')))
    .default([])
    .describe('Origins whose pages may show the hosted page in a frame, separated by commas. Unset: none.'),
  COUNTERSIGN_SANDBOX_PORT: wholeNumber(0, 65_535)
    .optional()
    .describe('Where the local AWS of `npm start` listens. Unset: `PORT` + 1.'),
  COUNTERSIGN_VERIFICATIONS_PER_MINUTE: wholeNumber(1, 10_000)
    .default(30)
    .describe('Verifications that each tenant may ask for in a minute.'),
  COUNTERSIGN_POLICY_CHECKS_PER_MINUTE: wholeNumber(1, 10_000)
    .default(30)
    .describe('Trust policies that each tenant may have checked in a minute.'),
  COUNTERSIGN_RECHECK_SECONDS: wholeNumber(10, 2_592_000)
    .default(21_600)
    .describe('How often each role is verified again by itself, in seconds.'),
  COUNTERSIGN_STS_TIMEOUT_SECONDS: wholeNumber(1, 60)
    .default(8)
    .describe('The longest that one call to STS may take, retries included.'),
  COUNTERSIGN_STS_CALLS_PER_SECOND: wholeNumber(10, 100_000)
    .default(500)
    .describe(
      'The most calls to STS that this process makes in any one second. AWS allows an account 600 in a Region, which all replicas, and whatever else runs in the account, share: divide it among them.',
    ),
  COUNTERSIGN_STS_CALLS_PER_SECOND_PER_TENANT: wholeNumber(10, 100_000)
    .optional()
    .describe(
      'The most of them for one tenant, so that a noisy one leaves room for the others. A verification takes five or six. Unset: a fifth of `COUNTERSIGN_STS_CALLS_PER_SECOND`, but 10 at least.',
    ),
  COUNTERSIGN_WORKER_IDENTITIES_FILE: z
    .string()
    .optional()
    .describe(
      'A JSON file with the OIDC tokens that workers may present instead of a key: docs/worker-identity.md. Unset: none.',
    ),
  COUNTERSIGN_AUDIT_SIGNING_KEY_FILE: z
    .string()
    .optional()
    .describe(
      'An Ed25519 private key (PEM) that signs audit checkpoints. Unset: one is made and kept in `COUNTERSIGN_DATA_DIR`.',
    ),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('How much is logged, as JSON lines on standard output.'),
  AWS_REGION: z
    .string()
    .min(1)
    .default('us-east-1')
    .describe('The Region whose STS is called, as every AWS tool reads it.'),
  AWS_ENDPOINT_URL_STS: httpUrl.optional().describe('Another address for STS, as every AWS SDK reads it.'),
});

export type Environment = z.infer<typeof ENVIRONMENT>;

export interface Config {
  host: string;
  port: number;
  databaseUrl: string | null;
  serviceDatabaseUrl: string | null;
  databasePoolSize: number;
  dataDir: string;
  vendor: { name: string; accountId: string; partition: string; brokerRoleArn: string | null };
  /** Accounts whose roles are refused before any call: the vendor's own. */
  ownAccountIds: string[];
  adminKey: string | null;
  role: { name: string; maxSessionDurationSeconds: number };
  permissions: { managedPolicyArns: string[]; inlinePolicy: Record<string, unknown> | null };
  templateUrl: string | null;
  publicUrl: string | null;
  /** How the hosted page looks. */
  page: { colour: string; logo: Logo | null; frameAncestors: string[] };
  /** Origins, or origins with a path, that a connect link may send customers back to. */
  returnUrls: string[];
  sandboxPort: number;
  verificationsPerMinute: number;
  policyChecksPerMinute: number;
  recheckSeconds: number;
  stsTimeoutSeconds: number;
  /** The most calls in any one second, of this process: for one tenant, and for all together. */
  stsCallsPerSecond: { tenant: number; all: number };
  /** Tokens that workers may present instead of a key. */
  workerIdentities: WorkerIdentity[];
  auditSigningKeyFile: string | null;
  logLevel: string;
  /** Whether LOG_LEVEL was set, or is the default. */
  logLevelGiven: boolean;
  region: string;
}

/** The sandbox's vendor, when none is configured. */
const SANDBOX_VENDOR_ACCOUNT_ID = '999988887777';

/**
 * Reads the whole configuration at once.
 * @param mode `serve` demands what production needs; `sandbox` has a default for everything
 * @throws ConfigError that names each variable at fault
 */
 export function readConfig(
  mode: 'serve' | 'sandbox',
  environment: NodeJS.ProcessEnv = process.env,
): Config {
  // An empty variable is an unset one: `FOO=` in a compose file must not mean something of its own.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = ENVIRONMENT.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `${String(issue.path[0])} ${issue.message}`));
  }
  const env = parsed.data;
  const partition = env.COUNTERSIGN_PARTITION ?? partitionOfRegion(env.AWS_REGION);
  const problems: string[] = [];
  const inlinePolicy = readInlinePolicy(env.COUNTERSIGN_INLINE_POLICY_FILE, problems);
  const logo = readLogo(env.COUNTERSIGN_VENDOR_LOGO_FILE, problems);
  const workerIdentities = readWorkerIdentities(env.COUNTERSIGN_WORKER_IDENTITIES_FILE, problems);
  contradictions(mode, env, partition, problems);
  if (problems.length > 0) throw new ConfigError(problems);

  const vendorAccountId = env.COUNTERSIGN_VENDOR_ACCOUNT_ID ?? SANDBOX_VENDOR_ACCOUNT_ID;
  return {
    host: env.HOST,
    port: env.PORT,
    databaseUrl: env.DATABASE_URL ?? null,
    serviceDatabaseUrl: env.COUNTERSIGN_SERVICE_DATABASE_URL ?? null,
    databasePoolSize: env.COUNTERSIGN_DATABASE_POOL_SIZE,
    dataDir: path.resolve(env.COUNTERSIGN_DATA_DIR),
    vendor: {
      name: env.COUNTERSIGN_VENDOR_NAME,
      accountId: vendorAccountId,
      partition,
      brokerRoleArn: env.COUNTERSIGN_BROKER_ROLE_ARN ?? null,
    },
    ownAccountIds: [vendorAccountId, ...env.COUNTERSIGN_OWN_ACCOUNT_IDS],
    adminKey: env.COUNTERSIGN_ADMIN_KEY ?? null,
    role: { name: env.COUNTERSIGN_ROLE_NAME, maxSessionDurationSeconds: 3600 },
    permissions: { managedPolicyArns: env.COUNTERSIGN_MANAGED_POLICY_ARNS, inlinePolicy },
    templateUrl: env.COUNTERSIGN_TEMPLATE_URL ?? null,
    publicUrl: env.COUNTERSIGN_PUBLIC_URL ?? null,
    page: {
      colour: env.COUNTERSIGN_VENDOR_COLOR.toLowerCase(),
      logo,
      frameAncestors: env.COUNTERSIGN_FRAME_ANCESTORS,
    },
    returnUrls: env.COUNTERSIGN_RETURN_URLS,
    sandboxPort: env.COUNTERSIGN_SANDBOX_PORT ?? (env.PORT === 0 ? 0 : env.PORT + 1),
    verificationsPerMinute: env.COUNTERSIGN_VERIFICATIONS_PER_MINUTE,
    policyChecksPerMinute: env.COUNTERSIGN_POLICY_CHECKS_PER_MINUTE,
    recheckSeconds: env.COUNTERSIGN_RECHECK_SECONDS,
    stsTimeoutSeconds: env.COUNTERSIGN_STS_TIMEOUT_SECONDS,
    stsCallsPerSecond: {
      tenant:
        env.COUNTERSIGN_STS_CALLS_PER_SECOND_PER_TENANT ??
        Math.max(10, Math.floor(env.COUNTERSIGN_STS_CALLS_PER_SECOND / 5)),
      all: env.COUNTERSIGN_STS_CALLS_PER_SECOND,
    },
    workerIdentities,
    auditSigningKeyFile: env.COUNTERSIGN_AUDIT_SIGNING_KEY_FILE ?? null,
    logLevel: env.LOG_LEVEL,
    logLevelGiven: given.LOG_LEVEL !== undefined,
    region: env.AWS_REGION,
  };
}

function contradictions(
  mode: 'serve' | 'sandbox',
  env: Environment,
  partition: string,
  problems: string[],
): void {
  const vendor = env.COUNTERSIGN_VENDOR_ACCOUNT_ID;
  if (mode === 'serve' && !vendor) {
    problems.push("COUNTERSIGN_VENDOR_ACCOUNT_ID is missing: set it to the vendor's 12-digit AWS account");
  }
  if (env.COUNTERSIGN_PARTITION && partitionOfRegion(env.AWS_REGION) !== env.COUNTERSIGN_PARTITION) {
    problems.push(
      `COUNTERSIGN_PARTITION is ${env.COUNTERSIGN_PARTITION}, but AWS_REGION ${env.AWS_REGION} lies in ${partitionOfRegion(env.AWS_REGION)}`,
    );
  }
  if (env.COUNTERSIGN_SERVICE_DATABASE_URL && !env.DATABASE_URL) {
    problems.push('COUNTERSIGN_SERVICE_DATABASE_URL is set, but DATABASE_URL is not: the migrations need it');
  }
  const tenantCalls = env.COUNTERSIGN_STS_CALLS_PER_SECOND_PER_TENANT;
  if (tenantCalls !== undefined && tenantCalls > env.COUNTERSIGN_STS_CALLS_PER_SECOND) {
    problems.push(
      `COUNTERSIGN_STS_CALLS_PER_SECOND_PER_TENANT is ${tenantCalls}, more than the ${env.COUNTERSIGN_STS_CALLS_PER_SECOND} of COUNTERSIGN_STS_CALLS_PER_SECOND for all: one tenant could use up everything`,
    );
  }
  if (env.PORT !== 0 && mode === 'sandbox' && env.COUNTERSIGN_SANDBOX_PORT === env.PORT) {
    problems.push('COUNTERSIGN_SANDBOX_PORT is the same as PORT: two servers cannot share it');
  }
  if (mode === 'sandbox' && env.PORT === 65_535 && env.COUNTERSIGN_SANDBOX_PORT === undefined) {
    problems.push('PORT is 65535, so COUNTERSIGN_SANDBOX_PORT cannot be PORT + 1: set it');
  }
  if (env.COUNTERSIGN_BROKER_ROLE_ARN !== undefined) {
    const broker = parseRoleArn(env.COUNTERSIGN_BROKER_ROLE_ARN);
    const account = vendor ?? SANDBOX_VENDOR_ACCOUNT_ID;
    if (!broker) {
      problems.push(
        'COUNTERSIGN_BROKER_ROLE_ARN must be the ARN of an IAM role, like arn:aws:iam::111122223333:role/broker',
      );
    } else if (broker.accountId !== account) {
      problems.push(
        `COUNTERSIGN_BROKER_ROLE_ARN lies in account ${broker.accountId}, but COUNTERSIGN_VENDOR_ACCOUNT_ID is ${account}`,
      );
    } else if (broker.partition !== partition) {
      problems.push(
        `COUNTERSIGN_BROKER_ROLE_ARN lies in partition ${broker.partition}, but the vendor's is ${partition}`,
      );
    }
  }
}
