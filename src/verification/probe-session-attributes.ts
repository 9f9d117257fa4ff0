import { v4 as uuidv4 } from 'uuid';
import { type SessionAttributes, StsError } from '../aws/sts.ts';
import type { Connection } from '../connections/connection.ts';
import type { Observed, ProfileCheck } from '../connections/verification.ts';
import type { Deps } from '../deps.ts';
import { buildSessionAttributes, hasSessionAttributes } from '../profiles/session-attributes.ts';
import { findProfileByName } from '../profiles/store.ts';

/**
 * Probes whether a role that allows the correct external ID also allows the session attributes of the connection's
 * profile. All of them are sent together, as for issued credentials. If that is denied, each kind is probed by itself, to
 * find out which one the role denies. Returns null if the profile has no session attributes.
 */
export async function probeSessionAttributes(
  deps: Pick<Deps, 'database' | 'sts' | 'log'>,
  { profile: name, roleArn, tenantId }: Pick<Connection, 'profile' | 'roleArn' | 'tenantId'>,
  externalId: string,
): Promise<ProfileCheck | null> {
  const profile = name === null ? null : await findProfileByName(deps.database, name);
  if (!profile) return null;
  const all = buildSessionAttributes(profile, { tenantId, workerKeyId: 'countersign-verify' });
  if (!hasSessionAttributes(all)) return null;
  const probeWith = (sessionAttributes: SessionAttributes): Promise<Observed> => {
    const sessionName = `countersign-verify-attributes-${uuidv4().slice(0, 8)}`;
    return deps.sts
      .probe({ tenantId, roleArn, externalId, sessionName, sessionAttributes })
      .catch((error: unknown) => {
        if (!(error instanceof StsError)) throw error;
        deps.log.warn(
          { roleArn, probe: 'sessionAttributes', err: error },
          'a probe got no clear answer from AWS',
        );
        return 'unknown';
      });
  };
  const together = await probeWith(all);
  const hasBoth = profile.sessionTags && profile.sourceIdentity;
  const [tags, identity] =
    hasBoth && together === 'denied'
      ? await Promise.all([probeWith({ ...all, sourceIdentity: null }), probeWith({ ...all, tags: [] })])
      : [together, together];
  // Issued sessions carry both kinds. If the role allows each alone but denies them together, neither can be used.
  const onlyTogetherDenied = together === 'denied' && tags !== 'denied' && identity !== 'denied';
  return {
    profile: profile.name,
    sessionTags: profile.sessionTags ? (onlyTogetherDenied ? 'denied' : tags) : null,
    sourceIdentity: profile.sourceIdentity ? (onlyTogetherDenied ? 'denied' : identity) : null,
  };
}
