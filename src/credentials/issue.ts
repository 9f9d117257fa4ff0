import { actorOf, mayTouchTenant, type Principal } from '../access/principal.ts';
import { record } from '../audit/record.ts';
import { StsError } from '../aws/sts.ts';
import { stsProblem } from '../aws/sts-problem.ts';
import type { Deps } from '../deps.ts';
import { notFound, Problem, type ProblemCode } from '../http/problem.ts';
import { afterDenial } from './after-denial.ts';
import type { Target } from './connection-lookup.ts';
import type { Drawn } from './credential-cache.ts';
import { type Credentials, newSessionName } from './credentials.ts';

export type IssueDeps = Pick<
  Deps,
  | 'database'
  | 'clock'
  | 'sts'
  | 'log'
  | 'config'
  | 'metrics'
  | 'auditLog'
  | 'connectionLookup'
  | 'credentialCache'
  | 'denials'
>;

export interface IssueInput {
  principal: Principal;
  tenantId: string;
  connectionId: string;
  durationSeconds: number;
  purpose: string | null;
}

export interface Issued extends Credentials {
  accountId: string;
  roleArn: string;
}

/** A target that may be served: an active tenant's verified connection, with the ID it was proven with. */
type Servable = Target & { proven: NonNullable<Target['proven']> };

/**
 * Hands out credentials of a tenant's connection. The caller names the connection and nothing else: role and external
 * ID are that connection's and that tenant's own, read from the database for this request. The audit event is durable
 * before the credentials leave.
 * @throws Problem `not_found`, `tenant_not_active`, `connection_not_verified`, `role_not_assumable`, `aws_throttled`,
 *   `aws_unavailable`, `audit_unavailable`
 */
export async function issueCredentials(deps: IssueDeps, input: IssueInput): Promise<Issued> {
  const target = await readTarget(deps, input);
  const { drawn, from } = await drawFrom(deps, input, target);
  const { credentials, cached } = drawn;
  await record(deps, {
    tenantId: input.tenantId,
    actor: actorOf(input.principal),
    action: 'credentials.issued',
    outcome: 'success',
    detail: {
      connectionId: input.connectionId,
      roleArn: from.roleArn,
      workerKeyId: input.principal.keyId,
      accessKeyId: credentials.accessKeyId,
      sessionName: credentials.sessionName,
      awsRequestId: credentials.awsRequestId,
      expiresAt: credentials.expiresAt.toISOString(),
      durationSeconds: input.durationSeconds,
      purpose: input.purpose,
      cached,
    },
  });
  return { ...credentials, accountId: from.accountId, roleArn: from.roleArn };
}

async function drawFrom(
  deps: IssueDeps,
  input: IssueInput,
  target: Servable,
): Promise<{ drawn: Drawn; from: Servable }> {
  try {
    return { drawn: await draw(deps, input, target), from: target };
  } catch (error) {
    const denied = asDenial(error);
    await afterDenial(deps, target);
    // The denial may have come of a rotation: then the connection was proven anew, with the tenant's other ID.
    const again = await readTarget(deps, input, denied);
    if (again.proven.id === target.proven.id)
      throw await refused(deps, input, again, 'role_not_assumable', denied);
    try {
      return { drawn: await draw(deps, input, again), from: again };
    } catch (error) {
      throw await refused(deps, input, again, 'role_not_assumable', asDenial(error));
    }
  }
}

function draw(deps: IssueDeps, input: IssueInput, target: Servable): Promise<Drawn> {
  return deps.credentialCache.draw(
    {
      tenantId: target.tenantId,
      connectionId: target.connectionId,
      externalId: target.proven.value,
      workerKeyId: input.principal.keyId,
      durationSeconds: input.durationSeconds,
    },
    async () => {
      const sessionName = newSessionName(target.tenantId, input.principal.keyId);
      const assumed = await deps.sts.assumeRole({
        tenantId: target.tenantId,
        roleArn: target.roleArn,
        externalId: target.proven.value,
        sessionName,
        durationSeconds: input.durationSeconds,
      });
      return { ...assumed, sessionName };
    },
    () => {
      afterDenial(deps, target).catch((err) =>
        deps.log.error({ connectionId: target.connectionId, err }, 'a denial could not be followed up'),
      );
    },
  );
}

/** The target, if it may be served to this worker now; a refusal is recorded. */
async function readTarget(deps: IssueDeps, input: IssueInput, denied?: StsError): Promise<Servable> {
  const target = await deps.connectionLookup(input);
  if (!target) throw notFound();
  if (!mayTouchTenant(input.principal, input.tenantId)) {
    await recordRefusal(deps, input, target, 'not_found');
    throw notFound();
  }
  const { proven } = target;
  if (target.tenantStatus !== 'active') throw await refused(deps, input, target, 'tenant_not_active');
  if (denied && target.connectionStatus !== 'verified') {
    throw await refused(deps, input, target, 'role_not_assumable', denied);
  }
  if (target.connectionStatus !== 'verified' || proven === null) {
    throw await refused(deps, input, target, 'connection_not_verified');
  }
  return { ...target, proven };
}

type Refusal = Extract<ProblemCode, 'tenant_not_active' | 'connection_not_verified' | 'role_not_assumable'>;

async function refused(
  deps: IssueDeps,
  input: IssueInput,
  target: Target,
  code: Refusal,
  cause?: unknown,
): Promise<Problem> {
  await recordRefusal(deps, input, target, code);
  const detail: Record<Refusal, string> = {
    tenant_not_active: `The tenant is ${target.tenantStatus}, so no credentials are issued for it.`,
    connection_not_verified: `The connection is ${target.connectionStatus}. Verify it; credentials are issued for verified connections only.`,
    role_not_assumable:
      'AWS denied access to the role. The connection is no longer served until it is verified again; verification tells what to fix.',
  };
  return new Problem(code, detail[code], { cause });
}

function recordRefusal(
  deps: IssueDeps,
  input: IssueInput,
  target: Target,
  reason: ProblemCode,
): Promise<void> {
  return record(deps, {
    tenantId: target.tenantId,
    actor: actorOf(input.principal),
    action: 'credentials.refused',
    outcome: 'failure',
    detail: {
      connectionId: target.connectionId,
      workerKeyId: input.principal.keyId,
      reason,
      purpose: input.purpose,
    },
  });
}

/** The denial, or else what the caller is to be told: STS being down is an error and never falls back to anything. */
function asDenial(error: unknown): StsError {
  if (!(error instanceof StsError)) throw error;
  if (error.failure === 'denied') return error;
  throw stsProblem(error.failure, error);
}
