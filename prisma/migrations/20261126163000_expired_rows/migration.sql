-- Rows with an end are deleted some time after it, in small batches that an index finds.

-- Tokens of tenants are rows of api_keys. Earlier versions stored them like keys that the vendor issued.
ALTER TABLE public.api_keys DISABLE TRIGGER api_keys_protect;
UPDATE public.api_keys SET origin = 'tenant_token'
  WHERE origin = 'issued' AND role = 'tenant' AND name LIKE 'token of %' AND expires_at <= created_at + interval '1 day';
ALTER TABLE public.api_keys ENABLE TRIGGER api_keys_protect;

CREATE FUNCTION public.api_keys_keep() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF OLD.origin <> 'tenant_token' THEN
    RAISE EXCEPTION 'only tokens of tenants are deleted' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER api_keys_keep BEFORE DELETE ON public.api_keys
  FOR EACH ROW EXECUTE FUNCTION public.api_keys_keep();

CREATE INDEX api_keys_expired_tokens ON public.api_keys (expires_at) WHERE origin = 'tenant_token';
-- The list of keys, which leaves out the tokens.
CREATE INDEX api_keys_listed ON public.api_keys (id) WHERE origin <> 'tenant_token';
CREATE INDEX connect_links_expiry ON public.connect_links (expires_at);
CREATE INDEX rate_limits_expiry ON public.rate_limits (theoretical_arrival_at);
CREATE INDEX token_revocations_expiry ON public.token_revocations (issued_before) WHERE issued_before IS NOT NULL;

GRANT DELETE ON public.api_keys, public.connect_links, public.rate_limits TO countersign_service;
