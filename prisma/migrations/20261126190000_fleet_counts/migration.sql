-- Numbers of tenants, connections and rotations, which are read without counting the rows: see docs/decisions/0018-fleet-counts.md.

-- A counter is the sum of its changes. Each transaction inserts its own, so that none waits for another.
CREATE TABLE public.fleet_count_changes (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  counter text NOT NULL,
  change  bigint NOT NULL
-- Rows come and go, as in unsealed_audit_events.
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
        autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 1000);

CREATE FUNCTION public.tenants_count() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  INSERT INTO public.fleet_count_changes (counter, change)
    SELECT counter, change FROM (VALUES ('tenants.' || OLD.status, -1), ('tenants.' || NEW.status, 1)) AS c (counter, change)
    WHERE counter IS NOT NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER tenants_count AFTER INSERT OR DELETE ON public.tenants
  FOR EACH ROW EXECUTE FUNCTION public.tenants_count();
CREATE TRIGGER tenants_count_changed AFTER UPDATE ON public.tenants
  FOR EACH ROW WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION public.tenants_count();

-- A connection is to be moved while its tenant has a successor and its role was verified with another ID. That depends on
-- two tables: whoever changes one of them locks the tenant first, and so sees what the other one has committed.
CREATE FUNCTION public.connections_count() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  tenant    text := coalesce(NEW.tenant_id, OLD.tenant_id);
  successor bigint;
BEGIN
  IF 'verified' IN (OLD.status, NEW.status) THEN
    PERFORM FROM public.tenants WHERE id = tenant FOR NO KEY UPDATE;
    SELECT id INTO successor FROM public.external_ids WHERE tenant_id = tenant AND state = 'successor';
  END IF;
  INSERT INTO public.fleet_count_changes (counter, change)
    SELECT counter, sum(change) FROM (VALUES
      ('connections.' || OLD.status, -1),
      ('connections.' || NEW.status, 1),
      (CASE WHEN OLD.legacy AND OLD.status <> 'disabled' THEN 'legacy.to_move' END, -1),
      (CASE WHEN NEW.legacy AND NEW.status <> 'disabled' THEN 'legacy.to_move' END, 1),
      (CASE WHEN OLD.status = 'verified' AND OLD.verified_external_id_id <> successor THEN 'rotations.to_move' END, -1),
      (CASE WHEN NEW.status = 'verified' AND NEW.verified_external_id_id <> successor THEN 'rotations.to_move' END, 1)
    ) AS c (counter, change)
    WHERE counter IS NOT NULL GROUP BY counter HAVING sum(change) <> 0;
  RETURN NULL;
END $$;
CREATE TRIGGER connections_count AFTER INSERT OR DELETE ON public.connections
  FOR EACH ROW EXECUTE FUNCTION public.connections_count();
CREATE TRIGGER connections_count_changed AFTER UPDATE ON public.connections
  FOR EACH ROW WHEN (
    (OLD.status, OLD.verified_external_id_id, OLD.legacy) IS DISTINCT FROM (NEW.status, NEW.verified_external_id_id, NEW.legacy))
  EXECUTE FUNCTION public.connections_count();

CREATE FUNCTION public.rotations_count() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  sign integer := CASE WHEN NEW.state = 'successor' THEN 1 ELSE -1 END;
BEGIN
  PERFORM FROM public.tenants WHERE id = NEW.tenant_id FOR NO KEY UPDATE;
  INSERT INTO public.fleet_count_changes (counter, change)
    SELECT 'rotations.running', sign
    UNION ALL
    SELECT 'rotations.to_move', sign * count(*) FROM public.connections
    WHERE tenant_id = NEW.tenant_id AND status = 'verified' AND verified_external_id_id <> NEW.id
    HAVING count(*) > 0;
  RETURN NULL;
END $$;
CREATE TRIGGER rotations_count_started AFTER INSERT ON public.external_ids
  FOR EACH ROW WHEN (NEW.state = 'successor') EXECUTE FUNCTION public.rotations_count();
CREATE TRIGGER rotations_count_ended AFTER UPDATE ON public.external_ids
  FOR EACH ROW WHEN (OLD.state = 'successor' AND NEW.state <> 'successor') EXECUTE FUNCTION public.rotations_count();

-- Replaces changes by their sums, which changes no counter: it removes and inserts in one transaction. Two processes take
-- different changes. Returns how many it removed; 0 while there are few.
CREATE FUNCTION public.compact_fleet_counts(batch_size integer) RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  removed_count integer;
BEGIN
  IF (SELECT count(*) FROM (SELECT FROM public.fleet_count_changes LIMIT 100) few) < 100 THEN
    RETURN 0;
  END IF;
  WITH batch AS (
    SELECT id FROM public.fleet_count_changes ORDER BY id LIMIT batch_size FOR UPDATE SKIP LOCKED
  ), removed AS (
    DELETE FROM public.fleet_count_changes c USING batch WHERE c.id = batch.id RETURNING c.counter, c.change
  ), summed AS (
    INSERT INTO public.fleet_count_changes (counter, change) SELECT counter, sum(change) FROM removed GROUP BY counter
  )
  SELECT count(*) INTO removed_count FROM removed;
  RETURN removed_count;
END $$;

-- The triggers have locked the three tables: nothing changes while the existing rows are counted.
INSERT INTO public.fleet_count_changes (counter, change)
  SELECT 'tenants.' || status, count(*) FROM public.tenants GROUP BY status
  UNION ALL
  SELECT 'connections.' || status, count(*) FROM public.connections GROUP BY status
  UNION ALL
  SELECT 'legacy.to_move', count(*) FROM public.connections WHERE legacy AND status <> 'disabled' HAVING count(*) > 0
  UNION ALL
  SELECT 'rotations.running', count(*) FROM public.external_ids WHERE state = 'successor' HAVING count(*) > 0
  UNION ALL
  SELECT 'rotations.to_move', count(*) FROM public.external_ids e JOIN public.connections c USING (tenant_id)
  WHERE e.state = 'successor' AND c.status = 'verified' AND c.verified_external_id_id <> e.id HAVING count(*) > 0;

REVOKE ALL ON public.fleet_count_changes FROM PUBLIC;
REVOKE ALL ON FUNCTION public.tenants_count(), public.connections_count(), public.rotations_count(),
  public.compact_fleet_counts(integer) FROM PUBLIC;
GRANT SELECT ON public.fleet_count_changes TO countersign_service;
GRANT EXECUTE ON FUNCTION public.compact_fleet_counts(integer) TO countersign_service;
