-- The list of the tenants with a status.
CREATE INDEX tenants_by_status ON public.tenants (status, id);
