/** What HAProxy 2.6 says of a line that ends before its arguments. */

const words: Readonly<Record<string, string>> = {
  bind: "'bind' expects {<path>|[addr1]:port1[-end1]}{,[addr]:port[-end]}... as arguments.",
  'capture cookie': "'capture' expects 'cookie' <cookie_name> 'len' <len>.",
  'capture request header': "'capture request' expects 'header' <header_name> 'len' <len>.",
  'capture response header': "'capture response' expects 'header' <header_name> 'len' <len>.",
  description: "'description' expects a string argument.",
  default_backend: "'default_backend' expects a backend name.",
  errorfile: 'errorfile : expects <status_code> and <file> as arguments.',
  errorloc: 'errorloc : expects <status_code> and <url> as arguments.',
  errorloc302: 'errorloc302 : expects <status_code> and <url> as arguments.',
  errorloc303: 'errorloc303 : expects <status_code> and <url> as arguments.',
  'hard-stop-after': "'hard-stop-after' expects <time> as argument.",
  'http-check comment': "'http-check comment' : expects a string as argument.",
  'http-check expect': "'http-check expect' : expects at least a matching pattern as arguments.",
  id: "'id' expects an integer argument.",
  'log-format': 'log-format expects an argument.',
  'log-tag': "'log-tag' expects a tag for use in syslog.",
  maxconn: "'maxconn' expects an integer argument.",
  mode: "unknown proxy mode ''.",
  'monitor-uri': "'monitor-uri' expects an URI.",
  'option http-restrict-req-hdr-names':
    "missing parameter. option 'http-restrict-req-hdr-names' expects 'preserve', 'reject' or 'delete' option.",
  pidfile: "'pidfile' expects a file name as an argument.",
  presetenv: "'presetenv' expects a name and a value.",
  retries: "'retries' expects an integer argument (dispatch counts for one).",
  server: "'server' expects <name> and <addr>[:<port>] as arguments.",
  'set-var': "'set-var' requires a process-wide variable name ('proc.<name>') and a sample expression.",
  'set-var-fmt': "'set-var-fmt' requires a process-wide variable name ('proc.<name>') and a format string.",
  setenv: "'setenv' expects a name and a value.",
  'stick match': "'stick' expects a fetch method.",
  'stick on': "'stick' expects a fetch method.",
  'stick store-request': "'stick' expects a fetch method.",
  'stick store-response': "'stick' expects a fetch method.",
  'stats socket': "'stats socket' in global section expects an address or a path to a UNIX socket",
  'tune.bufsize': "'tune.bufsize' expects an integer argument.",
  'unique-id-format': 'unique-id-format expects an argument.',
  'unique-id-header': 'unique-id-header expects an argument.',
  unsetenv: "'unsetenv' expects at least one variable name.",
  'userlist group': "'group' expects <name> as arguments.",
  'userlist user': "'user' expects <name> as arguments.",
  use_backend: "'use_backend' expects a backend name.",
};

/** Keywords whose handlers tell what is missing, as it depends on the words that are there. */
const told: ReadonlySet<string> = new Set([
  'acl',
  'declare capture',
  'http-check set-var',
  'http-error',
  'redirect',
  'stick-table',
  'table',
]);

/** The message about a keyword with fewer arguments than it needs; undefined where its handler has one. */
export function missingArguments(keyword: string, fewest: number): string | undefined {
  if (keyword.startsWith('timeout ') || told.has(keyword)) return undefined;
  const count = fewest === 1 ? 'an argument' : `at least ${fewest} arguments`;
  return words[keyword] ?? `'${keyword}' expects ${count}.`;
}
