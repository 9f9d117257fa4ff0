import { z } from 'zod';
import { PARTITIONS } from '../aws/arn.ts';
import { SESSION_ATTRIBUTE_KINDS } from '../broker/broker-settings.ts';
import { isOrigin } from '../lib/urls.ts';
import { AUDIT } from './audit-variables.ts';
import { BRAND } from './brand-variables.ts';
import { CONSOLE } from './console-variables.ts';
import { EVENTS } from './event-variables.ts';
import {
  accountId,
  databaseUrl,
  httpUrl,
  list,
  managedPolicyArn,
  proxyUrl,
  returnUrl,
  sessionNameTemplate,
  wholeNumber,
} from './value-types.ts';

const SERVER = {
  HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address to listen on. `localhost` stands for all loopback addresses of the machine.'),
  PORT: wholeNumber(0, 65_535).default(3000).describe('Port to listen on. 0 chooses a free port.'),
  DATABASE_URL: databaseUrl
    .optional()
    .describe(
      "URL of a PostgreSQL 14 or later, with the database's owner as user. Countersign uses the owner to apply migrations and to enable login for the role `countersign_service`; then it runs as that role. A pooler must be in session mode. Unset: an embedded PostgreSQL in `COUNTERSIGN_DATA_DIR`. [operations.md](operations.md) says more.",
    ),
  COUNTERSIGN_SERVICE_DATABASE_URL: databaseUrl
    .optional()
    .describe(
      'URL of the same database with the user `countersign_service`, if you manage its login yourself, or let the service use a pooler. Needs `DATABASE_URL` too. Unset: Countersign manages the login.',
    ),
  COUNTERSIGN_DATABASE_POOL_SIZE: wholeNumber(2, 200)
    .default(10)
    .describe(
      'Maximum number of database connections of this process. Up to 4 of them, and at most half, are reserved for issuing credentials.',
    ),
  COUNTERSIGN_DATA_DIR: z
    .string()
    .min(1)
    .default('.countersign')
    .describe(
      'Folder for the embedded database, the state of the sandbox, and the key that signs audit checkpoints.',
    ),
};

const VENDOR = {
  COUNTERSIGN_VENDOR_ACCOUNT_ID: accountId
    .optional()
    .describe(
      "The vendor's AWS account ID, 12 digits. `serve` requires it. Unset: 999988887777 in the sandbox.",
    ),
  COUNTERSIGN_OWN_ACCOUNT_IDS: list
    .pipe(z.array(accountId))
    .default([])
    .describe(
      "Other AWS accounts of the vendor, separated by commas. Roles in these accounts are rejected, like roles in the vendor's account. Unset: none.",
    ),
  COUNTERSIGN_VENDOR_NAME: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe(
      "The vendor's name, as customers see it. `serve` requires it. Unset: Larkspur Monitoring in the sandbox.",
    ),
  COUNTERSIGN_BROKER_ROLE_ARN: z
    .string()
    .optional()
    .describe(
      'ARN of the IAM role that Countersign runs as. Trust policies in the setup kit then allow only this role (`aws:PrincipalArn`). Unset: they allow every principal of the vendor account; in the sandbox, the role that the service has in the AWS emulator.',
    ),
  COUNTERSIGN_BROKERS_FILE: z
    .string()
    .optional()
    .describe(
      'Path of a JSON file with one broker for each further AWS partition: `[{partition, accountId, region, brokerRoleArn?, profile?, canaryRoleArn?, canaryExternalId?, sessionAttributes?, templateUrl?, stsEndpoint?}]`. `profile` is one of the AWS shared configuration files. Unset: the main partition only.',
    ),
  COUNTERSIGN_CANARY_ROLE_ARN: z
    .string()
    .optional()
    .describe(
      "ARN of a role of the vendor in another account of its own. Assuming it proves that the broker works, so that a denial is never taken for a customer's fault while it does not. Unset: recently verified roles of other tenants are used.",
    ),
  COUNTERSIGN_CANARY_EXTERNAL_ID: z
    .string()
    .optional()
    .describe(
      'External ID that the trust policy of the canary role requires. Required with `COUNTERSIGN_CANARY_ROLE_ARN`.',
    ),
  COUNTERSIGN_BROKER_SESSION_ATTRIBUTES: z
    .enum(SESSION_ATTRIBUTE_KINDS)
    .optional()
    .describe(
      "What the broker's own session carries into every role that it assumes: transitive session tags or a source identity. The setup kit then allows it. Unset: `tags` if the credentials come from EKS Pod Identity, else `none`.",
    ),
  COUNTERSIGN_EGRESS_CIDRS: list
    .pipe(z.array(z.union([z.cidrv4(), z.cidrv6()], { error: 'must be CIDR blocks such as 203.0.113.0/24' })))
    .default([])
    .describe(
      "The addresses that the broker's calls to AWS come from, as CIDR blocks separated by commas. Checks of trust policies judge conditions on `aws:SourceIp` by them. Unset: a check cannot decide these conditions.",
    ),
  COUNTERSIGN_PARTITION: z
    .enum(PARTITIONS)
    .optional()
    .describe("AWS partition of the vendor's account. Unset: the partition of `AWS_REGION`."),
  COUNTERSIGN_ADMIN_KEY: z
    .string()
    .regex(/^[\x21-\x7e]*$/, 'must be printable characters without spaces')
    .min(32, 'must have 32 characters or more')
    .max(512)
    .optional()
    .describe(
      'The first admin key, 32 to 512 characters. It is used only if no key exists yet. Unset: a key is generated and printed once.',
    ),
};

