-- What all replicas did in each hour, for the charts of the console. Each replica adds what it counted every few seconds. A year has fewer
-- than 9,000 rows, so they stay.

CREATE TABLE public.activity_hours (
  hour timestamptz(3) PRIMARY KEY,
  sts_calls bigint NOT NULL,
  -- The calls per second of the busiest few seconds of one replica, which the budget limits.
  sts_peak_per_second double precision NOT NULL,
  sts_refusals bigint NOT NULL,
  credentials_issued bigint NOT NULL
);

REVOKE ALL ON public.activity_hours FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE ON public.activity_hours TO countersign_service;
