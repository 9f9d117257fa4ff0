/** The AWS partitions; they do not assume into each other (AWS General Reference, "Partitions"). */
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

export type Partition = (typeof PARTITIONS)[number];

/** The partition that a Region lies in, by its name. */
export function partitionOfRegion(region: string): Partition {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  if (region.startsWith('eusc-')) return 'aws-eusc';
  if (region.startsWith('us-isob-')) return 'aws-iso-b';
  if (region.startsWith('eu-isoe-')) return 'aws-iso-e';
  if (region.startsWith('us-isof-') || region.startsWith('eu-isof-')) return 'aws-iso-f';
  if (region.startsWith('us-iso-')) return 'aws-iso';
  return 'aws';
}

export interface RoleArn {
  partition: Partition;
  accountId: string;
  /** With its leading and trailing slash; `/` when there is none. */
  path: string;
  name: string;
}

const ROLE = /^arn:([a-z-]+):iam::(\d{12}):role\/([\x21-\x7E]+)$/;
const ROLE_NAME = /^[\w+=,.@-]{1,64}$/;

/**
 * The parts of an IAM role's ARN, or null when it is not one (IAM API reference, CreateRole; IAM User Guide, "IAM
 * identifiers"). Path and name are split by hand: one expression with a repeated group for the path takes exponential
 * time on an ARN of many slashes, which anybody may send.
 */
export function parseRoleArn(arn: string): RoleArn | null {
  if (arn.length > 2048) return null;
  const [, partition, accountId, rest] = ROLE.exec(arn) ?? [];
  if (!partition || !accountId || !rest) return null;
  const path = `/${rest.slice(0, rest.lastIndexOf('/') + 1)}`;
  const name = rest.slice(rest.lastIndexOf('/') + 1);
  if (!(PARTITIONS as readonly string[]).includes(partition) || !ROLE_NAME.test(name) || path.length > 512)
    return null;
  return { partition: partition as Partition, accountId, path, name };
}
