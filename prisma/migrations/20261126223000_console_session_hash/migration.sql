-- A session keeps its secret: the link of the sandbox is no longer a session whose secret is replaced.
REVOKE UPDATE (hash) ON public.console_sessions FROM countersign_service;
