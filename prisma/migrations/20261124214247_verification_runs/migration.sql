-- Verification of many connections at once, which goes on by itself as the tenant's limit allows.

CREATE TABLE verification_runs (
  id          text PRIMARY KEY CHECK (id ~ '^run_[0-7][0-9a-hjkmnp-tv-z]{25}$'),
  tenant_id   text NOT NULL REFERENCES tenants (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
  -- Who asked for it, as audit events name them.
  actor       jsonb NOT NULL,
  created_at  timestamptz(3) NOT NULL,
  -- When it goes on. While a process works on it, when another one may take it over.
  due_at      timestamptz(3) NOT NULL,
  -- Until when it waits, for the limit or for AWS.
  waits_until timestamptz(3),
  finished_at timestamptz(3)
);
CREATE UNIQUE INDEX verification_runs_one_at_a_time ON verification_runs (tenant_id) WHERE finished_at IS NULL;
CREATE INDEX verification_runs_due ON verification_runs (due_at) WHERE finished_at IS NULL;
CREATE INDEX verification_runs_finished ON verification_runs (finished_at) WHERE finished_at IS NOT NULL;

-- No foreign key to connections: one that is deleted meanwhile is skipped, and stays in the count.
CREATE TABLE verification_run_items (
  run_id        text NOT NULL REFERENCES verification_runs (id) ON DELETE CASCADE ON UPDATE RESTRICT,
  connection_id text NOT NULL,
  account_id    text NOT NULL,
  attempts      integer NOT NULL DEFAULT 0,
  due_at        timestamptz(3) NOT NULL,
  outcome       text CHECK (outcome IN
                ('verified', 'external_id_not_enforced', 'not_assumable', 'inconclusive', 'skipped')),
  PRIMARY KEY (run_id, connection_id)
);

REVOKE ALL ON verification_runs, verification_run_items FROM PUBLIC;
GRANT SELECT, DELETE ON verification_runs TO countersign_service;
GRANT INSERT (id, tenant_id, actor, created_at, due_at, finished_at) ON verification_runs TO countersign_service;
GRANT UPDATE (due_at, waits_until, finished_at) ON verification_runs TO countersign_service;
GRANT SELECT ON verification_run_items TO countersign_service;
GRANT INSERT (run_id, connection_id, account_id, due_at) ON verification_run_items TO countersign_service;
GRANT UPDATE (attempts, due_at, outcome) ON verification_run_items TO countersign_service;
