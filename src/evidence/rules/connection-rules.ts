import type { Facts } from '../facts.ts';
import { findTriggerProblem } from './database-protection.ts';
import { type Assessment, fact, holdsUnless, list, type NamedFact, type Rule } from './rule.ts';

export const CONNECTION_RULES: readonly Rule[] = [
  {
    number: 4,
    title: 'A role becomes usable only after five probes, the right external ID first',
    assess: assessProbes,
  },
  {
    number: 5,
    title: 'A role that can be assumed without the right external ID is refused',
    assess: assessInsecure,
  },
  { number: 6, title: 'Roles are verified again on a schedule', assess: assessSchedule },
  { number: 7, title: "Roles in the vendor's own accounts are refused", assess: assessOwnAccounts },
  {
    number: 12,
    title: 'Revoking, suspending, disabling and rotating hold from the next request on',
    assess: assessServed,
  },
];

const count = ({ ages }: Facts['connections'], status: string): number =>
  ages.find((one) => one.status === status)?.total ?? 0;

function describeAges({ ages }: Facts['connections']): NamedFact[] {
  return ages.map(({ status, total, withinDay, withinWeek, older, never }) =>
    fact(
      `connections in the status ${status}`,
      `${total} (last verified within a day: ${withinDay}, a week: ${withinWeek}, earlier: ${older}, never: ${never})`,
    ),
  );
}

function servedIn({ servedUnverified }: Facts['connections'], statuses: readonly string[]): string[] {
  return servedUnverified
    .filter(({ status }) => statuses.includes(status))
    .map(({ id, status }) => `${id} (${status})`);
}

function assessProbes({ database, connections }: Facts): Assessment {
  const served = servedIn(connections, ['pending', 'unreachable']);
  const verified = connections.ages.find(({ status }) => status === 'verified');
  return holdsUnless(
    [
      (verified?.never ?? 0) > 0 &&
        `${verified?.never} connections count as verified although no verification is recorded.`,
      served.length > 0 && `Credentials were issued for connections that are not verified: ${list(served)}.`,
      findTriggerProblem(database, ['connections_protect']),
    ],
    'Every verified connection has a recorded verification, and no other got credentials, among the newest 250 of each status.',
    [...describeAges(connections), fact('unverified connections that got credentials', list(served))],
  );
}

function assessInsecure({ connections }: Facts): Assessment {
  const served = servedIn(connections, ['insecure']);
  return holdsUnless(
    [served.length > 0 && `Credentials were issued for insecure connections: ${list(served)}.`],
    'No insecure connection got credentials after it was found insecure, among the newest 250.',
    [
      fact('insecure connections', count(connections, 'insecure')),
      fact('insecure connections that got credentials', list(served)),
      fact('imported connections that wait for their external ID', connections.legacyToMove),
    ],
  );
}

function assessSchedule({ configuration, connections }: Facts): Assessment {
  const { lateSince, ages } = connections;
  return holdsUnless(
    [lateSince !== null && `A verification that was due at ${lateSince.toISOString()} has not begun.`],
    'No verification is more than a quarter of an hour late.',
    [
      fact('interval between verifications, in seconds', configuration.recheckSeconds),
      fact(
        'oldest last verification of a verified connection',
        ages.find(({ status }) => status === 'verified')?.oldestAt ?? null,
      ),
      ...describeAges(connections),
    ],
  );
}

function assessOwnAccounts({ configuration, connections }: Facts): Assessment {
  const { inOwnAccounts } = connections;
  return holdsUnless(
    [inOwnAccounts > 0 && `${inOwnAccounts} connections name roles in the vendor's own accounts.`],
    "No connection names a role in the vendor's own accounts.",
    [
      fact("the vendor's own accounts", list(configuration.ownAccountIds)),
      fact('connections to roles in these accounts', inOwnAccounts),
    ],
  );
}

function assessServed({ apiKeys, connections }: Facts): Assessment {
  const served = servedIn(connections, ['disabled', 'insecure']);
  return holdsUnless(
    [served.length > 0 && `Credentials were issued after the connection was stopped: ${list(served)}.`],
    'No connection that was disabled or found insecure got credentials afterwards, among the newest 250 of each.',
    [
      fact('disabled connections', count(connections, 'disabled')),
      fact('connections that got credentials afterwards', list(served)),
      ...apiKeys.map(({ role, valid, ended }) =>
        fact(`API keys of the role ${role}`, `${valid} valid, ${ended} revoked or expired`),
      ),
    ],
  );
}
