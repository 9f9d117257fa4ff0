import { parseRoleArn } from '../aws/arn.ts';
import { type Sts, StsError } from '../aws/sts.ts';
import type { Brokers } from './broker.ts';

/** One STS port for all partitions: the partition of the role's ARN selects the broker that makes the call. */
export function routeSts(brokers: Brokers): Pick<Sts, 'assumeRole' | 'probe'> {
  const stsFor = (roleArn: string): Sts => {
    const partition = parseRoleArn(roleArn)?.partition;
    const broker = partition === undefined ? undefined : brokers.get(partition);
    if (!broker)
      throw new StsError('no_credentials', `no broker is configured for the partition of ${roleArn}`);
    return broker.sts;
  };
  return {
    assumeRole: async (request) => stsFor(request.roleArn).assumeRole(request),
    probe: async (request) => stsFor(request.roleArn).probe(request),
  };
}
