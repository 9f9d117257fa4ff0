import type { Database } from '../database/database.ts';
import type { Prisma } from '../database/generated/client.ts';
import type { EventType } from '../events/event.ts';
import type { DisabledReason, Webhook, WebhookStatus } from './webhook.ts';

type Row = Prisma.WebhookGetPayload<{ omit: { secret: true; previousSecret: true } }>;

const WITHOUT_SECRETS = { secret: true, previousSecret: true } as const;

function toWebhook(row: Row): Webhook {
  return {
    ...row,
    types: row.types as EventType[],
    status: row.status as WebhookStatus,
    statusReason: row.statusReason as DisabledReason | null,
  };
}

export async function insertWebhook(
  database: Database,
  webhook: Pick<Webhook, 'id' | 'url' | 'types' | 'description'> & { secret: Buffer; now: Date },
): Promise<Webhook> {
  const { now, secret, ...properties } = webhook;
  const row = await database.prisma.webhook.create({
    data: {
      ...properties,
      secret: new Uint8Array(secret),
      status: 'enabled',
      statusSince: now,
      createdAt: now,
      updatedAt: now,
    },
    omit: WITHOUT_SECRETS,
  });
  return toWebhook(row);
}

export async function findWebhook(database: Database, id: string): Promise<Webhook | null> {
  const row = await database.prisma.webhook.findUnique({ where: { id }, omit: WITHOUT_SECRETS });
  return row && toWebhook(row);
}

/** Locks a webhook until the end of the transaction. */
export async function lockWebhook(database: Database, id: string): Promise<Webhook | null> {
  await database.prisma.$queryRaw`SELECT FROM public.webhooks WHERE id = ${id} FOR NO KEY UPDATE`;
  return findWebhook(database, id);
}

/** Returns one webhook more than the limit if there are more. */
export async function listWebhooks(
  database: Database,
  { after, limit }: { after: string | null; limit: number },
): Promise<Webhook[]> {
  const rows = await database.prisma.webhook.findMany({
    where: after === null ? {} : { id: { gt: after } },
    orderBy: { id: 'asc' },
    take: limit + 1,
    omit: WITHOUT_SECRETS,
  });
  return rows.map(toWebhook);
}

export interface WebhookChanges {
  url?: string;
  types?: EventType[];
  description?: string | null;
  status?: WebhookStatus;
  statusReason?: DisabledReason | null;
  statusSince?: Date;
}

export async function updateWebhook(
  database: Database,
  id: string,
  changes: WebhookChanges,
  now: Date,
): Promise<Webhook> {
  const row = await database.prisma.webhook.update({
    where: { id },
    data: { ...changes, updatedAt: now },
    omit: WITHOUT_SECRETS,
  });
  return toWebhook(row);
}

/** Replaces the secret. The one that it had becomes the previous one until `previousExpiresAt`. */
export async function replaceSecret(
  database: Database,
  id: string,
  { secret, previousExpiresAt, now }: { secret: Buffer; previousExpiresAt: Date; now: Date },
): Promise<boolean> {
  const count = await database.prisma.$executeRaw`
    UPDATE public.webhooks SET previous_secret = secret, secret = ${secret},
      previous_secret_expires_at = ${previousExpiresAt}, updated_at = ${now}
    WHERE id = ${id}`;
  return count === 1;
}

/** The stored secrets that messages are signed with: the current one, and the previous one while it counts. */
export async function findSecrets(database: Database, id: string, now: Date): Promise<Uint8Array[]> {
  const row = await database.prisma.webhook.findUnique({
    where: { id },
    select: { secret: true, previousSecret: true, previousSecretExpiresAt: true },
  });
  if (!row) return [];
  const { secret, previousSecret, previousSecretExpiresAt } = row;
  const isPreviousValid = previousSecretExpiresAt !== null && previousSecretExpiresAt > now;
  return previousSecret !== null && isPreviousValid ? [secret, previousSecret] : [secret];
}

export async function deleteWebhook(database: Database, id: string): Promise<boolean> {
  const { count } = await database.prisma.webhook.deleteMany({ where: { id } });
  return count === 1;
}
