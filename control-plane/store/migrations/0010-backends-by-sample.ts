/** Switching rules whose backend is named by samples refer to none. */
export const sql = `
  CREATE TABLE new_backend_switching_rules (
    parent TEXT NOT NULL REFERENCES frontends (name) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    name TEXT NOT NULL,
    uid TEXT NOT NULL UNIQUE,
    priority INTEGER NOT NULL,
    backend TEXT REFERENCES backends (name) DEFERRABLE INITIALLY DEFERRED,
    document TEXT NOT NULL,
    PRIMARY KEY (parent, name)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO new_backend_switching_rules
    SELECT parent, name, uid, priority, backend, document FROM backend_switching_rules;
  DROP TABLE backend_switching_rules;
  ALTER TABLE new_backend_switching_rules RENAME TO backend_switching_rules;
  CREATE INDEX backend_switching_rules_in_order ON backend_switching_rules (parent, priority, name);
  CREATE INDEX backend_switching_rules_by_backend ON backend_switching_rules (backend);
`;
