export type CheckStatus = 'ok' | 'warning' | 'failed';

export interface CheckResult {
  /** A name for programs, such as `database.migrations`. */
  check: string;
  status: CheckStatus;
  message: string;
  /** The next step; null for a check that is ok. */
  fix: string | null;
}

/** Receives each result at once, so that a later check that hangs does not hide the earlier ones. */
export type Report = (result: CheckResult) => void;

export const ok = (check: string, message: string): CheckResult => ({
  check,
  status: 'ok',
  message,
  fix: null,
});

export const warning = (check: string, message: string, fix: string): CheckResult => ({
  check,
  status: 'warning',
  message,
  fix,
});

export const failed = (check: string, message: string, fix: string): CheckResult => ({
  check,
  status: 'failed',
  message,
  fix,
});