const SETUP_KIT = {
  COUNTERSIGN_ROLE_NAME: z
    .string()
    .regex(/^[\w+=,.@-]{1,64}$/, 'must be an IAM role name of at most 64 characters')
    .default('CountersignAccess')
    .describe('Name of the IAM role in the setup kit.'),
  COUNTERSIGN_MANAGED_POLICY_ARNS: list
    .pipe(z.array(managedPolicyArn).max(10))
    .default([])
    .describe(
      'ARNs of the managed policies of the role in the setup kit, separated by commas, at most 10. Unset: none.',
    ),
  COUNTERSIGN_INLINE_POLICY_FILE: z
    .string()
    .optional()
    .describe('Path of a JSON file with the inline policy of the role in the setup kit. Unset: none.'),
  COUNTERSIGN_TEMPLATE_URL: httpUrl
    .optional()
    .describe(
      'URL of the CloudFormation template in S3. The setup kit then has a quick-create link. Unset: no such link.',
    ),
};

const PAGES = {
  COUNTERSIGN_PUBLIC_URL: httpUrl
    .optional()
    .describe('Base URL of the links that customers open. Unset: the address that the server listens on.'),
  COUNTERSIGN_RETURN_URLS: list
    .pipe(z.array(returnUrl))
    .default([])
    .describe(
      'URLs to which the hosted page may send customers back, separated by commas. Each is an origin, or an origin with a path that allows everything below it; https, or http on loopback. Unset: none.',
    ),
  COUNTERSIGN_FRAME_ANCESTORS: list
    .pipe(z.array(z.string().refine(isOrigin, 'must be origins like https://app.example.com')))
    .default([])
    .describe('Origins that may embed the hosted page in a frame, separated by commas. Unset: none.'),
  COUNTERSIGN_SANDBOX_PORT: wholeNumber(0, 65_535)
    .optional()
    .describe('Port of the AWS emulator in sandbox mode. Unset: `PORT` + 1.'),
};

const LIMITS = {
  COUNTERSIGN_VERIFICATIONS_PER_MINUTE: wholeNumber(1, 10_000)
    .default(30)
    .describe('Maximum number of verifications per minute that each tenant may request.'),
  COUNTERSIGN_POLICY_CHECKS_PER_MINUTE: wholeNumber(1, 10_000)
    .default(30)
    .describe('Maximum number of trust policy checks per minute that each tenant may request.'),
  COUNTERSIGN_MAX_REQUESTS_IN_FLIGHT: wholeNumber(8, 10_000)
    .default(64)
    .describe(
      'Maximum number of requests that this process works on at the same time, for each kind of request: for credentials; verifications and exports; all others. Requests for credentials that wait for AWS are not counted. Further requests wait up to a second, and are then answered with 503 `overloaded`. More adds latency and no throughput.',
    ),
  COUNTERSIGN_RECHECK_SECONDS: wholeNumber(10, 2_592_000)
    .default(21_600)
    .describe('Interval between scheduled verifications of each role, in seconds.'),
  COUNTERSIGN_STS_TIMEOUT_SECONDS: wholeNumber(1, 60)
    .default(8)
    .describe('Maximum duration of a call to STS including retries, in seconds.'),
  COUNTERSIGN_STS_CALLS_PER_SECOND: wholeNumber(10, 100_000)
    .default(500)
    .describe(
      'Maximum number of calls to STS per second by this process. AWS allows 600 per second for each account and Region. All replicas and everything else in the account share that quota, so divide it among them.',
    ),
  COUNTERSIGN_STS_CALLS_PER_SECOND_PER_TENANT: wholeNumber(10, 100_000)
    .optional()
    .describe(
      'Maximum number of calls to STS per second for one tenant. A verification makes six or more. Unset: a fifth of `COUNTERSIGN_STS_CALLS_PER_SECOND`, but at least 10.',
    ),
};

