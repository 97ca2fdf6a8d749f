/** Maps and ACL files with their entries, beside the versions. */
export const sql = `
  CREATE TABLE pattern_files (
    kind TEXT NOT NULL CHECK (kind IN ('map', 'acl')),
    name TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (kind, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE pattern_entries (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    position INTEGER NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (kind, name, position),
    FOREIGN KEY (kind, name) REFERENCES pattern_files (kind, name) ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;
`;
