-- When and why a connection got its status, and when it is verified again by itself.
ALTER TABLE public.connections
  ADD COLUMN status_since timestamptz(3),
  ADD COLUMN status_reason text,
  ADD COLUMN next_verification_at timestamptz(3),
  ADD COLUMN verification_failures integer NOT NULL DEFAULT 0 CHECK (verification_failures >= 0);

-- Of existing connections only the last change of the row is known. Those that are pending or unreachable are due now.
UPDATE public.connections SET
  status_since = updated_at,
  status_reason = CASE status
    WHEN 'pending' THEN 'registered'
    WHEN 'verified' THEN 'verified'
    WHEN 'insecure' THEN 'external_id_not_enforced'
    WHEN 'unreachable' THEN 'not_assumable'
    ELSE 'disabled' END,
  next_verification_at = CASE status
    WHEN 'disabled' THEN NULL
    WHEN 'pending' THEN now()
    WHEN 'unreachable' THEN now()
    ELSE coalesce(last_checked_at, now()) END;

ALTER TABLE public.connections
  ALTER COLUMN status_since SET NOT NULL,
  ALTER COLUMN status_reason SET NOT NULL,
  -- An older replica beside this database inserts connections without them.
  ALTER COLUMN status_since SET DEFAULT now(),
  ALTER COLUMN status_reason SET DEFAULT 'registered',
  ALTER COLUMN next_verification_at SET DEFAULT now();

DROP INDEX public.connections_due;
CREATE INDEX connections_due ON public.connections (next_verification_at) WHERE status <> 'disabled';
-- Finds verified connections of many tenants, one of each, by a random start.
CREATE INDEX connections_witnesses ON public.connections (partition, md5(tenant_id)) WHERE status = 'verified';

GRANT INSERT (status_since, status_reason, next_verification_at, verification_failures),
  UPDATE (status_since, status_reason, next_verification_at, verification_failures)
  ON public.connections TO countersign_service;
