import { z } from 'zod';
import { PARTITIONS } from '../aws/arn.ts';
import { invalidRequest } from '../http/problem.ts';
import type { BrokerSettings } from './broker-settings.ts';

/** An AWS partition in a request; `requireBroker` rejects one in which the vendor does not work. */
export const partitionName = z.enum(PARTITIONS).meta({ id: 'Partition', description: 'An AWS partition.' });

/**
 * Returns the settings of the broker of a partition.
 * @param partition null: the main partition
 * @throws Problem `validation_failed` that names the partition and those that have a broker
 */
export function requireBroker(
  { brokers }: { brokers: readonly BrokerSettings[] },
  partition: string | null,
): BrokerSettings {
  const broker = partition === null ? brokers[0] : brokers.find((broker) => broker.partition === partition);
  if (broker) return broker;
  const partitions = brokers.map(({ partition }) => partition).join(', ');
  throw invalidRequest([
    {
      path: 'partition',
      message: `must be an AWS partition in which the vendor works (${partitions}); "${partition}" is not`,
    },
  ]);
}
