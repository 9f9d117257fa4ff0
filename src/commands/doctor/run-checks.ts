import { setTimeout as delay } from 'node:timers/promises';
import { type CheckResult, failed, type Report } from './check-result.ts';
import { describeError } from './secrets.ts';

/** Checks that depend on each other and run in order. */
export interface CheckGroup {
  name: string;
  run(report: Report): Promise<void>;
}

/**
 * Runs all groups at the same time and returns their results in the order of the groups. A group that fails unexpectedly
 * or does not finish in time is a failed check, and hides nothing of the others.
 */
export async function runChecks(
  groups: readonly CheckGroup[],
  { timeoutMs, redact }: { timeoutMs: number; redact: (text: string) => string },
): Promise<CheckResult[]> {
  const timer = new AbortController();
  const timeout = delay(timeoutMs, 'timeout' as const, { signal: timer.signal });
  const results = await Promise.all(groups.map((group) => runGroup(group, timeout, redact)));
  timer.abort();
  await timeout.catch(() => undefined);
  return results.flat();
}

async function runGroup(
  { name, run }: CheckGroup,
  timeout: Promise<'timeout'>,
  redact: (text: string) => string,
): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  let isOver = false;
  const report: Report = (result) => {
    if (!isOver) results.push(result);
  };
  try {
    if ((await Promise.race([run(report), timeout])) === 'timeout') {
      report(
        failed(
          name,
          'this check did not finish in time',
          'Something that it depends on does not respond: look at the network between this machine and it.',
        ),
      );
    }
  } catch (error) {
    report(failed(name, `this check failed: ${describeError(error, redact)}`, 'Please report this error.'));
  }
  isOver = true;
  return results;
}
