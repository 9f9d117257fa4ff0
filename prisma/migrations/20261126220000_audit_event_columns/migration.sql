-- The time and the connection of an event are columns, filled once, when it is sealed. Indexes read them from the JSON of the body
-- four times for each event, and sealing took twice to three times as long. Events that were sealed before have no such columns, so that
-- the table is not written again; the indexes read their body. Only reading and sealing wait for the new indexes.
ALTER TABLE public.audit_events
  ADD COLUMN IF NOT EXISTS at text COLLATE "C",
  ADD COLUMN IF NOT EXISTS connection_id text;

DROP INDEX public.audit_events_by_time, public.audit_events_by_chain_and_time, public.audit_events_by_action_and_time,
  public.audit_events_by_connection_and_time;
-- Indexes that were created before, as docs/operations.md describes for large logs, are adopted.
-- Another collation, so that only lists without a filter use it.
CREATE INDEX audit_events_by_time
  ON public.audit_events ((coalesce(at, body::jsonb ->> 'at', '') COLLATE "POSIX"), position);
CREATE INDEX audit_events_by_chain_and_time
  ON public.audit_events (chain, (coalesce(at, body::jsonb ->> 'at', '') COLLATE "C"), position);
CREATE INDEX audit_events_by_action_and_time
  ON public.audit_events (action, (coalesce(at, body::jsonb ->> 'at', '') COLLATE "C"), position);
-- An event without a connection has '', so that its body is not read either.
CREATE INDEX audit_events_by_connection_and_time
  ON public.audit_events ((coalesce(connection_id, body::jsonb #>> '{detail,connectionId}', '')),
    (coalesce(at, body::jsonb ->> 'at', '') COLLATE "C"), position)
  WHERE coalesce(connection_id, body::jsonb #>> '{detail,connectionId}', '') <> '';

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
  bodies          text[] := '{}';
  ids             text[] := '{}';
  actions         text[] := '{}';
  times           text[] := '{}';
  connections     text[] := '{}';
  chains          text[] := '{}';
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
    SELECT batch.position, batch.body, batch.parsed ->> 'id' AS id, batch.parsed ->> 'action' AS action,
      coalesce(batch.parsed ->> 'at', '') AS at,
      coalesce(batch.parsed #>> '{detail,connectionId}', '') AS connection_id,
      coalesce(batch.parsed ->> 'tenantId', 'vendor') AS chain,
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
    bodies := bodies || event.body;
    ids := ids || event.id;
    actions := actions || event.action;
    times := times || event.at;
    connections := connections || event.connection_id;
    chains := chains || head.chain;
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
  INSERT INTO public.audit_events
      (position, body, id, action, at, connection_id, chain, sequence, previous_hash, hash, month)
    SELECT * FROM
      unnest(positions, bodies, ids, actions, times, connections, chains, sequences, previous_hashes, hashes, months);
  DELETE FROM public.unsealed_audit_events WHERE position = ANY (positions);
  UPDATE public.audit_month m SET month = newest FROM (SELECT max(s) AS newest FROM unnest(months) s) s WHERE m.month < newest;
  RETURN cardinality(positions);
END $$;
