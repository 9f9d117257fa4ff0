import { type Sts, StsError } from '../../../../aws/sts.ts';
import type { BrokerIdentity } from '../../../../broker/broker-identity.ts';
import type { Witness } from '../../../../broker/broker-settings.ts';
import { type CheckResult, failed, ok, warning } from '../../check-result.ts';
import { describeError } from '../../secrets.ts';
import type { BrokerCheck } from './broker-check.ts';
import { explainDenial } from './explain-denial.ts';

const CHECK = 'broker.assume_role';

type Observation = { outcome: 'allowed' } | { outcome: 'denied' | 'unknown'; error: StsError };

/** Proves sts:AssumeRole by the canary role. Without one, or if it is denied, verified roles of customers are evidence too. */
export async function checkPermission(check: BrokerCheck, identity: BrokerIdentity): Promise<void> {
  const { canary } = check.settings;
  if (canary === null) check.report(await checkWithoutCanary(check));
  else check.report(await checkCanary(check, canary, identity));
}

async function checkCanary(
  check: BrokerCheck,
  canary: Witness,
  identity: BrokerIdentity,
): Promise<CheckResult> {
  const observed = await assume(check.client, canary);
  if (observed.outcome === 'allowed') return ok(CHECK, `the canary role ${canary.roleArn} was assumed`);
  const text = describeError(observed.error, check.redact);
  if (observed.outcome === 'unknown') return inconclusive(observed.error, text);
  const others = await assumeWitnesses(check);
  const { message, fix } = explainDenial({ text, canary, identity, settings: check.settings, others });
  return failed(CHECK, message, fix);
}

async function checkWithoutCanary(check: BrokerCheck): Promise<CheckResult> {
  const variables = check.isMain
    ? 'COUNTERSIGN_CANARY_ROLE_ARN and COUNTERSIGN_CANARY_EXTERNAL_ID'
    : 'canaryRoleArn and canaryExternalId in COUNTERSIGN_BROKERS_FILE';
  const fix = `Create a canary role in another account of yours ("countersign vendor-setup --canary-account <id>" prints it), and set ${variables}.`;
  const { allowed, denied } = await assumeWitnesses(check);
  if (allowed > 0)
    return warning(CHECK, 'a verified role of a customer was assumed, but no canary role is configured', fix);
  if (denied > 0)
    return failed(
      CHECK,
      `AWS denies all ${denied} verified roles of customers that were tried, and no canary role is configured`,
      'Check that the identity policy of the broker allows sts:AssumeRole on these roles ("countersign vendor-setup" prints it), and that no service control policy or permissions boundary denies it.',
    );
  return warning(CHECK, 'no canary role is configured, so sts:AssumeRole cannot be checked', fix);
}

async function assumeWitnesses(check: BrokerCheck): Promise<{ allowed: number; denied: number }> {
  const counts = { allowed: 0, denied: 0 };
  for (const witness of await check.findWitnesses()) {
    const { outcome } = await assume(check.client, witness);
    if (outcome === 'unknown') break;
    counts[outcome]++;
    // One is enough: AWS lets this broker assume roles.
    if (outcome === 'allowed') break;
  }
  return counts;
}

/** Assumes a role and discards its credentials. Unlike a probe, it keeps the text of a denial. */
async function assume(sts: Pick<Sts, 'assumeRole'>, { roleArn, externalId }: Witness): Promise<Observation> {
  try {
    await sts.assumeRole({
      tenantId: 'doctor',
      roleArn,
      externalId,
      sessionName: `countersign-doctor-${Date.now()}`,
      durationSeconds: 900,
      session: null,
    });
    return { outcome: 'allowed' };
  } catch (error) {
    if (!(error instanceof StsError)) throw error;
    return { outcome: error.failure === 'denied' ? 'denied' : 'unknown', error };
  }
}

function inconclusive({ failure }: StsError, text: string): CheckResult {
  const message = `AWS did not answer whether the canary role can be assumed: ${text}`;
  if (failure === 'region_disabled')
    return failed(
      CHECK,
      message,
      'Activate STS in this Region for the account of the canary role, or set AWS_REGION to a Region that is active there. The accounts of customers need it too.',
    );
  if (failure === 'throttled') return warning(CHECK, message, 'Try again later.');
  return failed(CHECK, message, 'Repair the connection to STS first (sts.endpoint).');
}
