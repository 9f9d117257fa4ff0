-- Access profiles: what a customer's role is to grant, and what a worker's session may use of it.

CREATE TABLE access_profiles (
  id                   text PRIMARY KEY CHECK (id ~ '^profile_[0-7][0-9a-hjkmnp-tv-z]{25}$'),
  -- Keys and connections name a profile by this. It never changes: no key may come to mean another profile.
  name                 text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  description          text,
  role_name            text,
  template_url         text,
  managed_policy_arns  text[] NOT NULL DEFAULT '{}',
  -- Policies are text and not jsonb, which would put their members into another order: the session's is sent to STS
  -- to the letter, and the role's is read by the customer.
  inline_policy        text CHECK (jsonb_typeof(inline_policy::jsonb) = 'object'),
  session_policy       text CHECK (jsonb_typeof(session_policy::jsonb) = 'object'),
  session_policy_arns  text[] NOT NULL DEFAULT '{}',
  max_duration_seconds integer NOT NULL CHECK (max_duration_seconds BETWEEN 900 AND 3600),
  session_tags         boolean NOT NULL DEFAULT false,
  source_identity      boolean NOT NULL DEFAULT false,
  created_at           timestamptz(3) NOT NULL,
  updated_at           timestamptz(3) NOT NULL
);

CREATE FUNCTION access_profiles_protect() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF (NEW.id, NEW.name, NEW.created_at) IS DISTINCT FROM (OLD.id, OLD.name, OLD.created_at) THEN
    RAISE EXCEPTION 'an access profile never changes its name' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER access_profiles_protect BEFORE UPDATE ON access_profiles
  FOR EACH ROW EXECUTE FUNCTION access_profiles_protect();

-- The profile that a connection's role was made from. It does not go while a connection has it.
ALTER TABLE connections ADD COLUMN profile text REFERENCES access_profiles (name)
  ON DELETE RESTRICT ON UPDATE RESTRICT;
CREATE INDEX connections_profile ON connections (profile) WHERE profile IS NOT NULL;

GRANT SELECT, INSERT, DELETE ON access_profiles TO countersign_service;
GRANT UPDATE (description, role_name, template_url, managed_policy_arns, inline_policy, session_policy,
  session_policy_arns, max_duration_seconds, session_tags, source_identity, updated_at)
  ON access_profiles TO countersign_service;
GRANT INSERT (profile), UPDATE (profile) ON connections TO countersign_service;
