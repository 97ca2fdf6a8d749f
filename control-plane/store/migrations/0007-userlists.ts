/** Userlists and their users. */
export const sql = `
  CREATE TABLE userlists (
    name TEXT PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    document TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE users (
    parent TEXT NOT NULL REFERENCES userlists (name) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    name TEXT NOT NULL,
    uid TEXT NOT NULL UNIQUE,
    position INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (parent, name)
  ) STRICT, WITHOUT ROWID;
`;
