import type { Facts } from '../facts.ts';
import {
  describeGrants,
  describeTriggers,
  findTriggerProblem,
  findUnexpectedGrants,
} from './database-protection.ts';
import { type Assessment, fact, holdsUnless, list, type Rule } from './rule.ts';

export const EXTERNAL_ID_RULES: readonly Rule[] = [
  {
    number: 1,
    title: 'The database generates the external ID; no input sets or influences it',
    assess: assessGeneration,
  },
  {
    number: 2,
    title: 'One external ID, one tenant, for ever, retired IDs included',
    assess: assessUniqueness,
  },
  {
    number: 3,
    title: 'The external ID exists before the role does, and reading never changes it',
    assess: assessExistence,
  },
  {
    number: 13,
    title: 'During a rotation both external IDs work, and there is always a working one',
    assess: assessRotations,
  },
];

function assessGeneration({ database }: Facts): Assessment {
  return holdsUnless(
    [
      findTriggerProblem(database, ['external_ids_issue', 'external_ids_protect']),
      findUnexpectedGrants(database, 'external_ids'),
      database.forbiddenPrivileges.length > 0 &&
        `The role of the service ${database.forbiddenPrivileges.join(', and ')}.`,
    ],
    'A trigger generates each value whatever a statement says, and no role besides the owner may write the column.',
    [
      fact('default of the column external_ids.value', database.externalIdDefault),
      describeGrants(database, 'external_ids'),
      describeTriggers(database, 'external_ids'),
      fact('role of the service', database.serviceRole),
      fact('owner of the table', database.owner),
      fact('superusers of the database server', database.superusers),
      fact('privileges of the service that it must not have', list(database.forbiddenPrivileges)),
    ],
  );
}

function assessUniqueness({ database, externalIds }: Facts): Assessment {
  const { current, successor, retired, oldestIssuedAt } = externalIds;
  return holdsUnless(
    [
      !database.hasUniqueExternalIds && 'No unique index covers all external IDs.',
      findTriggerProblem(database, ['external_ids_protect', 'external_ids_keep']),
    ],
    'A unique index covers all IDs ever issued, and triggers keep every row as it was issued.',
    [
      fact('unique index over all values', database.hasUniqueExternalIds),
      fact('external IDs ever issued', current + successor + retired),
      fact('of these, current', current),
      fact('of these, successors in a rotation', successor),
      fact('of these, retired', retired),
      fact('oldest external ID issued at', oldestIssuedAt),
    ],
  );
}

function assessExistence({ database, externalIds }: Facts): Assessment {
  const { current, tenantsToServe } = externalIds;
  return holdsUnless(
    [
      findTriggerProblem(database, ['tenants_keep_current_external_id', 'external_ids_keep_current']),
      current < tenantsToServe &&
        `${tenantsToServe - current} of ${tenantsToServe} tenants that are not offboarded have no current external ID.`,
    ],
    'Every tenant that is not offboarded has a current external ID; the database accepts no transaction that leaves one without.',
    [
      fact('tenants that are not offboarded', tenantsToServe),
      fact('current external IDs', current),
      describeTriggers(database, 'tenants'),
    ],
  );
}

function assessRotations({ database, connections, rotations, mayRotate }: Facts): Assessment {
  const { verifiedWithRetiredId } = connections;
  return holdsUnless(
    [
      findTriggerProblem(database, ['tenants_keep_current_external_id', 'external_ids_keep_current']),
      verifiedWithRetiredId > 0 &&
        `${verifiedWithRetiredId} verified connections were verified only with a retired external ID.`,
    ],
    'No verified connection depends on a retired external ID, among the last 1000 retired ones.',
    [
      fact('rotations in progress', rotations.running),
      fact('connections that still have to move', rotations.connectionsToMove),
      fact('rotations completed, in the months that are not archived', rotations.completed.count),
      fact('last rotation completed at', rotations.completed.lastAt),
      fact('verified connections that depend on a retired ID', verifiedWithRetiredId),
      fact('roles of API keys that may start a rotation', list(mayRotate)),
    ],
  );
}
