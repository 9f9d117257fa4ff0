import { parseRoleArn, partitionOfRegion } from '../aws/arn.ts';
import { type Environment, regionOf } from './environment.ts';

/** Production, or the sandbox with a default for every variable. */
export type Mode = 'serve' | 'sandbox';

/** The vendor account of the sandbox, when none is configured. */
export const SANDBOX_VENDOR_ACCOUNT_ID = '999988887777';

/** The vendor's name in the sandbox, when none is configured. */
export const SANDBOX_VENDOR_NAME = 'Larkspur Monitoring';

/** Returns a message for each variable that is missing or conflicts with another one. */
export function findConflicts(mode: Mode, env: Environment): string[] {
  return [
    ...findMissingVariables(mode, env),
    ...findPartitionConflicts(env),
    ...findBudgetConflicts(env),
    ...findMetricsPortConflicts(mode, env),
    ...(mode === 'sandbox' ? findPortConflicts(env) : []),
    ...findBrokerConflicts(env),
    ...findConsoleConflicts(mode, env),
  ];
}

/** The partition of the vendor's account. */
export function vendorPartition(env: Environment): string {
  return env.COUNTERSIGN_PARTITION ?? partitionOfRegion(regionOf(env));
}

function* findMissingVariables(mode: Mode, env: Environment): Generator<string> {
  if (mode === 'serve' && !env.COUNTERSIGN_VENDOR_ACCOUNT_ID)
    yield "COUNTERSIGN_VENDOR_ACCOUNT_ID is missing: set it to the vendor's 12-digit AWS account";
  if (mode === 'serve' && !env.COUNTERSIGN_VENDOR_NAME)
    yield "COUNTERSIGN_VENDOR_NAME is missing: set it to the vendor's name, as customers know it";
  if (env.COUNTERSIGN_SERVICE_DATABASE_URL && !env.DATABASE_URL)
    yield 'COUNTERSIGN_SERVICE_DATABASE_URL is set, but DATABASE_URL is not: the migrations need it';
}

function* findPartitionConflicts(env: Environment): Generator<string> {
  const partition = env.COUNTERSIGN_PARTITION;
  const regionPartition = partitionOfRegion(regionOf(env));
  if (partition && partition !== regionPartition)
    yield `COUNTERSIGN_PARTITION is ${partition}, but AWS_REGION ${regionOf(env)} is in ${regionPartition}`;
}

function* findBudgetConflicts(env: Environment): Generator<string> {
  const total = env.COUNTERSIGN_STS_CALLS_PER_SECOND;
  const tenant = env.COUNTERSIGN_STS_CALLS_PER_SECOND_PER_TENANT;
  if (tenant !== undefined && tenant > total)
    yield `COUNTERSIGN_STS_CALLS_PER_SECOND_PER_TENANT is ${tenant}, but COUNTERSIGN_STS_CALLS_PER_SECOND is ${total}: one tenant could use up the total`;
}

function* findMetricsPortConflicts(mode: Mode, env: Environment): Generator<string> {
  const port = env.COUNTERSIGN_METRICS_PORT;
  if (port === undefined || port === 0) return;
  if (port === env.PORT)
    yield 'COUNTERSIGN_METRICS_PORT is the same as PORT: leave it out, or choose another';
  if (mode === 'sandbox' && port === (env.COUNTERSIGN_SANDBOX_PORT ?? env.PORT + 1))
    yield 'COUNTERSIGN_METRICS_PORT is the same as the port of the AWS emulator: choose another';
}

function* findPortConflicts(env: Environment): Generator<string> {
  if (env.PORT !== 0 && env.COUNTERSIGN_SANDBOX_PORT === env.PORT)
    yield 'COUNTERSIGN_SANDBOX_PORT is the same as PORT: each server needs its own';
  if (env.PORT === 65_535 && env.COUNTERSIGN_SANDBOX_PORT === undefined)
    yield 'PORT is 65535, so COUNTERSIGN_SANDBOX_PORT cannot be PORT + 1: set it';
}

function* findBrokerConflicts(env: Environment): Generator<string> {
  const arn = env.COUNTERSIGN_BROKER_ROLE_ARN;
  if (arn === undefined) return;
  const broker = parseRoleArn(arn);
  const account = env.COUNTERSIGN_VENDOR_ACCOUNT_ID ?? SANDBOX_VENDOR_ACCOUNT_ID;
  const partition = vendorPartition(env);
  if (!broker)
    yield 'COUNTERSIGN_BROKER_ROLE_ARN must be the ARN of an IAM role, like arn:aws:iam::111122223333:role/broker';
  else if (broker.accountId !== account)
    yield `COUNTERSIGN_BROKER_ROLE_ARN is in account ${broker.accountId}, but COUNTERSIGN_VENDOR_ACCOUNT_ID is ${account}`;
  else if (broker.partition !== partition)
    yield `COUNTERSIGN_BROKER_ROLE_ARN is in partition ${broker.partition}, but the vendor's account is in ${partition}`;
}

/** Settings of the sign-in that do nothing alone would make an operator believe that it works. */
function* findConsoleConflicts(mode: Mode, env: Environment): Generator<string> {
  const {
    COUNTERSIGN_CONSOLE_OIDC_ISSUER: issuer,
    COUNTERSIGN_CONSOLE_OIDC_CLIENT_ID: clientId,
    COUNTERSIGN_CONSOLE_OIDC_CLIENT_SECRET: secret,
    COUNTERSIGN_CONSOLE_OIDC_CLIENT_SECRET_FILE: secretFile,
    COUNTERSIGN_CONSOLE_ROLES_FILE: rolesFile,
  } = env;
  if (issuer === undefined) {
    if (clientId ?? secret ?? secretFile ?? rolesFile)
      yield 'COUNTERSIGN_CONSOLE_OIDC_ISSUER is missing: the other settings of the sign-in to the console need it';
    return;
  }
  if (!clientId)
    yield 'COUNTERSIGN_CONSOLE_OIDC_CLIENT_ID is missing: COUNTERSIGN_CONSOLE_OIDC_ISSUER needs it';
  if (!secret && !secretFile)
    yield 'COUNTERSIGN_CONSOLE_OIDC_CLIENT_SECRET is missing: set it, or COUNTERSIGN_CONSOLE_OIDC_CLIENT_SECRET_FILE';
  if (secret && secretFile)
    yield 'COUNTERSIGN_CONSOLE_OIDC_CLIENT_SECRET and COUNTERSIGN_CONSOLE_OIDC_CLIENT_SECRET_FILE are both set: keep one';
  if (!rolesFile)
    yield 'COUNTERSIGN_CONSOLE_ROLES_FILE is missing: without rules nobody who signs in has a role';
  if (mode === 'serve' && issuer.startsWith('http:'))
    yield 'COUNTERSIGN_CONSOLE_OIDC_ISSUER must be an https URL: plain http is for the sandbox';
  if (mode === 'serve' && !env.COUNTERSIGN_PUBLIC_URL)
    yield 'COUNTERSIGN_PUBLIC_URL is missing: the OpenID provider sends people back to it after they signed in';
}
