import { randomInt } from 'node:crypto';
import { v4 as uuidv4 } from 'uuid';
import { StsError } from '../aws/sts.ts';
import { attributeDenial } from '../broker/brokers.ts';
import {
  type Check,
  isNegativeProbe,
  type NegativeProbe,
  type Observed,
  PROBES,
  type Probe,
  type ProbeFailure,
} from '../connections/verification.ts';
import type { Deps } from '../deps.ts';

const SUFFIXES = 'abcdefghijklmnopqrstuvwxyz0123456789';

const HEX_DIGITS = '0123456789abcdef';

/**
 * Returns the external ID that a probe sends; null: none.
 *
 * The extended ID begins and ends with the right one. So it matches every pattern with a `*` that matches the right one, such
 * as `abc*xyz`, whatever the fixed parts are. The wrong ID differs in its middle character alone: it finds the patterns of
 * `?` with a fixed beginning or end. It is well-formed and, among 2^122, was never issued.
 */
export function externalIdForProbe(probe: Probe, externalId: string): string | null {
  switch (probe) {
    case 'correct':
      return externalId;
    case 'missing':
      return null;
    case 'wrong':
      return withOtherMiddleCharacter(externalId);
    case 'case_changed':
      return toChangedCase(externalId);
    case 'extended':
      return `${externalId}${SUFFIXES[randomInt(SUFFIXES.length)]}${externalId}`;
  }
}

function withOtherMiddleCharacter(externalId: string): string {
  const middle = Math.floor((externalId.length - 1) / 2);
  const others = [...HEX_DIGITS].filter((digit) => digit !== externalId[middle]);
  return `${externalId.slice(0, middle)}${others[randomInt(others.length)]}${externalId.slice(middle + 1)}`;
}

function toChangedCase(externalId: string): string {
  const changed = externalId.toUpperCase();
  // The database never issues an ID without a letter. With such an ID this probe would send the correct one.
  if (changed === externalId) throw new Error('an external ID without a lower-case letter cannot be probed');
  return changed;
}

/** Called with the result of each probe as soon as it is known. */
export type OnCheck = (check: Check) => void;

export interface ProbeResult {
  checks: Check[];
  /** null: every probe that was made got a clear answer. */
  failure: ProbeFailure | null;
  /** If our own budget refused a probe: when it allows the next one. */
  retryAfterSeconds: number | null;
}

interface ProbeInput {
  tenantId: string;
  roleArn: string;
  externalId: string;
  /** How often a denial of the correct external ID is confirmed before it counts. IAM is eventually consistent. */
  confirmations: number;
  /** Whether the correct external ID is tried once more at the end. */
  confirmsAtEnd: boolean;
  /** Whether the last verification found that the role does not enforce the external ID. */
  wasInsecure: boolean;
  onCheck?: OnCheck | undefined;
}

/**
 * Makes the five probes. The correct external ID goes first and alone: only if the role allows it do the other four
 * follow, all at once. The correct ID is then tried once more: the denials of the others prove something only if AWS still
 * lets the broker assume the role. A denial of the correct ID counts only while the broker is known to work, and only if it is
 * repeated. The credentials that AWS returns are discarded inside the STS port.
 */
export async function probeRole(
  deps: Pick<Deps, 'sts' | 'log' | 'clock' | 'brokers'>,
  input: ProbeInput,
): Promise<ProbeResult> {
  let failure: ProbeFailure | null = null;
  let retryAfterSeconds: number | null = null;
  const onFailure = (reason: ProbeFailure, seconds: number | null): void => {
    failure ??= reason;
    retryAfterSeconds ??= seconds;
  };
  const report = (check: Check): Check => {
    input.onCheck?.(check);
    return check;
  };

  const observed = await probeCorrectId(deps, input, onFailure);
  const correct = report({ probe: 'correct', expected: 'allowed', observed });
  const negatives = PROBES.filter(isNegativeProbe);
  if (observed !== 'allowed') {
    const skipped = negatives.map((probe): Check => ({ probe, expected: 'denied', observed: 'unknown' }));
    return { checks: [correct, ...skipped], failure, retryAfterSeconds };
  }
  const others = await Promise.all(
    negatives.map(async (probe) =>
      report({ probe, expected: 'denied', observed: await probeWrongId(deps, input, probe, onFailure) }),
    ),
  );
  const isAllowed = others.some((check) => check.observed === 'allowed');
  // Without this, a broker that lost its permission during the probes would make an unsafe role look safe.
  const atTheEnd =
    isAllowed || !input.confirmsAtEnd ? 'allowed' : await makeProbe(deps, input, 'correct', onFailure);
  if (atTheEnd === 'allowed') return { checks: [correct, ...others], failure, retryAfterSeconds };
  onFailure('unavailable', null);
  return { checks: [report({ ...correct, observed: 'unknown' }), ...others], failure, retryAfterSeconds };
}

/** Repeats the denial of a role that was unsafe before: it must not pass because AWS denied one call by chance. */
async function probeWrongId(
  deps: Pick<Deps, 'sts' | 'log'>,
  input: ProbeInput,
  probe: NegativeProbe,
  onFailure: OnFailure,
): Promise<Observed> {
  const observed = await makeProbe(deps, input, probe, onFailure);
  if (observed !== 'denied' || !input.wasInsecure) return observed;
  return makeProbe(deps, input, probe, onFailure);
}

type OnFailure = (reason: ProbeFailure, retryAfterSeconds: number | null) => void;

async function probeCorrectId(
  deps: Pick<Deps, 'sts' | 'log' | 'clock' | 'brokers'>,
  input: ProbeInput,
  onFailure: OnFailure,
): Promise<Observed> {
  const startedAt = deps.clock.now();
  const first = await makeProbe(deps, input, 'correct', onFailure);
  if (first !== 'denied') return first;
  const cause = await attributeDenial(deps, { ...input, startedAt });
  if (cause === 'broker' || cause === 'unavailable') {
    onFailure(cause === 'broker' ? 'broker_failing' : 'unavailable', null);
    return 'unknown';
  }
  for (let count = 0; count < input.confirmations; count++) {
    const again = await makeProbe(deps, input, 'correct', onFailure);
    if (again !== 'denied') return again;
  }
  return 'denied';
}

async function makeProbe(
  deps: Pick<Deps, 'sts' | 'log'>,
  input: ProbeInput,
  probe: Probe,
  onFailure: OnFailure,
): Promise<Observed> {
  try {
    return await deps.sts.probe({
      tenantId: input.tenantId,
      roleArn: input.roleArn,
      externalId: externalIdForProbe(probe, input.externalId),
      sessionName: `countersign-verify-${probe}-${uuidv4().slice(0, 8)}`,
    });
  } catch (error) {
    if (!(error instanceof StsError)) throw error;
    onFailure(toProbeFailure(error), error.retryAfterSeconds);
    deps.log.warn({ roleArn: input.roleArn, probe, err: error }, 'a probe got no clear answer from AWS');
    return 'unknown';
  }
}

/** Why a call to STS that neither allowed nor denied a probe had no clear answer. */
export function toProbeFailure({ failure, retryAfterSeconds }: StsError): ProbeFailure {
  if (retryAfterSeconds !== null) return 'budget_exhausted';
  if (failure === 'no_credentials') return 'broker_failing';
  if (failure === 'throttled' || failure === 'clock_wrong' || failure === 'region_disabled') return failure;
  return 'unavailable';
}
