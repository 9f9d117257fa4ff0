import type { Command } from '../command.ts';
import { connectionsGet, connectionsList, connectionsVerify } from './connections.ts';
import { eventsFollow, eventsList } from './events.ts';
import { evidence, evidenceVerify } from './evidence.ts';
import { fleet } from './fleet.ts';
import { tenantsImport } from './import-tenants.ts';
import { search } from './search.ts';
import { tenantsConnectLink, tenantsCreate, tenantsGet, tenantsList } from './tenants.ts';

/** All commands, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  search,
  fleet,
  tenantsList,
  tenantsGet,
  tenantsCreate,
  tenantsImport,
  tenantsConnectLink,
  connectionsList,
  connectionsGet,
  connectionsVerify,
  eventsList,
  eventsFollow,
  evidenceVerify,
  evidence,
];
