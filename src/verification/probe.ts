import { randomInt } from 'node:crypto';
import { v4 as uuidv4 } from 'uuid';
import { StsError } from '../aws/sts.ts';
import { type Check, expectedOf, type Observed, PROBES, type Probe } from '../connections/verification.ts';
import type { Deps } from '../deps.ts';

const SUFFIXES = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** What each probe sends for an external ID. The wrong one was never issued; one more character finds `*` and `?`. */
export function probeExternalId(probe: Probe, externalId: string): string | null {
  switch (probe) {
    case 'correct':
      return externalId;
    case 'missing':
      return null;
    case 'wrong':
      return uuidv4();
    case 'case_changed':
      return changedCase(externalId);
    case 'extended':
      return externalId + SUFFIXES[randomInt(SUFFIXES.length)];
  }
}

function changedCase(externalId: string): string {
  const changed = externalId.toUpperCase();
  // The database issues no ID without a letter. If one came by another way, this probe could only lie.
  if (changed === externalId) throw new Error('an external ID without a lower-case letter cannot be probed');
  return changed;
}

/** Told of each probe's answer as it comes. */
export type OnCheck = (check: Check) => void;

export interface Probed {
  checks: Check[];
  /** Whether a probe was throttled, by AWS or by our own budget, rather than failing in another way. */
  throttled: boolean;
  /** When our own budget of calls refused a probe: after how long there is room again. */
  retryAfterSeconds: number | null;
}

/**
 * Asks AWS all five questions about a role: the right ID first and alone; the four that must be denied, together, only
 * once it was admitted. What STS hands out is dropped inside the port.
 */
export async function probeRole(
  deps: Pick<Deps, 'sts' | 'log'>,
  input: { tenantId: string; roleArn: string; externalId: string; onCheck?: OnCheck | undefined },
): Promise<Probed> {
  let throttled = false;
  let retryAfterSeconds: number | null = null;
  const ask = async (probe: Probe): Promise<Check> => {
    const observed = await deps.sts
      .probe({
        tenantId: input.tenantId,
        roleArn: input.roleArn,
        externalId: probeExternalId(probe, input.externalId),
        sessionName: `countersign-verify-${probe}-${uuidv4().slice(0, 8)}`,
      })
      .catch((error: unknown): Observed => {
        if (!(error instanceof StsError)) throw error;
        throttled ||= error.failure === 'throttled';
        retryAfterSeconds ??= error.retryAfterSeconds;
        deps.log.warn({ roleArn: input.roleArn, probe, err: error }, 'a probe had no answer');
        return 'unknown';
      });
    const check = { probe, expected: expectedOf(probe), observed };
    input.onCheck?.(check);
    return check;
  };

  const correct = await ask('correct');
  const others = PROBES.filter((probe) => probe !== 'correct');
  const rest =
    correct.observed === 'allowed'
      ? await Promise.all(others.map(ask))
      : others.map((probe): Check => ({ probe, expected: expectedOf(probe), observed: 'unknown' }));
  return { checks: [correct, ...rest], throttled, retryAfterSeconds };
}
