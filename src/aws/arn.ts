/** The AWS partitions. A role in one cannot be assumed from another (AWS General Reference, "Partitions"). */
export const PARTITIONS = [
  'aws',
  'aws-cn',
  'aws-us-gov',
  'aws-eusc',
  'aws-iso',
  'aws-iso-b',
  'aws-iso-e',
  'aws-iso-f',
] as const;

type Partition = (typeof PARTITIONS)[number];

const REGION_PREFIXES: readonly (readonly [prefix: string, partition: Partition])[] = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['eusc-', 'aws-eusc'],
  ['us-iso-', 'aws-iso'],
  ['us-isob-', 'aws-iso-b'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-isof-', 'aws-iso-f'],
  ['eu-isof-', 'aws-iso-f'],
];

/** Returns the partition of a Region by its name; `aws` for a name without a known prefix. */
export function partitionOfRegion(region: string): Partition {
  return REGION_PREFIXES.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'aws';
}

export interface RoleArn {
  partition: Partition;
  accountId: string;
  /** Begins and ends with a slash; `/` when the role has no path. */
  path: string;
  name: string;
}

const ROLE = /^arn:([a-z-]+):iam::(\d{12}):role\/([\x21-\x7E]+)$/;
const ROLE_NAME = /^[\w+=,.@-]{1,64}$/;

/**
 * Parses the ARN of an IAM role; null when it is not one (IAM API reference, CreateRole; IAM User Guide, "IAM
 * identifiers"). A path with an empty part is rejected. Path and name are split without a regular expression: one with a repeated group for the path takes
 * exponential time on an ARN with many slashes, which any client can send.
 */
export function parseRoleArn(arn: string): RoleArn | null {
  if (arn.length > 2048) return null;
  const [, partitionName, accountId, pathAndName] = ROLE.exec(arn) ?? [];
  if (!partitionName || !accountId || !pathAndName) return null;
  const partition = PARTITIONS.find((known) => known === partitionName);
  const path = `/${pathAndName.slice(0, pathAndName.lastIndexOf('/') + 1)}`;
  const name = pathAndName.slice(pathAndName.lastIndexOf('/') + 1);
  if (!partition || !ROLE_NAME.test(name) || path.length > 512 || path.includes('//')) return null;
  return { partition, accountId, path, name };
}
