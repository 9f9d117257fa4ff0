import { recordEvents } from '../audit/record.ts';
import type { Deps } from '../deps.ts';
import { invalidRequest, Problem } from '../http/problem.ts';
import type { Actor } from '../identity/principal.ts';
import { newId } from '../lib/ids.ts';
import { assertProfileExists } from '../profiles/require-profile.ts';
import { lockActiveTenant } from '../tenants/store.ts';
import { hashSecret, isLinkExpired, newSecret } from './link.ts';
import { parseReturnUrl } from './return-url.ts';
import { actorOfSession, type ConnectSession } from './sessions/session.ts';
import { countColleagueLinks, insertLink, type NewLink } from './store.ts';

/** A link's holder could otherwise create links without limit. */
const MAX_COLLEAGUE_LINKS = 25;

type CreateLinkDeps = Pick<Deps, 'database' | 'clock' | 'config' | 'baseUrl'>;

export interface CreatedLink {
  id: string;
  /** Contains the secret, so it can be shown only now. */
  url: string;
  expiresAt: Date;
}

/**
 * Creates a link that opens the page for one tenant.
 * @throws Problem `not_found`, `tenant_not_active`, `validation_failed` when a URL is not on the allow-list or the
 * profile does not exist
 */
export async function createLink(
  deps: CreateLinkDeps,
  input: {
    actor: Actor;
    tenantId: string;
    returnUrl: string | null;
    renewUrl: string | null;
    profile: string | null;
    expiresInSeconds: number;
  },
): Promise<CreatedLink> {
  const now = deps.clock.now();
  const { returnUrls } = deps.config;
  return saveLink(deps, input.actor, {
    tenantId: input.tenantId,
    parentId: null,
    returnUrl: validateUrl('returnUrl', input.returnUrl, returnUrls),
    renewUrl: validateUrl('renewUrl', input.renewUrl, returnUrls),
    profile: input.profile,
    createdAt: now,
    expiresAt: new Date(now.getTime() + input.expiresInSeconds * 1000),
  });
}

/**
 * Creates a link for a colleague of the page's user. It expires with the link whose page it was created from, and is
 * revoked with it. A link that was used can still create links, so that a colleague can connect the next role.
 * @throws Problem `conflict` when the user's own link has expired, or too many links were created from it
 */
export async function createColleagueLink(
  deps: CreateLinkDeps,
  session: ConnectSession,
): Promise<CreatedLink> {
  const { link } = session;
  const now = deps.clock.now();
  if (isLinkExpired(link, now)) {
    throw new Problem('conflict', 'Your own link has expired, so no further link can be made from it.');
  }
  return saveLink(deps, actorOfSession(session), {
    tenantId: link.tenantId,
    parentId: link.parentId ?? link.id,
    returnUrl: link.returnUrl,
    renewUrl: link.renewUrl,
    profile: link.profile,
    createdAt: now,
    expiresAt: link.expiresAt,
  });
}

async function saveLink(
  deps: CreateLinkDeps,
  actor: Actor,
  fields: Omit<NewLink, 'id' | 'hash'>,
): Promise<CreatedLink> {
  const id = newId('link');
  const secret = newSecret();
  const { tenantId, parentId, profile, expiresAt, returnUrl, renewUrl } = fields;
  await deps.database.transaction(async (database) => {
    await lockActiveTenant(database, tenantId);
    if (parentId !== null && (await countColleagueLinks(database, parentId)) >= MAX_COLLEAGUE_LINKS) {
      throw new Problem('conflict', 'Too many links were made from this one already. Ask for a new one.');
    }
    await assertProfileExists(database, profile);
    await insertLink(database, { id, ...fields, hash: hashSecret(secret) });
    await recordEvents(database, deps.clock, {
      tenantId,
      actor,
      action: 'connect_link.created',
      outcome: 'success',
      detail: { linkId: id, parentId, expiresAt: expiresAt.toISOString(), returnUrl, renewUrl, profile },
    });
  });
  return { id, url: `${deps.baseUrl()}/connect/${secret}`, expiresAt };
}

function validateUrl(path: string, url: string | null, allowList: readonly string[]): string | null {
  if (url === null) return null;
  const allowed = parseReturnUrl(url, allowList);
  if (allowed !== null) return allowed;
  const message =
    allowList.length === 0
      ? 'must be left out: COUNTERSIGN_RETURN_URLS allows no URL'
      : 'must be a URL that COUNTERSIGN_RETURN_URLS allows';
  throw invalidRequest([{ path, message }]);
}
