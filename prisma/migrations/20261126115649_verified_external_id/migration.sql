-- The glossary's name for the external ID that a connection was last verified with. Grants follow the column.
ALTER TABLE public.connections RENAME COLUMN proven_external_id_id TO verified_external_id_id;
ALTER TABLE public.connections
  RENAME CONSTRAINT connections_tenant_id_proven_external_id_id_fkey TO connections_tenant_id_verified_external_id_id_fkey;
