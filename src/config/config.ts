import path from 'node:path';
import type { BrokerSettings } from '../broker/broker-settings.ts';
import { parseSessionNameTemplate, type SessionNameTemplate } from '../credentials/session/session-name.ts';
import { ConfigError } from '../lib/config-error.ts';
import type { ProxySettings } from '../lib/proxy-settings.ts';
import type { StaffProviderSettings } from '../staff-identities/provider.ts';
import { readWorkerIdentities } from '../worker-identities/configuration.ts';
import type { WorkerIdentity } from '../worker-identities/worker-identity.ts';
import { readBrokers } from './brokers.ts';
import {
  findConflicts,
  type Mode,
  SANDBOX_VENDOR_ACCOUNT_ID,
  SANDBOX_VENDOR_NAME,
  vendorPartition,
} from './conflicts.ts';
import { readConsoleSignIn } from './console-sign-in.ts';
import { ENVIRONMENT, type Environment, regionOf } from './environment.ts';
import { readInlinePolicy } from './inline-policy.ts';
import { type PageSettings, readPageSettings } from './page-settings.ts';

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
  /** The vendor's identity in each AWS partition that it works in; the main one first. */
  brokers: BrokerSettings[];
  /** The vendor's accounts. Roles in them are rejected before any call to AWS. */
  ownAccountIds: string[];
  /** The CIDR blocks that the broker's calls to AWS come from; empty: not known. */
  egressCidrs: string[];
  adminKey: string | null;
  role: { name: string; maxSessionDurationSeconds: number };
  permissions: { managedPolicyArns: string[]; inlinePolicy: Record<string, unknown> | null };
  publicUrl: string | null;
  /** Appearance and embedding of the hosted page. */
  page: PageSettings;
  returnUrls: string[];
  sandboxPort: number;
  /** null: metrics are served on `port`. */
  metricsPort: number | null;
  verificationsPerMinute: number;
  policyChecksPerMinute: number;
  /** Maximum number of requests of each kind in progress. */
  maxRequestsInFlight: number;
  recheckSeconds: number;
  stsTimeoutSeconds: number;
  /** Maximum calls to STS by this process: for one tenant, and for all tenants together. */
  stsCallsPerSecond: { tenant: number; all: number };
  /** The OIDC tokens that workers may use instead of an API key. */
  workerIdentities: WorkerIdentity[];
  /** The OpenID provider at which staff sign in to the console; null: none. */
  consoleSignIn: StaffProviderSettings | null;
  /** The role session name of every session that a worker gets. */
  sessionNameTemplate: SessionNameTemplate;
  /** How long events and their deliveries are kept. */
  eventRetentionDays: number;
  webhooks: {
    /** Host names and CIDR blocks in the vendor's own network that webhooks may reach. */
    privateHosts: string[];
    /** Encrypts the secrets of webhooks; null: they are stored as they are. */
    secretsKey: string | null;
  };
  /** The proxies towards STS, token issuers and webhooks. */
  proxies: ProxySettings;
  auditSigningKeyFile: string | null;
  /** Whether handing the same session to the same worker again is counted instead of recorded each time. */
  auditRepeats: 'each' | 'summarized';
  /** After how many months `audit archive` moves events to files; null: never by itself. */
  auditRetentionMonths: number | null;
  /** URL of the OTLP collector that gets traces; null: none. */
  otlpEndpoint: string | null;
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
  const { config, problems } = inspectConfig(mode, environment);
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

export interface ConfigInspection {
  /** Made from the valid variables; every other variable counts as unset. */
  config: Config;
  /** One line for each missing, malformed or conflicting variable. */
  problems: string[];
  /** The variables that are set and not malformed, including those that only the AWS SDK reads. */
  values: Readonly<Record<string, string>>;
}

/** Reads as much of the configuration as is valid, for commands that report its problems and continue. */
export function inspectConfig(mode: Mode, environment: NodeJS.ProcessEnv = process.env): ConfigInspection {
  const values = readVariables(environment);
  const parsed = ENVIRONMENT.safeParse(values);
  const malformed =
    parsed.error?.issues.map(({ path, message }) => ({ name: String(path[0]), message })) ?? [];
  for (const { name } of malformed) delete values[name];
  const env = parsed.data ?? ENVIRONMENT.parse(values);
  const problems: string[] = [];
  const files = readFiles(mode, env, problems);
  problems.push(...findConflicts(mode, env));
  return {
    config: { ...toConfig(env, files), isLogLevelSet: values.LOG_LEVEL !== undefined },
    problems: [
      ...malformed.map(({ name, message }) => `${name} ${message}`),
      // A malformed variable is not reported as missing, too.
      ...problems.filter((problem) => !malformed.some(({ name }) => problem.startsWith(`${name} `))),
    ],
    values,
  };
}

