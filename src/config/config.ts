import path from 'node:path';
import { ConfigError } from '../lib/config-error.ts';
import { readWorkerIdentities } from '../worker-identities/configuration.ts';
import type { WorkerIdentity } from '../worker-identities/worker-identity.ts';
import { findConflicts, type Mode, SANDBOX_VENDOR_ACCOUNT_ID, vendorPartition } from './conflicts.ts';
import { ENVIRONMENT, type Environment } from './environment.ts';
import { readInlinePolicy } from './inline-policy.ts';
import { type Logo, readLogo } from './logo.ts';

const MIN_TENANT_STS_CALLS_PER_SECOND = 10;

/** The configuration as the code uses it. `environment.ts` describes each variable. */
export interface Config {
  host: string;
  port: number;
  databaseUrl: string | null;
  serviceDatabaseUrl: string | null;
  databasePoolSize: number;
  dataDir: string;
  vendor: { name: string; accountId: string; partition: string; brokerRoleArn: string | null };
  /** The vendor's accounts. Roles in them are rejected before any call to AWS. */
  ownAccountIds: string[];
  adminKey: string | null;
  role: { name: string; maxSessionDurationSeconds: number };
  permissions: { managedPolicyArns: string[]; inlinePolicy: Record<string, unknown> | null };
  templateUrl: string | null;
  publicUrl: string | null;
  /** Appearance and embedding of the hosted page. */
  page: { colour: string; logo: Logo | null; frameAncestors: string[] };
  returnUrls: string[];
  sandboxPort: number;
  verificationsPerMinute: number;
  policyChecksPerMinute: number;
  recheckSeconds: number;
  stsTimeoutSeconds: number;
  /** Maximum calls to STS by this process: for one tenant, and for all tenants together. */
  stsCallsPerSecond: { tenant: number; all: number };
  /** The OIDC tokens that workers may use instead of an API key. */
  workerIdentities: WorkerIdentity[];
  auditSigningKeyFile: string | null;
  logLevel: string;
  /** False when `logLevel` is the default. */
  isLogLevelSet: boolean;
  region: string;
}

/**
 * Reads the whole configuration from the environment.
 * @param mode `serve` requires the variables of production; `sandbox` has a default for each
 * @throws ConfigError that names each missing, malformed or conflicting variable
 */
export function readConfig(mode: Mode, environment: NodeJS.ProcessEnv = process.env): Config {
  // An empty variable counts as unset, because a compose file can only set variables to an empty text.
  const values = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = ENVIRONMENT.safeParse(values);
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `${String(issue.path[0])} ${issue.message}`));
  }
  const env = parsed.data;
  const problems: string[] = [];
  const files = readFiles(env, problems);
  problems.push(...findConflicts(mode, env));
  if (problems.length > 0) throw new ConfigError(problems);
  return { ...toConfig(env, files), isLogLevelSet: values.LOG_LEVEL !== undefined };
}

type Files = ReturnType<typeof readFiles>;

function readFiles(env: Environment, problems: string[]) {
  return {
    inlinePolicy: readInlinePolicy(env.COUNTERSIGN_INLINE_POLICY_FILE, problems),
    logo: readLogo(env.COUNTERSIGN_VENDOR_LOGO_FILE, problems),
    workerIdentities: readWorkerIdentities(env.COUNTERSIGN_WORKER_IDENTITIES_FILE, problems),
  };
}

function toConfig(
  env: Environment,
  { inlinePolicy, logo, workerIdentities }: Files,
): Omit<Config, 'isLogLevelSet'> {
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
      partition: vendorPartition(env),
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
    stsCallsPerSecond: stsCallsPerSecond(env),
    workerIdentities,
    auditSigningKeyFile: env.COUNTERSIGN_AUDIT_SIGNING_KEY_FILE ?? null,
    logLevel: env.LOG_LEVEL,
    region: env.AWS_REGION,
  };
}

function stsCallsPerSecond(env: Environment): Config['stsCallsPerSecond'] {
  const all = env.COUNTERSIGN_STS_CALLS_PER_SECOND;
  const tenant =
    env.COUNTERSIGN_STS_CALLS_PER_SECOND_PER_TENANT ??
    Math.max(MIN_TENANT_STS_CALLS_PER_SECOND, Math.floor(all / 5));
  return { tenant, all };
}
