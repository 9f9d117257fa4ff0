-- Keys of staff who help customers: they read every tenant, verify its connections and send links.
ALTER TABLE public.api_keys DROP CONSTRAINT api_keys_role_check;
ALTER TABLE public.api_keys ADD CONSTRAINT api_keys_role_check
  CHECK (role IN ('admin', 'onboarding', 'support', 'worker', 'tenant', 'auditor'));