type Files = ReturnType<typeof readFiles>;

function readFiles(mode: Mode, env: Environment, problems: string[]) {
  return {
    inlinePolicy: readInlinePolicy(env.COUNTERSIGN_INLINE_POLICY_FILE, problems),
    page: readPageSettings(mode, env, problems),
    workerIdentities: readWorkerIdentities(env.COUNTERSIGN_WORKER_IDENTITIES_FILE, problems),
    consoleSignIn: readConsoleSignIn(env, problems),
    brokers: readBrokers(env, problems),
  };
}

function toConfig(
  env: Environment,
  { inlinePolicy, page, workerIdentities, consoleSignIn, brokers }: Files,
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
      name: env.COUNTERSIGN_VENDOR_NAME ?? SANDBOX_VENDOR_NAME,
      accountId: vendorAccountId,
      partition: vendorPartition(env),
      brokerRoleArn: env.COUNTERSIGN_BROKER_ROLE_ARN ?? null,
    },
    brokers,
    ownAccountIds: [
      ...new Set([...brokers.map(({ accountId }) => accountId), ...env.COUNTERSIGN_OWN_ACCOUNT_IDS]),
    ],
    egressCidrs: env.COUNTERSIGN_EGRESS_CIDRS,
    adminKey: env.COUNTERSIGN_ADMIN_KEY ?? null,
    role: { name: env.COUNTERSIGN_ROLE_NAME, maxSessionDurationSeconds: 3600 },
    permissions: { managedPolicyArns: env.COUNTERSIGN_MANAGED_POLICY_ARNS, inlinePolicy },
    publicUrl: env.COUNTERSIGN_PUBLIC_URL ?? null,
    page,
    returnUrls: env.COUNTERSIGN_RETURN_URLS,
    metricsPort: env.COUNTERSIGN_METRICS_PORT ?? null,
    sandboxPort: env.COUNTERSIGN_SANDBOX_PORT ?? (env.PORT === 0 ? 0 : env.PORT + 1),
    verificationsPerMinute: env.COUNTERSIGN_VERIFICATIONS_PER_MINUTE,
    policyChecksPerMinute: env.COUNTERSIGN_POLICY_CHECKS_PER_MINUTE,
    maxRequestsInFlight: env.COUNTERSIGN_MAX_REQUESTS_IN_FLIGHT,
    recheckSeconds: env.COUNTERSIGN_RECHECK_SECONDS,
    stsTimeoutSeconds: env.COUNTERSIGN_STS_TIMEOUT_SECONDS,
    stsCallsPerSecond: stsCallsPerSecond(env),
    workerIdentities,
    consoleSignIn,
    sessionNameTemplate: readSessionNameTemplate(env.COUNTERSIGN_SESSION_NAME),
    eventRetentionDays: env.COUNTERSIGN_EVENT_RETENTION_DAYS,
    webhooks: {
      privateHosts: env.COUNTERSIGN_WEBHOOK_PRIVATE_HOSTS,
      secretsKey: env.COUNTERSIGN_WEBHOOK_SECRETS_KEY ?? null,
    },
    proxies: { https: env.HTTPS_PROXY ?? null, http: env.HTTP_PROXY ?? null, noProxy: env.NO_PROXY },
    auditSigningKeyFile: env.COUNTERSIGN_AUDIT_SIGNING_KEY_FILE ?? null,
    auditRepeats: env.COUNTERSIGN_AUDIT_REPEATS,
    auditRetentionMonths: env.COUNTERSIGN_AUDIT_RETENTION_MONTHS ?? null,
    otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT ?? null,
    logLevel: env.LOG_LEVEL,
    region: regionOf(env),
  };
}

function readVariables(environment: NodeJS.ProcessEnv): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    // An empty variable counts as unset, because a compose file can only set variables to an empty text.
    if (value) values[name] = value;
  }
  for (const name of ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY']) {
    const value = values[name.toLowerCase()];
    if (value !== undefined) values[name] = value;
  }
  return values;
}

function readSessionNameTemplate(text: string): SessionNameTemplate {
  const parsed = parseSessionNameTemplate(text);
  if ('problem' in parsed) throw new ConfigError([`COUNTERSIGN_SESSION_NAME ${parsed.problem}`]);
  return parsed.template;
}

function stsCallsPerSecond(env: Environment): Config['stsCallsPerSecond'] {
  const all = env.COUNTERSIGN_STS_CALLS_PER_SECOND;
  const tenant =
    env.COUNTERSIGN_STS_CALLS_PER_SECOND_PER_TENANT ??
    Math.max(MIN_TENANT_STS_CALLS_PER_SECOND, Math.floor(all / 5));
  return { tenant, all };
}