const OPERATION = {
  COUNTERSIGN_WORKER_IDENTITIES_FILE: z
    .string()
    .optional()
    .describe(
      'Path of a JSON file that lists the OIDC tokens that workers may use instead of an API key (docs/worker-identity.md). Unset: none.',
    ),
  COUNTERSIGN_SESSION_NAME: sessionNameTemplate
    .default('{worker}-{reference}-{unique}')
    .describe(
      "Template of the role session name, which customers see in CloudTrail. Fields: `{worker}` (name of the API key or worker identity), `{tenant}` (tenant ID without its prefix), `{reference}` (the tenant's reference, or its ID), `{purpose}` (of the request that caused the session; later requests share it), `{unique}` (10 random characters; added at the end if left out). Values are shortened to fit into 64 characters.",
    ),
  ...AUDIT,
  COUNTERSIGN_METRICS_PORT: wholeNumber(0, 65_535)
    .optional()
    .describe(
      'Serves `/metrics` on this port, at the same address, and no longer on `PORT`. 0 chooses a free port. Metrics name no tenant, but show load and failures to everybody who can reach them: keep this port private. Unset: `/metrics` is served on `PORT`.',
    ),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl
    .optional()
    .describe(
      'URL of an OpenTelemetry collector that accepts OTLP over HTTP, such as http://127.0.0.1:4318. Traces of requests, database statements and calls to STS are sent there, without secrets. The other variables of OpenTelemetry (`OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_TRACES_SAMPLER`, `OTEL_SERVICE_NAME`, …) apply too. Unset: no traces.',
    ),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('Minimum level of log lines. Logs are JSON lines on standard output.'),
  AWS_REGION: z
    .string()
    .min(1)
    .optional()
    .describe('Region of the STS endpoint. All AWS SDKs read this variable. Unset: `AWS_DEFAULT_REGION`.'),
  AWS_DEFAULT_REGION: z
    .string()
    .min(1)
    .default('us-east-1')
    .describe('The same, as the AWS CLI reads it, if `AWS_REGION` is unset.'),
  AWS_CONTAINER_CREDENTIALS_FULL_URI: z
    .string()
    .optional()
    .describe(
      'Set by EKS Pod Identity, among others. Countersign reads it only to choose the default of `COUNTERSIGN_BROKER_SESSION_ATTRIBUTES`.',
    ),
  HTTPS_PROXY: proxyUrl
    .optional()
    .describe(
      'URL of the proxy for https requests to STS, token issuers and webhooks. Loopback never goes through a proxy. `https_proxy` is read too. Unset: none.',
    ),
  HTTP_PROXY: proxyUrl
    .optional()
    .describe(
      'The same for http requests, such as to another STS endpoint. `http_proxy` is read too. Unset: none.',
    ),
  NO_PROXY: z
    .string()
    .default('')
    .transform((text) => text.split(/[\s,]+/).filter(Boolean))
    .describe(
      'Hosts that are reached without a proxy, separated by commas: names (with their subdomains), names with a port, IP addresses, CIDR blocks, or `*`. `no_proxy` is read too. Unset: none.',
    ),
  AWS_ENDPOINT_URL_STS: httpUrl
    .optional()
    .describe(
      'URL of another STS endpoint. All AWS SDKs read this variable. Unset: the endpoint of `AWS_REGION`.',
    ),
};

/** All environment variables that Countersign reads. docs/configuration.md is generated from this schema. */
export const ENVIRONMENT = z.object({
  ...SERVER,
  ...VENDOR,
  ...BRAND,
  ...SETUP_KIT,
  ...PAGES,
  ...CONSOLE,
  ...LIMITS,
  ...EVENTS,
  ...OPERATION,
});

export type Environment = z.infer<typeof ENVIRONMENT>;

/** The Region of the main broker's STS endpoint. */
export function regionOf(env: Pick<Environment, 'AWS_REGION' | 'AWS_DEFAULT_REGION'>): string {
  return env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
}
