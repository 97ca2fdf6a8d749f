/** Binds on unix sockets and inherited descriptors have no port. */
export const sql = `
  CREATE TABLE new_binds (
    parent TEXT NOT NULL REFERENCES frontends (name) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    name TEXT NOT NULL,
    uid TEXT NOT NULL UNIQUE,
    position INTEGER NOT NULL,
    address TEXT,
    port INTEGER CHECK (port BETWEEN 1 AND 65535),
    document TEXT NOT NULL,
    PRIMARY KEY (parent, name)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO new_binds SELECT parent, name, uid, position, address, port, document FROM binds;
  DROP TABLE binds;
  ALTER TABLE new_binds RENAME TO binds;
`;
