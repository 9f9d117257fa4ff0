-- Changes of state, as the event feed and webhooks tell them.

CREATE TABLE events (
  id            text PRIMARY KEY CHECK (id ~ '^event_[0-7][0-9a-hjkmnp-tv-z]{25}$'),
  -- The order of the inserts. Transactions commit in another order, so it is no position in the feed.
  sequence      bigint GENERATED ALWAYS AS IDENTITY,
  -- The position in the feed, given to committed events by one publisher at a time; null until then.
  position      bigint UNIQUE CHECK (position > 0),
  type          text NOT NULL,
  at            timestamptz(3) NOT NULL,
  tenant_id     text,
  connection_id text,
  data          jsonb NOT NULL
);
CREATE INDEX events_unpublished ON events (sequence) WHERE position IS NULL;
CREATE INDEX events_by_tenant ON events (tenant_id, position);
CREATE INDEX events_by_connection ON events (connection_id, position);
CREATE INDEX events_by_type ON events (type, position);
CREATE INDEX events_by_time ON events (at);

CREATE FUNCTION events_protect() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  IF OLD.position IS NOT NULL OR NEW.position IS NULL THEN
    RAISE EXCEPTION 'an event gets its position once, and never changes' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER events_protect BEFORE UPDATE ON events FOR EACH ROW EXECUTE FUNCTION events_protect();

-- One row. Whoever locks it publishes. The events may all be deleted, so that their highest position says nothing.
CREATE TABLE event_feed (
  id            boolean PRIMARY KEY DEFAULT true CHECK (id),
  last_position bigint NOT NULL
);
INSERT INTO event_feed (last_position) VALUES (0);

-- The last reported state of each broker. Each replica notices a change by itself, and the first one records the event.
CREATE TABLE broker_states (
  partition text PRIMARY KEY,
  failing   boolean NOT NULL,
  since     timestamptz(3) NOT NULL
);

CREATE TABLE webhooks (
  id            text PRIMARY KEY CHECK (id ~ '^webhook_[0-7][0-9a-hjkmnp-tv-z]{25}$'),
  url           text NOT NULL,
  -- Empty: all types.
  types         text[] NOT NULL,
  description   text,
  status        text NOT NULL CHECK (status IN ('enabled', 'disabled')),
  status_reason text CHECK (status_reason IN ('requested', 'delivery_failed', 'gone')),
  status_since  timestamptz(3) NOT NULL,
  -- Each as src/webhooks/stored-secret.ts writes it.
  secret        bytea NOT NULL,
  previous_secret            bytea,
  previous_secret_expires_at timestamptz(3),
  created_at    timestamptz(3) NOT NULL,
  updated_at    timestamptz(3) NOT NULL
);

-- No foreign key to webhooks: a webhook is deleted at once, and its deliveries with their events.
CREATE TABLE webhook_deliveries (
  id               text PRIMARY KEY CHECK (id ~ '^delivery_[0-7][0-9a-hjkmnp-tv-z]{25}$'),
  webhook_id       text NOT NULL,
  event_id         text NOT NULL REFERENCES events (id) ON DELETE CASCADE ON UPDATE RESTRICT,
  -- The event's position in the feed.
  position         bigint NOT NULL,
  -- Deliveries of one webhook with the same key are made in order.
  ordering_key     text NOT NULL,
  status           text NOT NULL CHECK (status IN ('pending', 'delivered', 'failed')),
  attempts         integer NOT NULL DEFAULT 0,
  first_attempt_at timestamptz(3),
  last_attempt_at  timestamptz(3),
  response_status  integer,
  -- The beginning of the response.
  response_excerpt text,
  error            text,
  created_at       timestamptz(3) NOT NULL,
  UNIQUE (event_id, webhook_id)
);
CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (webhook_id, id);
CREATE INDEX webhook_deliveries_pending ON webhook_deliveries (webhook_id, ordering_key, position) WHERE status = 'pending';
CREATE INDEX webhook_deliveries_oldest ON webhook_deliveries (webhook_id, position) WHERE status = 'pending';

-- One row for each webhook and ordering key that has pending deliveries: what a process claims. While it makes the first of
-- these deliveries, due_at is the end of its lease.
CREATE TABLE webhook_queues (
  webhook_id   text NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE ON UPDATE RESTRICT,
  ordering_key text NOT NULL,
  due_at       timestamptz(3) NOT NULL,
  PRIMARY KEY (webhook_id, ordering_key)
);
CREATE INDEX webhook_queues_due ON webhook_queues (webhook_id, due_at);

REVOKE ALL ON events, event_feed, broker_states, webhooks, webhook_deliveries, webhook_queues FROM PUBLIC;
GRANT SELECT, DELETE ON events TO countersign_service;
GRANT INSERT (id, type, at, tenant_id, connection_id, data), UPDATE (position) ON events TO countersign_service;
GRANT SELECT, UPDATE (last_position) ON event_feed TO countersign_service;
GRANT SELECT, INSERT, UPDATE (failing, since) ON broker_states TO countersign_service;
GRANT SELECT, INSERT, DELETE ON webhooks TO countersign_service;
GRANT UPDATE (url, types, description, status, status_reason, status_since, secret, previous_secret,
  previous_secret_expires_at, updated_at) ON webhooks TO countersign_service;
GRANT SELECT, INSERT ON webhook_deliveries TO countersign_service;
GRANT UPDATE (status, attempts, first_attempt_at, last_attempt_at, response_status, response_excerpt, error)
  ON webhook_deliveries TO countersign_service;
GRANT SELECT, INSERT, DELETE, UPDATE (due_at) ON webhook_queues TO countersign_service;
