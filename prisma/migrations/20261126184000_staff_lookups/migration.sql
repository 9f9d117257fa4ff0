-- What the vendor's staff look for among all tenants: every filter and every kind of search has an index.

-- Tenants, also offboarded ones: the unique index covers only the others. Names are compared without regard to case.
CREATE INDEX tenants_by_reference ON public.tenants (reference) WHERE reference IS NOT NULL;
CREATE INDEX tenants_by_name ON public.tenants ((lower(name) COLLATE "C"), id);

-- Connections. The collation of the IDs is not that of the primary key, which then cannot give this order: PostgreSQL would
-- else read it from the start, in the hope to meet matching rows soon. These two find few rows.
CREATE INDEX connections_by_account ON public.connections (account_id, id COLLATE "C");
CREATE INDEX connections_by_role ON public.connections (lower(role_arn), id COLLATE "C");
-- The others find many. They begin with the status: a list without one reads each status in order, and merges them.
CREATE INDEX connections_by_status ON public.connections (status, id COLLATE "C");
CREATE INDEX connections_by_partition ON public.connections (status, partition, id COLLATE "C");
CREATE INDEX connections_by_profile ON public.connections (status, profile, id COLLATE "C") WHERE profile IS NOT NULL;
CREATE INDEX connections_by_verification ON public.connections (status, last_checked_at, id COLLATE "C");
-- Instead of the one that was just created, in which each status is scattered.
DROP INDEX public.connections_legacy;
CREATE INDEX connections_by_legacy ON public.connections (status, id COLLATE "C") WHERE legacy;

-- Audit events, the newest first by their time. All times have the same format, so that their text sorts like them.
-- POSIX sorts like C. Only lists without another filter ask for it, for the same reason as above.
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
-- They listed events by position. The previous version's lists are read by the new ones or by position.
DROP INDEX public.audit_events_by_chain;
DROP INDEX public.audit_events_by_action;
