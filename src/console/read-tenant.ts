import { type ConnectLink, type LinkStatus, linkStatusOf } from '../connect-links/link.ts';
import { listLinks } from '../connect-links/store.ts';
import type { Deps } from '../deps.ts';
import type { ChangeEvent } from '../events/event.ts';
import type { ExternalIdStatus } from '../external-ids/external-id.ts';
import { getExternalId } from '../external-ids/get.ts';
import type { FleetConnection } from '../fleet/connections/filter.ts';
import { listAllConnections } from '../fleet/connections/list.ts';
import { Problem } from '../http/problem.ts';
import type { Principal } from '../identity/principal.ts';
import { listProfiles } from '../profiles/store.ts';
import { getSetupKit } from '../setup-kit/get-setup-kit.ts';
import type { TenantSetupKit } from '../setup-kit/setup-kit.ts';
import { getTenant } from '../tenants/get.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { listNewestEvents } from './store.ts';

const MAX_EVENTS = 30;
const MAX_LINKS = 50;
/** More profiles than this are chosen by their name in the page's URL. */
const MAX_PROFILES = 200;

export interface TenantState {
  tenant: Tenant;
  externalIds: ExternalIdStatus;
  connections: readonly FleetConnection[];
  nextCursor: string | null;
  /** The newest first; null: the person may not see them. */
  links: readonly (ConnectLink & { status: LinkStatus })[] | null;
  events: readonly ChangeEvent[];
  /** The chosen setup kit, or why there is none. */
  kit: TenantSetupKit | string;
  chosen: { profile: string | null; partition: string | null };
  profiles: readonly string[];
  partitions: readonly string[];
}

export interface NewLink {
  url: string;
  /** RFC 3339. */
  expiresAt: string;
}

/** What the page of a tenant shows, after something was done there. */
export interface TenantView extends TenantState {
  done: string | undefined;
  /** The link that was just created: its URL can be shown only now. */
  newLink: NewLink | null;
}

interface Input {
  principal: Principal;
  tenantId: string;
  mayManageLinks: boolean;
  /** Of the setup kit; left out: the installation's own permissions, and the main partition. */
  profile?: string | undefined;
  partition?: string | undefined;
  /** Of the list of connections. */
  cursor?: string | undefined;
}

/** Reads what the page of a tenant shows. @throws Problem `not_found` */
export async function readTenant(
  deps: Pick<Deps, 'database' | 'config' | 'clock'>,
  input: Input,
): Promise<TenantState> {
  const { database } = deps;
  const { principal, tenantId, mayManageLinks, cursor } = input;
  const chosen = { profile: input.profile ?? null, partition: input.partition ?? null };
  const [tenant, externalIds, list, links, events, kit, profiles] = await Promise.all([
    getTenant(deps, { principal, tenantId }),
    getExternalId(deps, { principal, tenantId }),
    listAllConnections(deps, { tenantId, cursor, limit: 25 }),
    mayManageLinks ? readLinks(deps, tenantId) : null,
    listNewestEvents(database, { tenantId, connectionId: null, limit: MAX_EVENTS }),
    readKit(deps, { principal, tenantId, ...chosen }),
    listProfiles(database, null, MAX_PROFILES),
  ]);
  return {
    tenant,
    externalIds,
    ...list,
    links,
    events,
    kit,
    chosen,
    profiles: profiles.map(({ name }) => name),
    partitions: deps.config.brokers.map(({ partition }) => partition),
  };
}

async function readLinks(
  { database, clock }: Pick<Deps, 'database' | 'clock'>,
  tenantId: string,
): Promise<NonNullable<TenantState['links']>> {
  const links = await listLinks(database, { tenantId, after: null, limit: MAX_LINKS, newestFirst: true });
  const now = clock.now();
  return links.slice(0, MAX_LINKS).map((link) => ({ ...link, status: linkStatusOf(link, now) }));
}

async function readKit(
  deps: Pick<Deps, 'database' | 'config'>,
  input: Parameters<typeof getSetupKit>[1],
): Promise<TenantSetupKit | string> {
  try {
    return await getSetupKit(deps, input);
  } catch (error) {
    if (error instanceof Problem && ['tenant_not_active', 'validation_failed'].includes(error.code))
      return error.errors?.map(({ path, message }) => `${path} ${message}`).join('; ') ?? error.detail;
    throw error;
  }
}
