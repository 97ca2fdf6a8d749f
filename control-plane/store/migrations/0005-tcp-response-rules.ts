/** Rules for what servers send. */

export const sql = `
  CREATE TABLE backend_tcp_response_rules (
    parent TEXT NOT NULL REFERENCES backends (name) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    name TEXT NOT NULL,
    uid TEXT NOT NULL UNIQUE,
    priority INTEGER NOT NULL,
    action TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (parent, name)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX backend_tcp_response_rules_in_order ON backend_tcp_response_rules (parent, priority, name);
`;
