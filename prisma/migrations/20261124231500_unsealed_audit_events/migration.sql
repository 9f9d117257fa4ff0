-- Events wait in a table of their own until they are sealed. What a request waits for is then one narrow insert; labels,
-- numbers, hashes and indexes are made behind it, once, and a sealed event is never written again.

-- What waits under the old order is sealed under it.
DO $$ BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('countersign.seal_audit_events'));
  WHILE public.seal_audit_events(1000) > 0 LOOP END LOOP;
END $$;

CREATE TABLE unsealed_audit_events (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- What could not be sealed must not get in: it would keep all others from being sealed.
  body     text NOT NULL CHECK (body::jsonb @? 'strict $ ? (@.id.type() == "string" && @.action.type() == "string"
             && (@.tenantId.type() == "string" || @.tenantId.type() == "null"))')
-- Rows come and go: cleaned up by their number, not by their share of a table that is nearly empty.
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
        autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 5000);
SELECT setval(pg_get_serial_sequence('unsealed_audit_events', 'position'), (SELECT max(position) FROM audit_events));

DROP TRIGGER audit_events_protect ON audit_events;
DROP INDEX audit_events_unsealed;
ALTER TABLE audit_events
  ALTER COLUMN position DROP IDENTITY,
  ALTER COLUMN id DROP EXPRESSION,
  ALTER COLUMN action DROP EXPRESSION,
  ALTER COLUMN chain DROP EXPRESSION,
  DROP COLUMN tenant_id,
  DROP CONSTRAINT audit_events_check,
  -- Whoever may only insert must not be able to stop the sealing with an ID that is there already.
  DROP CONSTRAINT audit_events_id_key,
  ALTER COLUMN sequence SET NOT NULL,
  ALTER COLUMN previous_hash SET NOT NULL,
  ALTER COLUMN hash SET NOT NULL;
CREATE INDEX audit_events_by_id ON audit_events (id);

CREATE OR REPLACE FUNCTION audit_events_protect() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  RAISE EXCEPTION 'audit events are only ever added' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_events_protect BEFORE UPDATE OR DELETE ON audit_events
  FOR EACH ROW EXECUTE FUNCTION audit_events_protect();
CREATE TRIGGER unsealed_audit_events_keep BEFORE UPDATE OR TRUNCATE ON unsealed_audit_events
  FOR EACH STATEMENT EXECUTE FUNCTION audit_events_protect();

CREATE FUNCTION unsealed_audit_events_protect() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM public.audit_events e WHERE e.position = OLD.position AND e.body = OLD.body) THEN
    RAISE EXCEPTION 'an audit event leaves this table when it is sealed' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER unsealed_audit_events_protect BEFORE DELETE ON unsealed_audit_events
  FOR EACH ROW EXECUTE FUNCTION unsealed_audit_events_protect();

-- Seals up to batch_size events: each takes the next number of its chain, and
--   hash = SHA-256(previous hash, line feed, number, line feed, body), in hex; a chain begins with 64 zeros.
-- One sealer at a time; another one finds the lock taken and seals nothing. Returns how many were sealed.
CREATE OR REPLACE FUNCTION seal_audit_events(batch_size integer) RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  sealed    bigint[] := '{}';
  head      public.audit_heads;
  event     record;
  next_hash text;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtext('countersign.seal_audit_events')) THEN
    RETURN 0;
  END IF;
  FOR event IN
    SELECT batch.position, batch.body, batch.said ->> 'id' AS id, batch.said ->> 'action' AS action,
      coalesce(batch.said ->> 'tenantId', 'vendor') AS chain
    FROM (SELECT e.position, e.body, e.body::jsonb AS said FROM public.unsealed_audit_events e
          ORDER BY e.position LIMIT batch_size) batch
    ORDER BY chain, batch.position
  LOOP
    IF head.chain IS DISTINCT FROM event.chain THEN
      IF head.chain IS NOT NULL THEN
        UPDATE public.audit_heads SET sequence = head.sequence, hash = head.hash WHERE chain = head.chain;
      END IF;
      INSERT INTO public.audit_heads VALUES (event.chain, 0, repeat('0', 64)) ON CONFLICT DO NOTHING;
      SELECT * INTO STRICT head FROM public.audit_heads WHERE chain = event.chain;
    END IF;
    head.sequence := head.sequence + 1;
    next_hash := encode(sha256(convert_to(head.hash || E'\n' || head.sequence || E'\n' || event.body, 'UTF8')), 'hex');
    INSERT INTO public.audit_events (position, body, id, action, chain, sequence, previous_hash, hash)
      VALUES (event.position, event.body, event.id, event.action, event.chain, head.sequence, head.hash, next_hash);
    head.hash := next_hash;
    sealed := sealed || event.position::bigint;
  END LOOP;
  IF head.chain IS NOT NULL THEN
    UPDATE public.audit_heads SET sequence = head.sequence, hash = head.hash WHERE chain = head.chain;
  END IF;
  DELETE FROM public.unsealed_audit_events WHERE position = ANY (sealed);
  RETURN cardinality(sealed);
END $$;

-- All events, sealed or not, for whoever reads.
CREATE VIEW audit_log AS
  SELECT position, body, id, action, chain, sequence, previous_hash, hash FROM audit_events
  UNION ALL
  SELECT position, body, body::jsonb ->> 'id', body::jsonb ->> 'action',
    coalesce(body::jsonb ->> 'tenantId', 'vendor'), NULL, NULL, NULL
  FROM unsealed_audit_events;

REVOKE ALL ON unsealed_audit_events, audit_log FROM PUBLIC;
REVOKE INSERT (body) ON audit_events FROM countersign_service;
GRANT SELECT, INSERT (body) ON unsealed_audit_events TO countersign_service;
GRANT SELECT ON audit_log TO countersign_service;
