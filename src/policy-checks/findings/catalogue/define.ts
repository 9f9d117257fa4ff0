import type { Wording } from '../wording.ts';

type Level = 'error' | 'warning' | 'either';

/** One kind of finding: its severity, its line in the documentation, and its text for the value at hand. */
export interface Definition<Details> {
  /** `either` is an error where it allows others or denies the vendor, else a warning. */
  level: Level;
  description: string;
  explain: (details: Details, wording: Wording) => { message: string; fix: string };
}

export const define = <Details = undefined>(
  level: Level,
  description: string,
  explain: Definition<Details>['explain'],
): Definition<Details> => ({ level, description, explain });
