-- Audit events are partitioned by month, so that a month that was archived is dropped instead of deleted row by row: see
-- docs/decisions/0020-audit-archive.md. Only reading and sealing wait for this migration: requests insert into
-- unsealed_audit_events.

-- The month of the newest sealed event. It never goes back, so that a month has a contiguous part of each chain, and that
-- nothing is added to a month that has ended, whatever the clock or the text of an event says.
CREATE TABLE public.audit_month (
  id    boolean PRIMARY KEY DEFAULT true CHECK (id),
  month date NOT NULL
);

-- The months that are no longer in the database.
CREATE TABLE public.audit_archives (
  -- The first day of the month, or of the last one, where older ones were archived with it.
  month           date PRIMARY KEY,
  location        text NOT NULL,
  events          bigint NOT NULL,
  -- Of the signed manifest, in hex.
  manifest_sha256 text NOT NULL,
  archived_at     timestamptz(3) NOT NULL DEFAULT now()
);

-- The last archived event of each chain, at which the chain in the database continues.
CREATE TABLE public.audit_archived_heads (
  chain    text PRIMARY KEY,
  sequence bigint NOT NULL,
  hash     text NOT NULL
);

REVOKE ALL ON public.audit_month, public.audit_archives, public.audit_archived_heads FROM PUBLIC;
GRANT SELECT ON public.audit_archives, public.audit_archived_heads TO countersign_service;

-- The existing table becomes the partition of this month and of all before it. Its rows and indexes are not written: a
-- constant default is stored once, and the indexes are adopted. It is read once, to check the bound.
DO $$
DECLARE
  this_month date := date_trunc('month', now() AT TIME ZONE 'UTC');
  name       text := 'audit_events_' || to_char(this_month, 'YYYY_MM');
  index_name text;
