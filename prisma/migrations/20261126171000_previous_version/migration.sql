-- A replica of the previous version works beside this schema: see docs/decisions/0015-rolling-upgrades.md.

-- Versions that do not contain this migration or a later one refuse to start. What the previous version needs is only
-- removed by a version after this one, which then names the last migration of this one here.
CREATE TABLE public.schema_compatibility (
  id               boolean PRIMARY KEY DEFAULT true CHECK (id),
  -- The last migration of the oldest version that works with this schema.
  oldest_migration text NOT NULL
);
INSERT INTO public.schema_compatibility (oldest_migration) VALUES ('20261126171000_previous_version');
REVOKE ALL ON public.schema_compatibility FROM PUBLIC;

-- The previous version knows verified_external_id_id under this name, and reads and writes it.
ALTER TABLE public.connections ADD COLUMN proven_external_id_id bigint;
ALTER TABLE public.connections DISABLE TRIGGER USER;
UPDATE public.connections SET proven_external_id_id = verified_external_id_id WHERE verified_external_id_id IS NOT NULL;
ALTER TABLE public.connections ENABLE TRIGGER USER;

CREATE FUNCTION public.connections_copy_verified_external_id() RETURNS trigger
  LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF NEW.verified_external_id_id IS DISTINCT FROM OLD.verified_external_id_id THEN
    NEW.proven_external_id_id := NEW.verified_external_id_id;
  ELSE
    NEW.verified_external_id_id := NEW.proven_external_id_id;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER connections_copy_verified_external_id
  BEFORE UPDATE OF verified_external_id_id, proven_external_id_id ON public.connections
  FOR EACH ROW EXECUTE FUNCTION public.connections_copy_verified_external_id();

GRANT UPDATE (proven_external_id_id) ON public.connections TO countersign_service;
