/** From a haproxy.cfg to a config: what is carried over, what has no effect, what is refused. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { messages, readText } from './read-text.ts';

const defaults = 'defaults\n mode http\n timeout client 5s\n timeout server 5s\n timeout connect 5s\n';

suite('a haproxy.cfg becomes a config', () => {
  test('with frontends, backends, servers, rules and comments', () => {
    const reading = readText(`global
    nbthread 3
    stats socket /run/a.sock mode 600 level admin
defaults
    mode http
    option redispatch
    timeout client 30s
    timeout server 5000
    timeout connect 5s
# The site.
# Two lines.
frontend web
    bind :80,127.0.0.1:8000-8001 backlog 7
    # Pictures and such.
    acl static path_beg -i /static /images
    acl static path_end .png
    acl static path -m end .jpg
    http-request deny deny_status 429 if { src 10.0.0.0/8 } !static
    redirect prefix https://x.test code 301 unless static
    use_backend pics if static or { hdr(host) pics.test }
    default_backend app
backend app
    balance leastconn
    option httpchk GET /health
    http-check expect status 200-299
    default-server inter 2s rise 3
    server a 10.0.0.1:80 weight 5 check maxconn 20 # ours
    server b app.test:8080 check backup

backend pics
    server p [::1]:80
`);
    assert.deepEqual(messages(reading), []);
    assert.deepEqual(reading.config, {
      global: { nbproc: 3, statsSockets: [{ address: '/run/a.sock', mode: '600', level: 'admin' }] },
      errorFiles: [],
      defaults: [
        {
          name: 'defaults',
          mode: 'http',
          redispatch: true,
          timeouts: { client: '30s', server: '5000ms', connect: '5s', httpRequest: '30s' },
          retryOn: ['conn-failure'],
        },
      ],
      frontends: [
        {
          name: 'web',
          description: 'The site.\nTwo lines.',
          from: 'defaults',
          binds: [
            { name: 'bind-1', address: '*', port: 80, backlog: 7 },
            { name: 'bind-2', address: '127.0.0.1', port: 8000, backlog: 7 },
            { name: 'bind-3', address: '127.0.0.1', port: 8001, backlog: 7 },
          ],
          acls: [
            {
              name: 'static',
              description: 'Pictures and such.',
              criterion: 'path_beg',
              flags: ['-i'],
              values: ['/static', '/images'],
              or: [{ criterion: 'path_end', values: ['.png', '.jpg'] }],
            },
          ],
          httpRequestRules: [
            { name: 'rule-1', action: 'deny', status: 429, if: '{ src -- 10.0.0.0/8 } !static' },
            { name: 'rule-2', action: 'redirect', prefix: 'https://x.test', code: 301, unless: 'static' },
          ],
          backendSwitchingRules: [{ name: 'rule-1', backend: 'pics', if: 'static or { hdr(host) -- pics.test }' }],
          defaultBackend: 'app',
        },
      ],
      backends: [
        {
          name: 'app',
          from: 'defaults',
          balance: { algorithm: 'leastconn' },
          defaultServer: { inter: '2s', rise: 3 },
          healthCheck: { type: 'http', method: 'GET', uri: '/health', expect: { status: '200-299' } },
          servers: [
            { name: 'a', address: '10.0.0.1', port: 80, weight: 5, check: true, maxconn: 20 },
            { name: 'b', address: 'app.test', port: 8080, check: true, backup: true },
          ],
        },
        { name: 'pics', from: 'defaults', servers: [{ name: 'p', address: '::1', port: 80 }] },
      ],
    });
  });

  test('listen becomes a frontend and a backend, and the mode is tcp unless said otherwise', () => {
    const { config, diagnostics } = readText(
      'listen db\n bind unix@/run/db.sock\n timeout client 1m\n timeout server 1m\n timeout connect 1s\n server m 127.0.0.1:3306\n',
    );
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(config.frontends, [
      {
        name: 'db',
        mode: 'tcp',
        timeouts: { client: '1m', httpRequest: '1m' },
        binds: [{ name: 'bind-1', address: 'unix@/run/db.sock' }],
        defaultBackend: 'db',
      },
    ]);
    assert.deepEqual(config.backends, [
      {
        name: 'db',
        mode: 'tcp',
        retryOn: ['conn-failure'],
        timeouts: { server: '1m', connect: '1s' },
        servers: [{ name: 'm', address: '127.0.0.1', port: 3306 }],
      },
    ]);
  });

  test('an error file says its own status wherever it stands for another', () => {
    const { config, diagnostics } = readText(
      `${defaults}frontend f\n bind :80\n errorfile 503 /errors/503.http\n http-request deny status 418 errorfile /errors/503.http\n`,
    );
    assert.deepEqual(diagnostics, []);
    assert.equal(config.errorFiles?.[0]?.status, 503);
  });

  test('error files are read, error locations kept, a later line for a status counts', () => {
    const { config, diagnostics } = readText(
      `${defaults} errorfile 503 /errors/503.http\nhttp-errors site\n errorfile 404 /errors/503.http\nbackend b\n errorfiles site\n errorloc303 503 http://a/\n errorloc 503 http://b/\n`,
    );
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(config.errorFiles, [
      {
        name: '503',
        path: '/errors/503.http',
        status: 503,
        reason: 'Service Unavailable',
        headers: [{ name: 'Content-Type', value: 'text/plain' }],
        content: 'sorry\n',
      },
    ]);
    assert.deepEqual(config.backends?.[0]?.errorPages, [
      { status: 404, errorfile: '503' },
      { status: 503, errorloc: 'http://b/' },
    ]);
  });

  test('named defaults are taken by name, the last ones by all that name none', () => {
    const { config, diagnostics } = readText(
      'defaults a\n mode http\n timeout server 1s\n timeout connect 1s\ndefaults b from a\n retries 9\nbackend x from a\n server s 1.1.1.1:1\nbackend y\n server s 1.1.1.1:1\n',
    );
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(
      config.backends?.map(({ from }) => from),
      ['a', 'b'],
    );
    assert.equal(config.defaults?.[1]?.retries, 9);
    assert.deepEqual(config.defaults?.[1]?.timeouts, { server: '1s', connect: '1s' });
  });

  test('variables and conditional blocks', () => {
    const { config } = readText(
      `${defaults}frontend w\n bind :\${P}\n bind "fd@\${FD}"\n.if defined(P)\n http-request deny\n.else\n http-request allow\n.endif\n`,
      {},
      { P: '8080', FD: '5' },
    );
    const [frontend] = config.frontends ?? [];
    assert.deepEqual(
      frontend?.binds?.map(({ address, port }) => [address, port]),
      [
        ['*', 8080],
        ['fd@5', undefined],
      ],
    );
    assert.deepEqual(frontend?.httpRequestRules, [{ name: 'rule-1', action: 'deny' }]);
  });

  test('lines without effect are told with the reason', () => {
    const { skipped, valid } = readText(
      `global\n ssl-default-bind-options no-sslv3\n ulimit-n 4096\n${defaults} option tcpka\nbackend b\n`,
    );
    assert.ok(valid);
    assert.deepEqual(
      skipped.map(({ line, text }) => `${line}: ${text}`),
      ['2: ssl-default-bind-options no-sslv3', '3: ulimit-n 4096', '9: option tcpka'],
    );
    assert.ok(skipped.every(({ reason }) => reason !== ''));
  });
});

suite('what cannot be is refused', () => {
  test('all errors of a file in one run, each with its line', () => {
    const reading = readText(`${defaults}frontend w
 bind 127.0.0.1
 use_backend nowhere
 option htplog
 timeout client 5x
backend b
 server s1 127.0.0.1:80 dall 3
 cookie SRV insert
 balance source
`);
    assert.ok(!reading.valid);
    assert.deepEqual(messages(reading), [
      "alert 7: 'bind' : missing port specification in '127.0.0.1'",
      "alert 9: unknown option 'htplog'; did you mean 'httplog' maybe ?",
      "alert 10: unexpected character 'x' in 'timeout client'",
      "alert 12: 'server b/s1' : unknown keyword 'dall'; did you mean 'fall' maybe ?",
      "alert 13: 'cookie' in section 'backend' is not supported by Sluice.",
      "alert 14: 'balance source' is not supported by Sluice.",
    ]);
  });

  test('backends that do not exist or do not fit', () => {
    const reading = readText(
      `${defaults}frontend w\n bind :1\n default_backend nowhere\n use_backend t\nbackend t\n mode tcp\n server s 1.1.1.1:1\n`,
    );
    assert.deepEqual(messages(reading), [
      "alert 0: Proxy 'w': unable to find required default_backend: 'nowhere'.",
      "alert 0: http frontend 'w' (test.cfg:6) tries to use incompatible tcp backend 't' (test.cfg:10) in a 'use_backend' rule (see 'mode').",
    ]);
  });

  test('nbproc beside nbthread, and proxies and servers of one name', () => {
    const reading = readText(
      `global\n nbproc 2\n nbthread 2\n${defaults}backend b\n server s 1.1.1.1:1\n server s 1.1.1.1:2\nlisten b\n`,
    );
    assert.deepEqual(
      reading.diagnostics.filter(({ severity }) => severity === 'alert').map(({ line }) => line),
      [3, 11, 12],
    );
  });

  test('a socket that two frontends want is told at the line of the second', () => {
    const reading = readText(`${defaults}frontend a\n bind :80\nfrontend b\n bind :80\n`);
    assert.deepEqual(messages(reading), ['alert 9: 0.0.0.0:80 is already taken by /frontends/a/binds/bind-1.']);
  });

  test('an ACL that does not exist is told in the words of HAProxy', () => {
    const reading = readText(`${defaults}frontend a\n bind :80\nfrontend b\n bind :80\n http-request deny if nobody\n`);
    assert.deepEqual(messages(reading), [
      "alert 10: error detected while parsing an 'http-request deny' condition : no such ACL : 'nobody'.",
    ]);
  });
});
