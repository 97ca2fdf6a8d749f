/** Rules for connections and responses, and rules that choose a server. */

const rules = (table: string, owner: 'frontends' | 'backends', column: string) => `
  CREATE TABLE ${table} (
    parent TEXT NOT NULL REFERENCES ${owner} (name) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    name TEXT NOT NULL,
    uid TEXT NOT NULL UNIQUE,
    priority INTEGER NOT NULL,
    ${column} TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (parent, name)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX ${table}_in_order ON ${table} (parent, priority, name);`;

export const sql = `
  ${rules('frontend_tcp_request_rules', 'frontends', 'action')}
  ${rules('backend_tcp_request_rules', 'backends', 'action')}
  ${rules('frontend_http_response_rules', 'frontends', 'action')}
  ${rules('backend_http_response_rules', 'backends', 'action')}
  ${rules('frontend_http_after_response_rules', 'frontends', 'action')}
  ${rules('backend_http_after_response_rules', 'backends', 'action')}
  ${rules('server_switching_rules', 'backends', 'server')}
`;
