import { PARTITIONS } from '../aws/arn.ts';
import { isObject } from '../lib/is-object.ts';

interface Permissions {
  managedPolicyArns: readonly string[];
  inlinePolicy: object | null;
}

const AWS_MANAGED_POLICY = /^arn:[a-z-]+:(?=iam::aws:policy\/)/;

/** Returns the ARNs with those of AWS's own policies in this partition: AWS has them under the same name in each. */
export const policyArnsInPartition = (arns: readonly string[], partition: string): string[] =>
  arns.map((arn) => arn.replace(AWS_MANAGED_POLICY, `arn:${partition}:`));

/**
 * Returns the ARNs that IAM would reject in this partition: customer managed policies and resources of another one
 * ("Partition "aws" is not valid for resource …").
 */
export function findForeignArns(
  { managedPolicyArns, inlinePolicy }: Permissions,
  partition: string,
): string[] {
  const arns = [...policyArnsInPartition(managedPolicyArns, partition), ...resourcesOf(inlinePolicy)];
  return [...new Set(arns.filter((arn) => isForeign(arn, partition)))];
}

function isForeign(arn: string, partition: string): boolean {
  const [, found] = /^arn:([^:]*):/.exec(arn) ?? [];
  return found !== partition && PARTITIONS.some((known) => known === found);
}

function resourcesOf(policy: object | null): string[] {
  const statements = [(policy as { Statement?: unknown } | null)?.Statement].flat();
  return statements
    .filter(isObject)
    .flatMap(({ Resource, NotResource }) => [Resource, NotResource].flat())
    .filter((resource) => typeof resource === 'string');
}
