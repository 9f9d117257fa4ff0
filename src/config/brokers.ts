import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { PARTITIONS, parseRoleArn, partitionOfRegion } from '../aws/arn.ts';
import { isStsExternalId } from '../aws/external-id-format.ts';
import { type BrokerSettings, SESSION_ATTRIBUTE_KINDS, type Witness } from '../broker/broker-settings.ts';
import { SANDBOX_VENDOR_ACCOUNT_ID, vendorPartition } from './conflicts.ts';
import { type Environment, regionOf } from './environment.ts';

const FILE = 'COUNTERSIGN_BROKERS_FILE';

const brokerEntry = z.strictObject({
  partition: z.enum(PARTITIONS),
  accountId: z.string().regex(/^\d{12}$/, 'must be 12 digits'),
  region: z.string().min(1),
  brokerRoleArn: z.string().optional(),
  profile: z.string().min(1).optional(),
  canaryRoleArn: z.string().optional(),
  canaryExternalId: z.string().optional(),
  sessionAttributes: z.enum(SESSION_ATTRIBUTE_KINDS).optional(),
  templateUrl: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).optional(),
  stsEndpoint: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).optional(),
});

type BrokerEntry = z.infer<typeof brokerEntry>;

/** Reads the brokers: the main one from the variables, and one for each further partition from the file. */
export function readBrokers(env: Environment, problems: string[]): BrokerSettings[] {
  const main: BrokerSettings = {
    partition: vendorPartition(env),
    accountId: env.COUNTERSIGN_VENDOR_ACCOUNT_ID ?? SANDBOX_VENDOR_ACCOUNT_ID,
    region: regionOf(env),
    brokerRoleArn: env.COUNTERSIGN_BROKER_ROLE_ARN ?? null,
    profile: null,
    canary: readCanary(
      {
        roleArn: env.COUNTERSIGN_CANARY_ROLE_ARN,
        externalId: env.COUNTERSIGN_CANARY_EXTERNAL_ID,
        names: ['COUNTERSIGN_CANARY_ROLE_ARN', 'COUNTERSIGN_CANARY_EXTERNAL_ID'],
        partition: vendorPartition(env),
      },
      problems,
    ),
    sessionAttributes: env.COUNTERSIGN_BROKER_SESSION_ATTRIBUTES ?? defaultSessionAttributes(env),
    templateUrl: env.COUNTERSIGN_TEMPLATE_URL ?? null,
    // The SDK itself reads AWS_ENDPOINT_URL_STS.
    stsEndpoint: null,
  };
  const further = readEntries(env.COUNTERSIGN_BROKERS_FILE, problems).map((entry, index) =>
    toSettings(entry, `${FILE} entry ${index + 1}`, problems),
  );
  const brokers = [main, ...further];
  for (const { partition } of further) {
    if (brokers.filter((broker) => broker.partition === partition).length > 1)
      problems.push(`${FILE} has a broker for ${partition}, which has one already: one for each partition`);
  }
  return brokers;
}

/** The address of the EKS Pod Identity Agent, by IPv4 and IPv6. */
export const POD_IDENTITY_URI = /^http:\/\/(169\.254\.170\.23|\[fd00:ec2::23\])\//;

/** EKS Pod Identity sets transitive session tags (EKS User Guide, "Grant Pods access to AWS resources based on tags"). */
function defaultSessionAttributes(env: Environment): BrokerSettings['sessionAttributes'] {
  return POD_IDENTITY_URI.test(env.AWS_CONTAINER_CREDENTIALS_FULL_URI ?? '') ? 'tags' : 'none';
}

function readEntries(file: string | undefined, problems: string[]): BrokerEntry[] {
  if (file === undefined) return [];
  try {
    const parsed = z.array(brokerEntry).safeParse(JSON.parse(readFileSync(file, 'utf8')));
    if (parsed.success) return parsed.data;
    problems.push(...parsed.error.issues.map(({ path, message }) => `${FILE} ${path.join('.')}: ${message}`));
  } catch (error) {
    problems.push(`${FILE} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  return [];
}

function toSettings(entry: BrokerEntry, location: string, problems: string[]): BrokerSettings {
  const { partition, accountId, region, brokerRoleArn, profile, sessionAttributes, stsEndpoint } = entry;
  if (partitionOfRegion(region) !== partition)
    problems.push(`${location}: region ${region} is in ${partitionOfRegion(region)}, not in ${partition}`);
  const role = brokerRoleArn === undefined ? null : parseRoleArn(brokerRoleArn);
  if (brokerRoleArn !== undefined && (role?.accountId !== accountId || role.partition !== partition))
    problems.push(
      `${location}: brokerRoleArn must be the ARN of a role in account ${accountId} of ${partition}`,
    );
  return {
    partition,
    accountId,
    region,
    brokerRoleArn: brokerRoleArn ?? null,
    profile: profile ?? null,
    canary: readCanary(
      {
        roleArn: entry.canaryRoleArn,
        externalId: entry.canaryExternalId,
        names: [`${location}: canaryRoleArn`, `${location}: canaryExternalId`],
        partition,
      },
      problems,
    ),
    sessionAttributes: sessionAttributes ?? 'none',
    templateUrl: entry.templateUrl ?? null,
    stsEndpoint: stsEndpoint ?? null,
  };
}

interface CanaryInput {
  roleArn: string | undefined;
  externalId: string | undefined;
  names: [roleArn: string, externalId: string];
  partition: string;
}

function readCanary(
  { roleArn, externalId, names, partition }: CanaryInput,
  problems: string[],
): Witness | null {
  if (roleArn === undefined && externalId === undefined) return null;
  if (roleArn === undefined || externalId === undefined) {
    const [set, missing] = roleArn === undefined ? [names[1], names[0]] : names;
    problems.push(`${set} is set, but ${missing} is not: the canary needs both`);
    return null;
  }
  if (parseRoleArn(roleArn)?.partition !== partition)
    problems.push(`${names[0]} must be the ARN of a role in the partition ${partition}`);
  if (!isStsExternalId(externalId))
    problems.push(`${names[1]} must have 2 to 1224 letters, digits or characters of +=,.@:/-_`);
  return { roleArn, externalId };
}
