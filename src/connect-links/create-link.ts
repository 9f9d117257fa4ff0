import { recordEvents } from '../audit/record.ts';
import type { Deps } from '../deps.ts';
import { invalidRequest, notFound, Problem } from '../http/problem.ts';
import type { Actor } from '../identity/principal.ts';
import { newId } from '../lib/ids.ts';
import { assertProfile } from '../profiles/assert-profile.ts';
import { lockTenant } from '../tenants/store.ts';
import { hashSecret, newSecret, statusOf } from './link.ts';
import { allowedReturnUrl } from './return-url.ts';
import { actorOfLink, type ConnectSession } from './session.ts';
import { countColleagueLinks, insertLink, type NewLink } from './store.ts';

/** Links for colleagues that can be made from one link. */
const MOST_COLLEAGUES = 25;

type Needs = Pick<Deps, 'database' | 'clock' | 'config' | 'baseUrl'>;

export interface CreatedLink {
  id: string;
  /** With the secret in it: it is shown this once. */
  url: string;
  expiresAt: Date;
}

/**
 * Makes a link that opens the page for one tenant.
 * @throws Problem `not_found`, `tenant_not_active`, `validation_failed` (a return URL that is not on the allow-list, a profile that is not there)
 */
export async function createLink(
  deps: Needs,
  input: {
    actor: Actor;
    tenantId: string;
    returnUrl: string | null;
    profile: string | null;
    expiresInSeconds: number;
  },
): Promise<CreatedLink> {
  const now = deps.clock.now();
  return addLink(deps, input.actor, {
    tenantId: input.tenantId,
    parentId: null,
    returnUrl: input.returnUrl === null ? null : assertAllowed(input.returnUrl, deps.config.returnUrls),
    profile: input.profile,
    createdAt: now,
    expiresAt: new Date(now.getTime() + input.expiresInSeconds * 1000),
  });
}

/**
 * From the page: a link to the same page for a colleague. It ends no later than the one it was made from, and is
 * revoked with it.
 * @throws Problem `conflict` when the own link can no longer be opened by time
 */
export async function createColleagueLink(deps: Needs, session: ConnectSession): Promise<CreatedLink> {
  const { link } = session;
  const now = deps.clock.now();
  // That a role was connected through the own link does not keep a colleague from connecting the next one.
  if (statusOf({ ...link, usedAt: null }, now) === 'expired') {
    throw new Problem('conflict', 'Your own link has expired, so no further link can be made from it.');
  }
  return addLink(deps, actorOfLink(link), {
    tenantId: link.tenantId,
    parentId: link.parentId ?? link.id,
    returnUrl: link.returnUrl,
    profile: link.profile,
    createdAt: now,
    expiresAt: link.expiresAt,
  });
}

async function addLink(deps: Needs, actor: Actor, given: Omit<NewLink, 'id' | 'hash'>): Promise<CreatedLink> {
  const id = newId('link');
  const secret = newSecret();
  await deps.database.transaction(async (database) => {
    const status = await lockTenant(database, given.tenantId);
    if (status === null) throw notFound();
    if (status !== 'active') {
      throw new Problem('tenant_not_active', `This tenant is ${status}; it gets no link.`);
    }
    if (given.parentId !== null && (await countColleagueLinks(database, given.parentId)) >= MOST_COLLEAGUES) {
      throw new Problem('conflict', 'Too many links were made from this one already. Ask for a new one.');
    }
    await assertProfile(database, given.profile);
    await insertLink(database, { id, ...given, hash: hashSecret(secret) });
    await recordEvents(database, deps.clock, {
      tenantId: given.tenantId,
      actor,
      action: 'connect_link.created',
      outcome: 'success',
      detail: {
        linkId: id,
        parentId: given.parentId,
        expiresAt: given.expiresAt.toISOString(),
        returnUrl: given.returnUrl,
        profile: given.profile,
      },
    });
  });
  return { id, url: `${deps.baseUrl()}/connect/${secret}`, expiresAt: given.expiresAt };
}

function assertAllowed(returnUrl: string, allowList: readonly string[]): string {
  const allowed = allowedReturnUrl(returnUrl, allowList);
  if (allowed !== null) return allowed;
  const message =
    allowList.length === 0
      ? 'must be left out: COUNTERSIGN_RETURN_URLS allows no return URL'
      : 'must be a URL that COUNTERSIGN_RETURN_URLS allows';
  throw invalidRequest([{ path: 'returnUrl', message }]);
}
