-- Tokens of workers' issuers that are refused though they are genuine: a JWT cannot be taken back by itself.

CREATE TABLE token_revocations (
  id            text PRIMARY KEY CHECK (id ~ '^revocation_[0-7][0-9a-hjkmnp-tv-z]{25}$'),
  -- The name of a worker identity, as the configuration has it.
  identity      text NOT NULL CHECK (identity <> ''),
  -- NULL: of every subject.
  subject       text CHECK (subject <> ''),
  -- Those alone that were issued before this; NULL: all, later ones too.
  issued_before timestamptz(3),
  created_at    timestamptz(3) NOT NULL
);
CREATE INDEX token_revocations_identity ON token_revocations (identity);

REVOKE ALL ON token_revocations FROM PUBLIC;
GRANT SELECT, INSERT, DELETE ON token_revocations TO countersign_service;