BEGIN
  ALTER TABLE public.audit_events
    ADD COLUMN IF NOT EXISTS month date NOT NULL DEFAULT date_trunc('month', now() AT TIME ZONE 'UTC')::date;
  DROP TRIGGER audit_events_protect ON public.audit_events;
  EXECUTE format('ALTER TABLE public.audit_events RENAME TO %I', name);
  FOREACH index_name IN ARRAY ARRAY['pkey', 'chain_sequence_key', 'by_id', 'by_time', 'by_chain_and_time', 'by_action_and_time',
    'by_connection_and_time'] LOOP
    EXECUTE format('ALTER INDEX public.%I RENAME TO %I', 'audit_events_' || index_name, name || '_' || index_name);
  END LOOP;

  EXECUTE format('CREATE TABLE public.audit_events (LIKE public.%I INCLUDING DEFAULTS) PARTITION BY RANGE (month)', name);
  CREATE INDEX audit_events_by_id ON public.audit_events (id);
  CREATE INDEX audit_events_by_time
    ON public.audit_events ((coalesce(body::jsonb ->> 'at', '') COLLATE "POSIX"), position);
  CREATE INDEX audit_events_by_chain_and_time
    ON public.audit_events (chain, (coalesce(body::jsonb ->> 'at', '') COLLATE "C"), position);
  CREATE INDEX audit_events_by_action_and_time
    ON public.audit_events (action, (coalesce(body::jsonb ->> 'at', '') COLLATE "C"), position);
  CREATE INDEX audit_events_by_connection_and_time
    ON public.audit_events ((body::jsonb #>> '{detail,connectionId}'),
      (coalesce(body::jsonb ->> 'at', '') COLLATE "C"), position)
    WHERE body::jsonb #>> '{detail,connectionId}' IS NOT NULL;
  CREATE TRIGGER audit_events_protect BEFORE UPDATE OR DELETE ON public.audit_events
    FOR EACH ROW EXECUTE FUNCTION public.audit_events_protect();
  CREATE TRIGGER audit_events_keep BEFORE TRUNCATE ON public.audit_events
    FOR EACH STATEMENT EXECUTE FUNCTION public.audit_events_protect();
  GRANT SELECT ON public.audit_events TO countersign_service;
  EXECUTE format('REVOKE ALL ON public.%I FROM countersign_service', name);

  CREATE OR REPLACE VIEW public.audit_log AS
    SELECT position, body, id, action, chain, sequence, previous_hash, hash FROM public.audit_events
    UNION ALL
    SELECT position, body, body::jsonb ->> 'id', body::jsonb ->> 'action',
      coalesce(body::jsonb ->> 'tenantId', 'vendor'), NULL, NULL, NULL
    FROM public.unsealed_audit_events;

  IF EXISTS (SELECT FROM public.audit_heads) THEN
    EXECUTE format('ALTER TABLE public.audit_events ATTACH PARTITION public.%I FOR VALUES FROM (MINVALUE) TO (%L)',
      name, this_month + interval '1 month');
    INSERT INTO public.audit_month (month) VALUES (this_month);
  ELSE
    EXECUTE format('DROP TABLE public.%I', name);
    INSERT INTO public.audit_month (month) VALUES ('0001-01-01');
  END IF;
END $$;

-- Creates the partition of a month unless it exists. Numbers and positions are unique within it; one sealer at a time makes
-- them unique among all, and verification checks that.
CREATE FUNCTION public.create_audit_month(new_month date) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  name text := 'audit_events_' || to_char(new_month, 'YYYY_MM');
BEGIN
  IF to_regclass('public.' || name) IS NOT NULL THEN
    RETURN;
  END IF;
  EXECUTE format('CREATE TABLE public.%I (LIKE public.audit_events INCLUDING DEFAULTS,
    PRIMARY KEY (position), UNIQUE (chain, sequence))', name);
  EXECUTE format('CREATE TRIGGER audit_events_keep BEFORE TRUNCATE ON public.%I
    FOR EACH STATEMENT EXECUTE FUNCTION public.audit_events_protect()', name);
  -- Unlike CREATE TABLE … PARTITION OF, this does not wait for those who read other months.
  EXECUTE format('ALTER TABLE public.audit_events ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
    name, new_month, new_month + interval '1 month');
END $$;
REVOKE ALL ON FUNCTION public.create_audit_month(date) FROM PUBLIC;
SELECT public.create_audit_month(date_trunc('month', now() AT TIME ZONE 'UTC')::date);

-- An event leaves this table only when it is sealed. One check for each batch, in the months that it may have been added to.
CREATE OR REPLACE FUNCTION public.unsealed_audit_events_protect() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF EXISTS (
    SELECT FROM removed WHERE NOT EXISTS (
      SELECT FROM public.audit_events e
      WHERE e.position = removed.position AND e.body = removed.body AND e.month >= (SELECT month FROM public.audit_month))
  ) THEN
    RAISE EXCEPTION 'an audit event leaves this table when it is sealed' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;
DROP TRIGGER unsealed_audit_events_protect ON public.unsealed_audit_events;
CREATE TRIGGER unsealed_audit_events_protect AFTER DELETE ON public.unsealed_audit_events
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION public.unsealed_audit_events_protect();

-- Seals up to batch_size events: each takes the next number of its chain, and
--   hash = SHA-256(previous hash, line feed, number, line feed, body), in hex; a chain begins with 64 zeros.
-- An event belongs to the month of its time, but to none that has ended and to none that has not begun. One sealer at a
-- time; another one finds the lock taken and seals nothing. Returns the number of sealed events.
CREATE OR REPLACE FUNCTION public.seal_audit_events(batch_size integer) RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  this_month      date := date_trunc('month', clock_timestamp() AT TIME ZONE 'UTC');
  current_month   date;
  head            public.audit_heads;
  event           record;
  next_hash       text;
  positions       bigint[] := '{}';
  sequences       bigint[] := '{}';
  previous_hashes text[] := '{}';
  hashes          text[] := '{}';
  months          date[] := '{}';
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtext('countersign.seal_audit_events')) THEN
    RETURN 0;
  END IF;
  SELECT month INTO STRICT current_month FROM public.audit_month;
  FOR event IN
    SELECT batch.position, batch.body, coalesce(batch.parsed ->> 'tenantId', 'vendor') AS chain,
      greatest(current_month, max(
        CASE WHEN batch.parsed ->> 'at' ~ '^20\d\d-(0[1-9]|1[0-2])-'
          THEN least((left(batch.parsed ->> 'at', 7) || '-01')::date, this_month) ELSE this_month END
      ) OVER (ORDER BY batch.position)) AS month
    FROM (SELECT e.position, e.body, e.body::jsonb AS parsed FROM public.unsealed_audit_events e
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
    positions := positions || event.position::bigint;
    sequences := sequences || head.sequence;
    previous_hashes := previous_hashes || head.hash;
    hashes := hashes || next_hash;
    months := months || event.month;
    head.hash := next_hash;
  END LOOP;
  IF head.chain IS NULL THEN
    RETURN 0;
  END IF;
  UPDATE public.audit_heads SET sequence = head.sequence, hash = head.hash WHERE chain = head.chain;
  PERFORM public.create_audit_month(month) FROM (SELECT DISTINCT unnest(months) AS month) m;
  INSERT INTO public.audit_events (position, body, id, action, chain, sequence, previous_hash, hash, month)
    SELECT e.position, e.body, e.body::jsonb ->> 'id', e.body::jsonb ->> 'action',
      coalesce(e.body::jsonb ->> 'tenantId', 'vendor'), s.sequence, s.previous_hash, s.hash, s.month
    FROM unnest(positions, sequences, previous_hashes, hashes, months) AS s (position, sequence, previous_hash, hash, month)
    JOIN public.unsealed_audit_events e USING (position);
  DELETE FROM public.unsealed_audit_events WHERE position = ANY (positions);
  UPDATE public.audit_month m SET month = newest FROM (SELECT max(s) AS newest FROM unnest(months) s) s WHERE m.month < newest;
  RETURN cardinality(positions);
END $$;
