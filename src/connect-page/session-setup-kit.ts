import { z } from 'zod';
import { partitionName } from '../broker/partition.ts';
import { type ConnectSession, principalOfSession } from '../connect-links/sessions/session.ts';
import type { Deps } from '../deps.ts';
import { Problem, type ProblemCode } from '../http/problem.ts';
import { createMessages, formatMessage, type Message } from '../lib/message.ts';
import { getSetupKit, listSetupPartitions, readSetupKit } from '../setup-kit/get-setup-kit.ts';
import type { TenantSetupKit } from '../setup-kit/setup-kit.ts';
import { en } from './messages/en/index.ts';

/** The query of the page: the AWS partition that the customer has chosen. */
export const partitionQuery = z.object({ partition: partitionName.optional() });

/** The setup kit of a session, with what the page needs to offer other partitions. */
export interface SessionSetupKit extends TenantSetupKit {
  /** The partitions in which the role can be created; the page opens with the first. */
  partitions: readonly string[];
  /** The query that keeps the choice of the kit's partition in links and forms; empty for the first. */
  query: string;
}

/**
 * Returns the setup kit of the link's tenant and access profile, from which the customer creates the role.
 * @param requested the partition that the customer has chosen, if any
 * @throws Problem `conflict` when the profile was deleted after the link was created, `validation_failed` for a partition
 *   that the page does not offer
 */
export async function getSessionSetupKit(
  deps: Pick<Deps, 'database' | 'config'>,
  session: ConnectSession,
  requested: string | undefined,
): Promise<SessionSetupKit> {
  return explainChange(deps, async () => {
    const partitions = await listSetupPartitions(deps, session.link.profile);
    if (requested !== undefined && !partitions.includes(requested)) rejectPartition(deps, requested);
    const partition = requested ?? partitions[0] ?? null;
    return toSessionKit(await getSetupKit(deps, kitInput(session, partition)), partitions);
  });
}

/**
 * Returns the setup kit for the trust policy of a role that exists already, in its own partition.
 * @throws Problem `conflict` when the profile or the partition was removed after the link was created
 */
export async function getRoleSetupKit(
  deps: Pick<Deps, 'database' | 'config'>,
  session: ConnectSession,
  partition: string,
): Promise<SessionSetupKit> {
  return explainChange(deps, async () => {
    const partitions = await listSetupPartitions(deps, session.link.profile);
    return toSessionKit(await readSetupKit(deps, kitInput(session, partition)), partitions);
  });
}

function kitInput(session: ConnectSession, partition: string | null) {
  const { tenantId, profile } = session.link;
  return { principal: principalOfSession(session), tenantId, profile, partition };
}

function toSessionKit(kit: TenantSetupKit, partitions: readonly string[]): SessionSetupKit {
  return { ...kit, partitions, query: queryOfPartition(kit.vendor.partition, partitions) };
}

/** The query of the page's address with this choice; empty without one. */
export const formatPartitionQuery = ({ partition }: z.infer<typeof partitionQuery>): string =>
  partition === undefined ? '' : `?partition=${partition}`;

/** The first partition needs no query, and one that the page does not offer cannot be chosen. */
export function queryOfPartition(partition: string, [, ...others]: readonly string[]): string {
  return others.includes(partition) ? `?partition=${partition}` : '';
}

async function explainChange<T>({ config }: Pick<Deps, 'config'>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'validation_failed' || !error.errors) throw error;
    throw pageProblem('conflict', pageMessage('problem.kitChanged', { vendor: config.vendor.name }), error);
  }
}

function rejectPartition({ config }: Pick<Deps, 'config'>, partition: string): never {
  const message = pageMessage('problem.partition', { vendor: config.vendor.name, partition });
  throw pageProblem('validation_failed', message);
}

const pageMessage = createMessages(en);

function pageProblem(code: ProblemCode, message: Message, cause?: unknown): Problem {
  return new Problem(code, formatMessage(en, message), { message, cause });
}
