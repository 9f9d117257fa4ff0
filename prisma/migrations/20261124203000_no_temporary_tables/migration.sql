-- A temporary table stands before those of public for the session that made it, and PostgreSQL lets everybody make
-- them: one named external_ids would answer with IDs that were never issued. Statements name their schema, too.
DO $$
BEGIN
  EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
END $$;
