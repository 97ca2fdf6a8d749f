/** Error files. */
export const sql = `
  CREATE TABLE error_files (
    name TEXT PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    status INTEGER CHECK (status BETWEEN 200 AND 599),
    document TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
`;
