-- Connections that were imported with the role of another system: until its first verification, the role does not enforce
-- the external ID that was issued here.

-- A constant default writes no row.
ALTER TABLE public.connections ADD COLUMN legacy boolean NOT NULL DEFAULT false;

-- Also when a replica of the previous version verifies the role, which does not know the column.
CREATE FUNCTION public.connections_end_legacy() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  NEW.legacy := false;
  RETURN NEW;
END $$;
CREATE TRIGGER connections_end_legacy BEFORE UPDATE ON public.connections
  FOR EACH ROW WHEN (OLD.legacy AND NEW.status = 'verified') EXECUTE FUNCTION public.connections_end_legacy();

-- Lists and counts the customers who still have to change their role.
CREATE INDEX connections_legacy ON public.connections (id) WHERE legacy;

-- No UPDATE: only the trigger ends it, and nothing begins it again.
GRANT INSERT (legacy) ON public.connections TO countersign_service;
