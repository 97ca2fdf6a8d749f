/** Peers, and rules that stick to servers. */
export const sql = `
  CREATE TABLE peers (
    name TEXT PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    document TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE stick_rules (
    parent TEXT NOT NULL REFERENCES backends (name) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    name TEXT NOT NULL,
    uid TEXT NOT NULL UNIQUE,
    priority INTEGER NOT NULL,
    type TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (parent, name)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX stick_rules_in_order ON stick_rules (parent, priority, name);
`;
