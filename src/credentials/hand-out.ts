import type { Principal } from '../identity/principal.ts';
import type { Credentials } from './credentials.ts';
import type { AllowedSession } from './decide.ts';

export interface RecordedRequest {
  principal: Principal;
  tenantId: string;
  connectionId: string;
  purpose: string | null;
}

export interface IssuedSession {
  session: AllowedSession;
  credentials: Credentials;
  cached: boolean;
}

/** A session that was handed to a worker. */
export interface HandOut extends RecordedRequest {
  issued: IssuedSession;
}
