-- Countersign's first schema. It is applied by the owner of the database; the service itself runs as
-- countersign_service, which is given below exactly what it needs, column by column.

DO $$
BEGIN
  CREATE ROLE countersign_service NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT;
EXCEPTION
  -- Roles belong to the cluster: another database, or another process at this moment, may have made it.
  WHEN duplicate_object OR unique_violation THEN NULL;
END $$;

-- PostgreSQL 14 lets everybody create objects in public, and so put a function of their own in front of ours.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO countersign_service;

-- Tenants ------------------------------------------------------------------------------------------------------

CREATE TABLE tenants (
  id         text PRIMARY KEY CHECK (id ~ '^tenant_[0-7][0-9a-hjkmnp-tv-z]{25}$'),
  name       text NOT NULL,
  reference  text,
  metadata   jsonb NOT NULL DEFAULT '{}',
  status     text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'offboarded')),
  created_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL
);
CREATE UNIQUE INDEX tenants_reference_key ON tenants (reference) WHERE status <> 'offboarded';

-- External IDs -------------------------------------------------------------------------------------------------

CREATE TABLE external_ids (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id  text NOT NULL REFERENCES tenants (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
  value      uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
  state      text NOT NULL CHECK (state IN ('current', 'successor', 'retired')),
  issued_at  timestamptz(3) NOT NULL DEFAULT now(),
  retired_at timestamptz(3),
  -- What a connection's composite foreign key points at: another tenant's ID cannot be named.
  UNIQUE (tenant_id, id),
  CHECK ((state = 'retired') = (retired_at IS NOT NULL))
);
CREATE UNIQUE INDEX external_ids_one_current ON external_ids (tenant_id) WHERE state = 'current';
CREATE UNIQUE INDEX external_ids_one_successor ON external_ids (tenant_id) WHERE state = 'successor';

-- The value comes from here and from nowhere else, whatever the statement says and whoever runs it.
CREATE FUNCTION external_ids_issue() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  LOOP
    NEW.value := gen_random_uuid();
    -- Without a letter the ID in upper case would be the ID itself, and a probe could not tell them apart.
    -- About one UUID in a million has none.
    EXIT WHEN NEW.value::text ~ '[a-f]';
  END LOOP;
  NEW.issued_at := now();
  NEW.retired_at := NULL;
  IF NEW.state = 'retired' THEN
    RAISE EXCEPTION 'an external ID is not issued retired' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER external_ids_issue BEFORE INSERT ON external_ids
  FOR EACH ROW EXECUTE FUNCTION external_ids_issue();

CREATE FUNCTION external_ids_protect() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF TG_OP <> 'UPDATE' THEN
    RAISE EXCEPTION 'external IDs are never deleted: they stay as tombstones' USING ERRCODE = 'restrict_violation';
  END IF;
  IF (NEW.id, NEW.tenant_id, NEW.value, NEW.issued_at) IS DISTINCT FROM
     (OLD.id, OLD.tenant_id, OLD.value, OLD.issued_at) THEN
    RAISE EXCEPTION 'an external ID never changes' USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN
     (('successor', 'current'), ('successor', 'retired'), ('current', 'retired')) THEN
    RAISE EXCEPTION 'an external ID cannot go from % to %', OLD.state, NEW.state
      USING ERRCODE = 'restrict_violation';
  END IF;
  NEW.retired_at := CASE
    WHEN NEW.state <> 'retired' THEN NULL
    WHEN OLD.state = 'retired' THEN OLD.retired_at
    ELSE now() END;
  RETURN NEW;
END $$;
CREATE TRIGGER external_ids_protect BEFORE UPDATE OR DELETE ON external_ids
  FOR EACH ROW EXECUTE FUNCTION external_ids_protect();
CREATE TRIGGER external_ids_keep BEFORE TRUNCATE ON external_ids
  FOR EACH STATEMENT EXECUTE FUNCTION external_ids_protect();

-- At no moment is there no working ID: checked at the end of each transaction.
CREATE FUNCTION tenants_keep_current_external_id() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  tenant text := CASE TG_TABLE_NAME WHEN 'tenants' THEN to_jsonb(NEW) ->> 'id' ELSE to_jsonb(NEW) ->> 'tenant_id' END;
BEGIN
  IF EXISTS (SELECT FROM public.tenants WHERE id = tenant AND status <> 'offboarded') AND NOT EXISTS
     (SELECT FROM public.external_ids WHERE tenant_id = tenant AND state = 'current') THEN
    RAISE EXCEPTION 'tenant % would be left without a current external ID', tenant
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER tenants_keep_current_external_id AFTER INSERT OR UPDATE OF status ON tenants
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tenants_keep_current_external_id();
CREATE CONSTRAINT TRIGGER external_ids_keep_current AFTER UPDATE OF state ON external_ids
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tenants_keep_current_external_id();

-- Connections --------------------------------------------------------------------------------------------------

CREATE TABLE connections (
  id                    text PRIMARY KEY CHECK (id ~ '^connection_[0-7][0-9a-hjkmnp-tv-z]{25}$'),
  tenant_id             text NOT NULL REFERENCES tenants (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
  name                  text,
  role_arn              text NOT NULL,
  account_id            text NOT NULL CHECK (account_id ~ '^[0-9]{12}$'),
  partition             text NOT NULL CHECK (partition ~ '^[a-z-]+$'),
  status                text NOT NULL DEFAULT 'pending'
                        CHECK (status IN ('pending', 'verified', 'insecure', 'unreachable', 'disabled')),
  proven_external_id_id bigint,
  last_verification     jsonb,
  last_checked_at       timestamptz(3),
  created_at            timestamptz(3) NOT NULL,
  updated_at            timestamptz(3) NOT NULL,
  UNIQUE (tenant_id, role_arn),
  FOREIGN KEY (tenant_id, proven_external_id_id) REFERENCES external_ids (tenant_id, id)
    ON DELETE RESTRICT ON UPDATE RESTRICT,
  CHECK (role_arn LIKE 'arn:' || partition || ':iam::' || account_id || ':role/_%'),
  CHECK (status <> 'verified' OR proven_external_id_id IS NOT NULL)
);
CREATE INDEX connections_due ON connections (last_checked_at) WHERE status IN ('verified', 'unreachable', 'insecure');

CREATE FUNCTION connections_protect() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF (NEW.id, NEW.tenant_id, NEW.role_arn, NEW.account_id, NEW.partition, NEW.created_at) IS DISTINCT FROM
     (OLD.id, OLD.tenant_id, OLD.role_arn, OLD.account_id, OLD.partition, OLD.created_at) THEN
    RAISE EXCEPTION 'a connection never changes its tenant or its role' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER connections_protect BEFORE UPDATE ON connections
  FOR EACH ROW EXECUTE FUNCTION connections_protect();

-- API keys -----------------------------------------------------------------------------------------------------

CREATE TABLE api_keys (
  id         text PRIMARY KEY CHECK (id ~ '^key_[0-7][0-9a-hjkmnp-tv-z]{25}$'),
  name       text NOT NULL,
  role       text NOT NULL CHECK (role IN ('admin', 'onboarding', 'worker', 'tenant', 'auditor')),
  origin     text NOT NULL CHECK (origin IN ('issued', 'environment', 'tenant_token')),
  -- SHA-256 of the key. The key itself is shown once and stored nowhere.
  hash       bytea NOT NULL UNIQUE CHECK (length(hash) = 32),
  tenant_id  text REFERENCES tenants (id),
  -- What a worker is held to. "Any" is said, never meant by an empty list.
  any_tenant  boolean NOT NULL DEFAULT false,
  tenant_ids  text[] NOT NULL DEFAULT '{}',
  any_profile boolean NOT NULL DEFAULT false,
  profiles    text[] NOT NULL DEFAULT '{}',
  created_at timestamptz(3) NOT NULL,
  expires_at timestamptz(3),
  revoked_at timestamptz(3),
  CHECK ((role = 'tenant') = (tenant_id IS NOT NULL)),
  CHECK (role = 'worker' OR (tenant_ids = '{}' AND profiles = '{}' AND NOT any_tenant AND NOT any_profile)),
  CHECK (NOT (any_tenant AND tenant_ids <> '{}') AND NOT (any_profile AND profiles <> '{}'))
);
CREATE INDEX api_keys_tenant ON api_keys (tenant_id) WHERE tenant_id IS NOT NULL;

CREATE FUNCTION api_keys_protect() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF OLD.revoked_at IS NOT NULL THEN
    RAISE EXCEPTION 'a revoked key stays revoked' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER api_keys_protect BEFORE UPDATE ON api_keys
  FOR EACH ROW EXECUTE FUNCTION api_keys_protect();

-- Audit --------------------------------------------------------------------------------------------------------

-- An event is its body: canonical JSON (RFC 8785), written once. The other columns are read out of it by the
-- database, so that they cannot tell another story than the text that is hashed.
CREATE TABLE audit_events (
  position      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  body          text NOT NULL,
  id            text NOT NULL GENERATED ALWAYS AS (body::jsonb ->> 'id') STORED UNIQUE,
  tenant_id     text GENERATED ALWAYS AS (body::jsonb ->> 'tenantId') STORED,
  action        text NOT NULL GENERATED ALWAYS AS (body::jsonb ->> 'action') STORED,
  chain         text NOT NULL GENERATED ALWAYS AS (coalesce(body::jsonb ->> 'tenantId', 'vendor')) STORED,
  sequence      bigint,
  previous_hash text,
  hash          text,
  UNIQUE (chain, sequence),
  CHECK ((hash IS NULL) = (sequence IS NULL) AND (hash IS NULL) = (previous_hash IS NULL))
);
CREATE INDEX audit_events_unsealed ON audit_events (position) WHERE hash IS NULL;
CREATE INDEX audit_events_by_chain ON audit_events (chain, position);
CREATE INDEX audit_events_by_action ON audit_events (action, position);

CREATE TABLE audit_heads (
  chain    text PRIMARY KEY,
  sequence bigint NOT NULL,
  hash     text NOT NULL
);

CREATE FUNCTION audit_events_protect() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF TG_OP <> 'UPDATE' OR OLD.hash IS NOT NULL OR
     (NEW.position, NEW.body) IS DISTINCT FROM (OLD.position, OLD.body) THEN
    RAISE EXCEPTION 'audit events are only ever added' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER audit_events_protect BEFORE UPDATE OR DELETE ON audit_events
  FOR EACH ROW EXECUTE FUNCTION audit_events_protect();
CREATE TRIGGER audit_events_keep BEFORE TRUNCATE ON audit_events
  FOR EACH STATEMENT EXECUTE FUNCTION audit_events_protect();

-- Seals up to batch_size events: each takes the next number of its chain, and
--   hash = SHA-256(previous hash, line feed, number, line feed, body), in hex; a chain begins with 64 zeros.
-- One sealer at a time; another one finds the lock taken and seals nothing. Returns how many were sealed.
CREATE FUNCTION seal_audit_events(batch_size integer) RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  sealed integer := 0;
  head   public.audit_heads;
  event  record;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtext('countersign.seal_audit_events')) THEN
    RETURN 0;
  END IF;
  FOR event IN
    SELECT batch.position, batch.chain, batch.body
    FROM (SELECT e.position, e.chain, e.body FROM public.audit_events e
          WHERE e.hash IS NULL ORDER BY e.position LIMIT batch_size) batch
    ORDER BY batch.chain, batch.position
  LOOP
    IF head.chain IS DISTINCT FROM event.chain THEN
      IF head.chain IS NOT NULL THEN
        UPDATE public.audit_heads SET sequence = head.sequence, hash = head.hash WHERE chain = head.chain;
      END IF;
      INSERT INTO public.audit_heads VALUES (event.chain, 0, repeat('0', 64)) ON CONFLICT DO NOTHING;
      SELECT * INTO STRICT head FROM public.audit_heads WHERE chain = event.chain;
    END IF;
    UPDATE public.audit_events SET
      sequence = head.sequence + 1,
      previous_hash = head.hash,
      hash = encode(sha256(convert_to(head.hash || E'\n' || (head.sequence + 1) || E'\n' || event.body, 'UTF8')), 'hex')
    WHERE position = event.position
    RETURNING audit_events.sequence, audit_events.hash INTO head.sequence, head.hash;
    sealed := sealed + 1;
  END LOOP;
  IF head.chain IS NOT NULL THEN
    UPDATE public.audit_heads SET sequence = head.sequence, hash = head.hash WHERE chain = head.chain;
  END IF;
  RETURN sealed;
END $$;

-- Idempotency and rate limits ----------------------------------------------------------------------------------

CREATE TABLE idempotency_keys (
  api_key_id   text NOT NULL,
  key          text NOT NULL,
  request_hash bytea NOT NULL,
  -- The first answer, encrypted under the caller's own API key, which is stored nowhere.
  answer       bytea,
  created_at   timestamptz(3) NOT NULL,
  PRIMARY KEY (api_key_id, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

CREATE TABLE rate_limits (
  tenant_id              text NOT NULL,
  action                 text NOT NULL,
  theoretical_arrival_at timestamptz(3) NOT NULL,
  PRIMARY KEY (tenant_id, action)
);

-- What the service may do --------------------------------------------------------------------------------------

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC;
REVOKE ALL ON FUNCTION seal_audit_events(integer) FROM PUBLIC;

GRANT SELECT, INSERT ON tenants TO countersign_service;
GRANT UPDATE (name, reference, metadata, status, updated_at) ON tenants TO countersign_service;

GRANT SELECT, INSERT (tenant_id, state), UPDATE (state) ON external_ids TO countersign_service;

GRANT SELECT, DELETE ON connections TO countersign_service;
GRANT INSERT (id, tenant_id, name, role_arn, account_id, partition, created_at, updated_at)
  ON connections TO countersign_service;
GRANT UPDATE (name, status, proven_external_id_id, last_verification, last_checked_at, updated_at)
  ON connections TO countersign_service;

GRANT SELECT, INSERT ON api_keys TO countersign_service;
GRANT UPDATE (revoked_at) ON api_keys TO countersign_service;

GRANT SELECT, INSERT (body) ON audit_events TO countersign_service;
GRANT SELECT ON audit_heads TO countersign_service;
GRANT EXECUTE ON FUNCTION seal_audit_events(integer) TO countersign_service;

GRANT SELECT, INSERT, DELETE ON idempotency_keys TO countersign_service;
GRANT UPDATE (answer) ON idempotency_keys TO countersign_service;
GRANT SELECT, INSERT, UPDATE ON rate_limits TO countersign_service;
