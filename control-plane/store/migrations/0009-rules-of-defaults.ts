/** ACLs and rules of defaults. */

const rules = (kind: string) => `
  CREATE TABLE defaults_${kind}_rules (
    parent TEXT NOT NULL REFERENCES defaults (name) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    name TEXT NOT NULL,
    uid TEXT NOT NULL UNIQUE,
    priority INTEGER NOT NULL,
    action TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (parent, name)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX defaults_${kind}_rules_in_order ON defaults_${kind}_rules (parent, priority, name);`;

export const sql = `
  CREATE TABLE defaults_acls (
    parent TEXT NOT NULL REFERENCES defaults (name) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    name TEXT NOT NULL,
    uid TEXT NOT NULL UNIQUE,
    position INTEGER NOT NULL,
    criterion TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (parent, name)
  ) STRICT, WITHOUT ROWID;
  ${['tcp_request', 'tcp_response', 'http_request', 'http_response', 'http_after_response'].map(rules).join('')}
`;
