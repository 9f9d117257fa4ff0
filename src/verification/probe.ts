import { randomInt } from 'node:crypto';
import { v4 as uuidv4 } from 'uuid';
import { StsError } from '../aws/sts.ts';
import {
  type Check,
  getExpectedObservation,
  isNegativeProbe,
  type Observed,
  PROBES,
  type Probe,
} from '../connections/verification.ts';
import type { Deps } from '../deps.ts';

const SUFFIXES = 'abcdefghijklmnopqrstuvwxyz0123456789';

/**
 * Returns the external ID that a probe sends; null: none. The wrong one is a new UUID, which was never issued. The
 * additional character finds patterns with `*` and `?`.
 */
export function externalIdForProbe(probe: Probe, externalId: string): string | null {
  switch (probe) {
    case 'correct':
      return externalId;
    case 'missing':
      return null;
    case 'wrong':
      return uuidv4();
    case 'case_changed':
      return toChangedCase(externalId);
    case 'extended':
      return externalId + SUFFIXES[randomInt(SUFFIXES.length)];
  }
}

function toChangedCase(externalId: string): string {
  const changed = externalId.toUpperCase();
  // The database never issues an ID without a letter. With such an ID this probe would send the correct one.
  if (changed === externalId) throw new Error('an external ID without a lower-case letter cannot be probed');
  return changed;
}

/** Called with the result of each probe as soon as it is known. */
export type OnCheck = (check: Check) => void;

interface ProbeResult {
  checks: Check[];
  /** Whether a probe was throttled, by AWS or by our own rate limit. */
  throttled: boolean;
  /** If our own rate limit refused a probe: when it allows the next one. */
  retryAfterSeconds: number | null;
}

/**
 * Makes the five probes. The correct external ID goes first and alone: only if the role allows it do the other four
 * follow, all at once. The credentials that AWS returns are discarded inside the STS port.
 */
export async function probeRole(
  deps: Pick<Deps, 'sts' | 'log'>,
  input: { tenantId: string; roleArn: string; externalId: string; onCheck?: OnCheck | undefined },
): Promise<ProbeResult> {
  let throttled = false;
  let retryAfterSeconds: number | null = null;
  const makeProbe = async (probe: Probe): Promise<Check> => {
    const observed = await deps.sts
      .probe({
        tenantId: input.tenantId,
        roleArn: input.roleArn,
        externalId: externalIdForProbe(probe, input.externalId),
        sessionName: `countersign-verify-${probe}-${uuidv4().slice(0, 8)}`,
      })
      .catch((error: unknown): Observed => {
        if (!(error instanceof StsError)) throw error;
        throttled ||= error.failure === 'throttled';
        retryAfterSeconds ??= error.retryAfterSeconds;
        deps.log.warn({ roleArn: input.roleArn, probe, err: error }, 'a probe got no clear answer from AWS');
        return 'unknown';
      });
    const check = { probe, expected: getExpectedObservation(probe), observed };
    input.onCheck?.(check);
    return check;
  };

  const correct = await makeProbe('correct');
  const negatives = PROBES.filter(isNegativeProbe);
  const others =
    correct.observed === 'allowed'
      ? await Promise.all(negatives.map(makeProbe))
      : negatives.map((probe): Check => ({ probe, expected: 'denied', observed: 'unknown' }));
  return { checks: [correct, ...others], throttled, retryAfterSeconds };
}
