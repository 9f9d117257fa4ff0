import { sealAllAuditEvents } from '../audit/seal.ts';
import { countUnsealed, listArchiveRecords } from '../audit/store.ts';
import type { Broker } from '../broker/broker.ts';
import type { Deps } from '../deps.ts';
import { readFleetCounts } from '../fleet/store.ts';
import { PERMISSIONS } from '../identity/permissions.ts';
import { listProfiles } from '../profiles/store.ts';
import { findOldestPending } from '../webhooks/deliveries/store.ts';
import type { BrokerFacts, Facts } from './facts.ts';
import { describePermissionSets } from './permission-sets.ts';
import {
  countApiKeys,
  countAuditEvents,
  countDegraded,
  countExternalIds,
  countOwnAccountConnections,
  countVerificationAges,
  countVerifiedWithRetiredId,
  findForbiddenPrivileges,
  findGrants,
  findOldestDueVerification,
  findServedConnections,
  findTriggers,
  readChainTotals,
  readDatabaseProperties,
  readFeedState,
} from './store.ts';
import { verifyNewestChains } from './verify-newest-chains.ts';

/** A verification may be late by this much: the schedule is worked off in batches. */
const LATE_AFTER_SECONDS = 900;
/** A request that began before a connection's status changed ends within this time. */
const IN_FLIGHT_SECONDS = 15;
const UNSERVED_STATUSES = ['pending', 'insecure', 'unreachable', 'disabled'];
const MAX_PROFILES = 200;

export type EvidenceDeps = Pick<
  Deps,
  'config' | 'database' | 'brokers' | 'clock' | 'auditSigner' | 'emulatorUrl' | 'metrics'
>;

/** Reads all facts of a report, one after the other, so that a report takes one connection of the pool at a time. */
export async function gatherFacts(deps: EvidenceDeps): Promise<Facts> {
  const { config, database, clock } = deps;
  const at = clock.now();
  await sealAllAuditEvents(deps);
  const { rotations, legacy } = await readFleetCounts(database);
  return {
    at,
    configuration: describeConfiguration(deps),
    database: {
      ...(await readDatabaseProperties(database)),
      grants: await findGrants(database),
      triggers: await findTriggers(database),
      forbiddenPrivileges: await findForbiddenPrivileges(database),
    },
    externalIds: await countExternalIds(database),
    connections: {
      ...(await gatherConnectionFacts(deps, at)),
      legacyToMove: legacy.toMove,
    },
    rotations: { ...rotations, completed: await countAuditEvents(database, 'rotation.completed') },
    apiKeys: await countApiKeys(database, at),
    brokers: await gatherBrokerFacts(deps),
    audit: {
      ...(await verifyNewestChains(database)),
      ...(await readChainTotals(database)),
      unsealed: await countUnsealed(database, null),
      archivedMonths: (await listArchiveRecords(database)).map(({ month }) => month),
      publicKey: deps.auditSigner.publicKey,
    },
    events: {
      ...(await readFeedState(database)),
      oldestPendingDeliveryAt: await findOldestPending(database),
    },
    mayIssueCredentials: PERMISSIONS['credentials:issue'],
    mayRotate: PERMISSIONS['connections:manage'],
    permissionSets: describePermissionSets(
      config.permissions,
      await listProfiles(database, null, MAX_PROFILES),
    ),
  };
}

function describeConfiguration({ config, emulatorUrl }: EvidenceDeps): Facts['configuration'] {
  return {
    vendorName: config.vendor.name,
    vendorAccountId: config.vendor.accountId,
    ownAccountIds: config.ownAccountIds,
    recheckSeconds: config.recheckSeconds,
    signingKeySource: config.auditSigningKeyFile === null ? 'generated' : 'configured',
    webhookSecretsEncrypted: config.webhooks.secretsKey !== null,
    workerIdentities: config.workerIdentities.length,
    isSandbox: emulatorUrl !== null,
  };
}

async function gatherConnectionFacts({ config, database }: EvidenceDeps, at: Date) {
  return {
    ages: await countVerificationAges(database, at),
    lateSince: await findOldestDueVerification(database, {
      dueBefore: new Date(at.getTime() - LATE_AFTER_SECONDS * 1000),
      partitions: config.brokers.map(({ partition }) => partition),
    }),
    servedUnverified: await findServedConnections(database, {
      statuses: UNSERVED_STATUSES,
      graceSeconds: IN_FLIGHT_SECONDS,
    }),
    inOwnAccounts: await countOwnAccountConnections(database, config.ownAccountIds),
    verifiedWithRetiredId: await countVerifiedWithRetiredId(database),
  };
}

async function gatherBrokerFacts({ brokers, database }: EvidenceDeps): Promise<BrokerFacts[]> {
  const facts: BrokerFacts[] = [];
  for (const broker of brokers.values()) {
    const { partition } = broker.settings;
    const { status, statusSince } = broker.health.state;
    facts.push({
      ...describeBroker(broker),
      degradedWhileFailing:
        status === 'failing' ? await countDegraded(database, { partition, since: statusSince }) : 0,
    });
  }
  return facts;
}

function describeBroker({ settings, identity, identityProblem, health }: Broker) {
  const { partition, accountId, region, brokerRoleArn, canary } = settings;
  const { status, statusSince, problem } = health.state;
  return {
    partition,
    accountId,
    region,
    brokerRoleArn,
    identityArn: identity?.arn ?? null,
    hasCanary: canary !== null,
    status,
    statusSince,
    problem: problem?.detail ?? identityProblem,
  };
}
