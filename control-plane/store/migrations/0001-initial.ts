/** The first tables: config resources row by row, versions, overrides, nodes and tokens. */

const proxyChild = (table: string, owner: 'frontends' | 'backends') => `
  CREATE TABLE ${table} (
    parent TEXT NOT NULL REFERENCES ${owner} (name) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    name TEXT NOT NULL,
    uid TEXT NOT NULL UNIQUE,
    `;

const rules = (table: string, owner: 'frontends' | 'backends', more: string) => `${proxyChild(table, owner)}
    priority INTEGER NOT NULL,
    ${more},
    document TEXT NOT NULL,
    PRIMARY KEY (parent, name)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX ${table}_in_order ON ${table} (parent, priority, name);`;

const acls = (table: string, owner: 'frontends' | 'backends') => `${proxyChild(table, owner)}
    position INTEGER NOT NULL,
    criterion TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (parent, name)
  ) STRICT, WITHOUT ROWID;`;

export const sql = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE versions (
    version INTEGER PRIMARY KEY CHECK (version >= 0),
    epoch TEXT NOT NULL,
    hash TEXT NOT NULL,
    config TEXT NOT NULL,
    plan TEXT NOT NULL,
    author TEXT NOT NULL,
    message TEXT NOT NULL,
    time TEXT NOT NULL
  ) STRICT;

  CREATE TABLE global (
    name TEXT PRIMARY KEY CHECK (name = ''),
    uid TEXT NOT NULL UNIQUE,
    document TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE defaults (
    name TEXT PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    mode TEXT CHECK (mode IN ('http', 'tcp')),
    document TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE backends (
    name TEXT PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    mode TEXT CHECK (mode IN ('http', 'tcp')),
    defaults TEXT REFERENCES defaults (name) DEFERRABLE INITIALLY DEFERRED,
    document TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX backends_by_defaults ON backends (defaults);

  CREATE TABLE frontends (
    name TEXT PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    mode TEXT CHECK (mode IN ('http', 'tcp')),
    defaults TEXT REFERENCES defaults (name) DEFERRABLE INITIALLY DEFERRED,
    default_backend TEXT REFERENCES backends (name) DEFERRABLE INITIALLY DEFERRED,
    document TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX frontends_by_defaults ON frontends (defaults);
  CREATE INDEX frontends_by_default_backend ON frontends (default_backend);

  ${proxyChild('binds', 'frontends')}
    position INTEGER NOT NULL,
    address TEXT,
    port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
    document TEXT NOT NULL,
    PRIMARY KEY (parent, name)
  ) STRICT, WITHOUT ROWID;

  ${acls('frontend_acls', 'frontends')}
  ${acls('backend_acls', 'backends')}
  ${rules('frontend_http_request_rules', 'frontends', 'action TEXT NOT NULL')}
  ${rules('backend_http_request_rules', 'backends', 'action TEXT NOT NULL')}
  ${rules(
    'backend_switching_rules',
    'frontends',
    'backend TEXT NOT NULL REFERENCES backends (name) DEFERRABLE INITIALLY DEFERRED',
  )}
  CREATE INDEX backend_switching_rules_by_backend ON backend_switching_rules (backend);

  ${proxyChild('servers', 'backends')}
    position INTEGER NOT NULL,
    address TEXT NOT NULL,
    port INTEGER NOT NULL CHECK (port BETWEEN 1 AND 65535),
    weight INTEGER CHECK (weight BETWEEN 0 AND 256),
    document TEXT NOT NULL,
    PRIMARY KEY (parent, name)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX servers_by_address ON servers (address, port);

  CREATE TABLE health_checks (
    parent TEXT PRIMARY KEY REFERENCES backends (name) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    uid TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    document TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE overrides (
    server_uid TEXT PRIMARY KEY REFERENCES servers (uid) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    admin_state TEXT CHECK (admin_state IN ('ready', 'drain', 'maint')),
    weight INTEGER CHECK (weight BETWEEN 0 AND 256),
    expires_at TEXT
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE nodes (
    name TEXT PRIMARY KEY,
    boot_id TEXT NOT NULL,
    software TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    running_version INTEGER NOT NULL,
    running_hash TEXT NOT NULL,
    last_nack TEXT
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE tokens (
    name TEXT PRIMARY KEY,
    scope TEXT NOT NULL CHECK (scope IN ('read', 'operate', 'write', 'admin')),
    hash TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
`;
