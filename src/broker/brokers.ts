import { parseRoleArn } from '../aws/arn.ts';
import type { DenialCause } from './attribute-denial.ts';
import type { Broker, Brokers } from './broker.ts';

/** The broker of a role's partition; undefined when none is configured. */
export const brokerOf = ({ brokers }: { brokers: Brokers }, roleArn: string): Broker | undefined =>
  brokers.get(parseRoleArn(roleArn)?.partition ?? '');

/** Attributes the denial of a role by the broker of its partition. Without one, AWS was never asked. */
export async function attributeDenial(
  deps: { brokers: Brokers },
  denial: { roleArn: string; tenantId: string; startedAt: Date },
): Promise<DenialCause> {
  const broker = brokerOf(deps, denial.roleArn);
  return broker ? broker.attributeDenial(denial) : 'broker';
}
