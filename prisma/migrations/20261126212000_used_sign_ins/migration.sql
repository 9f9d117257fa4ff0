-- Sign-ins by OpenID Connect that have given a session, so that none gives a second one. Rows are deleted after a day.

CREATE TABLE public.used_sign_ins (
  state_hash bytea PRIMARY KEY CHECK (length(state_hash) = 32),
  used_at timestamptz(3) NOT NULL
);
CREATE INDEX used_sign_ins_expiry ON public.used_sign_ins (used_at);

REVOKE ALL ON public.used_sign_ins FROM PUBLIC;
GRANT SELECT, INSERT, DELETE ON public.used_sign_ins TO countersign_service;
