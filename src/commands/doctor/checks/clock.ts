import { failed, ok, warning } from '../check-result.ts';

/** The Date header of STS has a resolution of one second, and a database answers over the network. */
const MAX_OK_MS = 5000;
/** Credentials and tokens live for minutes; AWS rejects signatures from five minutes on. */
const MAX_WARNING_MS = 60_000;

/** Judges by how much another clock is ahead of the clock of this machine. */
export function clockResult(check: string, other: string, offsetMs: number) {
  const seconds = Math.abs(offsetMs) / 1000;
  const direction = offsetMs > 0 ? 'behind' : 'ahead of';
  const message = `the clock of this machine is ${formatSeconds(seconds)} ${direction} that of ${other}`;
  const fix = 'Synchronize the clocks by NTP (chrony). On AWS, 169.254.169.123 serves the time.';
  if (Math.abs(offsetMs) > MAX_WARNING_MS) return failed(check, message, fix);
  if (Math.abs(offsetMs) > MAX_OK_MS) return warning(check, message, fix);
  return ok(
    check,
    `the clock of this machine agrees with that of ${other} to within ${Math.ceil(seconds) || 1} s`,
  );
}

const formatSeconds = (seconds: number): string =>
  seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} minutes`;
