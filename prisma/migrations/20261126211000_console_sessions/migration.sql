-- Who has signed in to the console. A session ends by deleting its row.

CREATE TABLE public.console_sessions (
  hash bytea PRIMARY KEY CHECK (length(hash) = 32),
  subject text NOT NULL,
  name text NOT NULL,
  method text NOT NULL CHECK (method IN ('api_key', 'oidc', 'sandbox_link')),
  role text NOT NULL CHECK (role IN ('admin', 'onboarding', 'support', 'auditor')),
  -- The key that the person signed in with. The session ends with it.
  key_id text REFERENCES public.api_keys (id) ON DELETE CASCADE ON UPDATE RESTRICT,
  created_at timestamptz(3) NOT NULL,
  last_seen_at timestamptz(3) NOT NULL,
  -- The earlier one of the idle and the absolute end.
  ends_at timestamptz(3) NOT NULL,
  CHECK ((method = 'api_key') = (key_id IS NOT NULL))
);
CREATE INDEX console_sessions_expiry ON public.console_sessions (ends_at);
CREATE INDEX console_sessions_subject ON public.console_sessions (subject);
CREATE INDEX console_sessions_key ON public.console_sessions (key_id);

REVOKE ALL ON public.console_sessions FROM PUBLIC;
GRANT SELECT, INSERT, DELETE ON public.console_sessions TO countersign_service;
-- The person, the role and the beginning of a session never change.
GRANT UPDATE (hash, last_seen_at, ends_at) ON public.console_sessions TO countersign_service;
