import type { Wording } from '../wording.ts';

/** One kind of finding: its severity, its line in the documentation, and its text for the value at hand. */
export interface Definition<Details> {
  /** `either` is an error where it allows others or denies the vendor, else a warning. */
  level: 'error' | 'warning' | 'either';
  description: string;
  explain: (details: Details, wording: Wording) => [message: string, fix: string];
}

const define =
  (level: Definition<unknown>['level']) =>
  <Details = undefined>(
    description: string,
    explain: Definition<Details>['explain'],
  ): Definition<Details> => ({ level, description, explain });

export const error = define('error');
export const warning = define('warning');
export const errorOrWarning = define('either');

/** An operator that is wrong for an external ID in any case. */
export const wrongOperator = (description: string, problem: string) =>
  error<{ operator: string }>(description, ({ operator }, { externalId }) => [
    `${operator} ${problem}`,
    `Replace it with ${externalId}.`,
  ]);

/** A Deny must not get the vendor's principal. */
export const FIX_PRINCIPAL_OF_DENY =
  'Write the principal that the statement should deny. Without it, the statement denies less than it should.';
