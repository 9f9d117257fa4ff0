import { parseRoleArn } from '../aws/arn.ts';
import type { DenialCause } from './attribute-denial.ts';
import type { Brokers } from './broker.ts';

/** Attributes the denial of a role by the broker of its partition. Without one, AWS was never asked. */
export async function attributeDenial(
  { brokers }: { brokers: Brokers },
  denial: { roleArn: string; tenantId: string; startedAt: Date },
): Promise<DenialCause> {
  const broker = brokers.get(parseRoleArn(denial.roleArn)?.partition ?? '');
  return broker ? broker.attributeDenial(denial) : 'broker';
}
