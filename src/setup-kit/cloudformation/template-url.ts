import { partitionOfRegion } from '../../aws/arn.ts';

/** The Region in the host name of an S3 endpoint (Amazon S3 API Reference, "Amazon S3 endpoints and quotas"). */
const S3_HOST = /(?:^|\.)s3(?:-fips)?(?:\.dualstack)?[.-]([a-z]+(?:-[a-z]+)+-\d+)\.amazonaws\./;

/**
 * Returns the URL of a published template if it belongs to this partition. A template names the vendor's account with its
 * partition, and CloudFormation reads templates only from S3 of its own partition.
 * @param defaultPartition the partition of a URL without a Region
 */
export function templateUrlInPartition(
  url: string | null,
  { partition, defaultPartition }: { partition: string; defaultPartition: string },
): string | null {
  if (url === null) return null;
  const [, region] = S3_HOST.exec(new URL(url).hostname) ?? [];
  return (region === undefined ? defaultPartition : partitionOfRegion(region)) === partition ? url : null;
}
