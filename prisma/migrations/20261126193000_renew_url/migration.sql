-- Where the page sends a customer whose link has ended, for a new one.

ALTER TABLE public.connect_links ADD COLUMN renew_url text;
GRANT INSERT (renew_url) ON public.connect_links TO countersign_service;
