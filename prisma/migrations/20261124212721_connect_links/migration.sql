-- Links that the vendor sends to a customer, and the sessions of the page behind them.

CREATE TABLE connect_links (
  id         text PRIMARY KEY CHECK (id ~ '^link_[0-7][0-9a-hjkmnp-tv-z]{25}$'),
  tenant_id  text NOT NULL REFERENCES tenants (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
  -- The vendor's link from whose page this one was made for a colleague; it ends with that one.
  parent_id  text,
  -- SHA-256 of the secret in the URL, which is shown once and stored nowhere.
  hash       bytea NOT NULL UNIQUE CHECK (length(hash) = 32),
  return_url text,
  profile    text,
  created_at timestamptz(3) NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  opened_at  timestamptz(3),
  used_at    timestamptz(3),
  revoked_at timestamptz(3),
  -- What a session's and a colleague's link's composite foreign key point at: another tenant's link cannot be named.
  UNIQUE (tenant_id, id),
  FOREIGN KEY (tenant_id, parent_id) REFERENCES connect_links (tenant_id, id) ON DELETE CASCADE ON UPDATE RESTRICT,
  CHECK (expires_at > created_at)
);
CREATE INDEX connect_links_parent ON connect_links (parent_id) WHERE parent_id IS NOT NULL;

CREATE FUNCTION connect_links_protect() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at OR
     OLD.used_at IS NOT NULL AND NEW.used_at IS DISTINCT FROM OLD.used_at THEN
    RAISE EXCEPTION 'a link that was revoked or used stays so' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER connect_links_protect BEFORE UPDATE ON connect_links
  FOR EACH ROW EXECUTE FUNCTION connect_links_protect();

CREATE TABLE connect_sessions (
  -- SHA-256 of the cookie's value.
  hash       bytea PRIMARY KEY CHECK (length(hash) = 32),
  tenant_id  text NOT NULL,
  link_id    text NOT NULL,
  created_at timestamptz(3) NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  FOREIGN KEY (tenant_id, link_id) REFERENCES connect_links (tenant_id, id) ON DELETE CASCADE ON UPDATE RESTRICT
);
CREATE INDEX connect_sessions_expiry ON connect_sessions (expires_at);
CREATE INDEX connect_sessions_link ON connect_sessions (link_id);

REVOKE ALL ON connect_links, connect_sessions FROM PUBLIC;
GRANT SELECT ON connect_links TO countersign_service;
GRANT INSERT (id, tenant_id, parent_id, hash, return_url, profile, created_at, expires_at)
  ON connect_links TO countersign_service;
GRANT UPDATE (opened_at, used_at, revoked_at) ON connect_links TO countersign_service;
GRANT SELECT, INSERT, DELETE ON connect_sessions TO countersign_service;
