import type { Facts } from '../facts.ts';
import { type Assessment, fact, holdsUnless, list } from './rule.ts';

/** A requirement of AWS's Foundational Technical Review (partner hosted) about access to customers' accounts. */
export interface Requirement {
  id: string;
  title: string;
  /** The rules that fulfil it; it holds if all of them do. */
  rules: readonly number[];
  /** What it needs besides. */
  assess?: (facts: Facts) => Assessment;
}

export const REQUIREMENTS: readonly Requirement[] = [
  {
    id: 'CAA-001',
    title: 'Use cross-account roles to access customer AWS accounts',
    rules: [7, 9],
    assess: assessRolesOnly,
  },
  { id: 'CAA-002', title: 'Use an external ID with cross-account roles', rules: [3, 4, 5, 6] },
  {
    id: 'CAA-003',
    title: 'Deprecate any use of IAM credentials that customers provide',
    rules: [],
    assess: assessNoCredentials,
  },
  { id: 'CAA-004', title: 'Use a value you generate for the external ID', rules: [1] },
  { id: 'CAA-005', title: 'Ensure that all external IDs are unique', rules: [2] },
  {
    id: 'CAA-006',
    title: 'Provide read-only access to the external ID to customers',
    rules: [1, 3],
  },
  {
    id: 'CAA-007',
    title: 'Provide guidance or an automated setup with the minimum required privileges',
    rules: [14],
  },
];

function assessRolesOnly({ connections }: Facts): Assessment {
  const total = connections.ages.reduce((sum, age) => sum + age.total, 0);
  return holdsUnless([], 'Every connection is an IAM role: the database accepts no other ARN.', [
    fact('connections to customers’ roles', total),
  ]);
}

function assessNoCredentials({ database }: Facts): Assessment {
  const { credentialColumns } = database;
  return holdsUnless(
    [
      credentialColumns.length > 0 &&
        `The database has columns that may hold credentials: ${list(credentialColumns)}.`,
    ],
    'No table has a column for credentials of customers, and no operation of the API accepts any.',
    [fact('columns that may hold credentials', list(credentialColumns))],
  );
}
