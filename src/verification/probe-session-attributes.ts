import { v4 as uuidv4 } from 'uuid';
import { type SessionAttributes, StsError } from '../aws/sts.ts';
import type { Connection } from '../connections/connection.ts';
import type { Observed, ProfileCheck } from '../connections/verification.ts';
import type { Deps } from '../deps.ts';
import { buildSessionAttributes, hasSessionAttributes } from '../profiles/session-attributes.ts';
import { findProfileByName } from '../profiles/store.ts';

/**
 * Asks whether a role that admits the right ID also admits it with what the connection's profile marks sessions with:
 * both at once, as credentials are drawn, and each by itself when that is denied, to tell which is lacking.
 * Null: there is nothing to ask.
 */
export async function probeSessionAttributes(
  deps: Pick<Deps, 'database' | 'sts' | 'log'>,
  { profile: name, roleArn, tenantId }: Pick<Connection, 'profile' | 'roleArn' | 'tenantId'>,
  externalId: string,
): Promise<ProfileCheck | null> {
  const profile = name === null ? null : await findProfileByName(deps.database, name);
  if (!profile) return null;
  const sessionAttributes = buildSessionAttributes(profile, { tenantId, workerKeyId: 'countersign-verify' });
  if (!hasSessionAttributes(sessionAttributes)) return null;
  const ask = (sessionAttributes: SessionAttributes): Promise<Observed> => {
    const sessionName = `countersign-verify-marks-${uuidv4().slice(0, 8)}`;
    return deps.sts
      .probe({ tenantId, roleArn, externalId, sessionName, sessionAttributes })
      .catch((error: unknown) => {
        if (!(error instanceof StsError)) throw error;
        deps.log.warn({ roleArn, probe: 'sessionAttributes', err: error }, 'a probe had no answer');
        return 'unknown';
      });
  };
  const together = await ask(sessionAttributes);
  const both = profile.sessionTags && profile.sourceIdentity;
  const [tags, identity] =
    both && together === 'denied'
      ? await Promise.all([
          ask({ ...sessionAttributes, sourceIdentity: null }),
          ask({ ...sessionAttributes, tags: [] }),
        ])
      : [together, together];
  // Each is admitted by itself and not the two: credentials carry both, so neither is ready.
  const neither = together === 'denied' && tags !== 'denied' && identity !== 'denied';
  return {
    profile: profile.name,
    sessionTags: profile.sessionTags ? (neither ? 'denied' : tags) : null,
    sourceIdentity: profile.sourceIdentity ? (neither ? 'denied' : identity) : null,
  };
}
