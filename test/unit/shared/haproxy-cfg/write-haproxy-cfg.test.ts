/** From a config to a haproxy.cfg and back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeHaproxyCfg } from '../../../../shared/haproxy-cfg/write-haproxy-cfg.ts';
import { backendSchema } from '../../../../shared/model/backend.ts';
import { bindSchema } from '../../../../shared/model/bind.ts';
import type { ConfigDocument } from '../../../../shared/model/config.ts';
import { defaultsSchema } from '../../../../shared/model/defaults.ts';
import { emptyConfig } from '../../../../shared/model/empty-config.ts';
import { frontendSchema } from '../../../../shared/model/frontend.ts';
import { globalSchema } from '../../../../shared/model/global.ts';
import { serverSchema } from '../../../../shared/model/server.ts';
import { messages, readText, sorry } from './read-text.ts';

const write = (config: ConfigDocument) => writeHaproxyCfg({ ...emptyConfig, ...config });

/** Files with every keyword that is carried over. */
const texts = [
  `defaults
 mode http
 option httpchk
 http-check set-var(check.a) int(5)
 http-check set-var-fmt(sess.b,ifnotset) "%[var(check.a)] b"
 http-check send uri-lf /%[var(check.a)]?50%% hdr X-A %[be_name] hdr X-B 50%% body-lf "%[var(sess.b)]"
 http-check unset-var(sess.b)
 http-check set-var(proc.early) date
 http-check expect comment "not well" ok-status L7OKC error-status L7RSP tout-status L6TOUT on-success %[str()] on-error "%[status] x" status-code res.hdr(x-code) status 200
 http-check set-var(proc.late) res.hdr(x-a)
backend a
 server s 127.0.0.1:1 check
`,
  `defaults
 mode http
backend a
 option httpchk
 http-check send body "a b"
 http-check comment alone
`,
  `global
 expose-experimental-directives
defaults front
 mode http
 # Inside.
 acl inside src 10.0.0.0/8
 tcp-request inspect-delay 3s
 tcp-request connection reject if !inside
 tcp-request content accept
 http-request normalize-uri path-strip-dot
 http-request capture method len 4
 tcp-request content capture src len 15
 http-request capture path len 10
 http-request deny unless inside
 http-response del-header Server
 http-after-response set-header X-A a
defaults back
 mode http
 tcp-response inspect-delay 3s
 tcp-response content accept
 http-request deny if { path /a }
frontend a from front
 bind :1
 acl inside path /in
 http-request deny if inside
 http-request set-header X-B %[capture.req.hdr(0)]
frontend b from front
 bind :2
backend c from back
`,
  `# All of it.
global
 nbthread 2
 hard-stop-after 10s
 expose-experimental-directives
 tune.http.cookielen 100
 maxconn 5000
 tune.bufsize 32768
 tune.http.maxhdr 50
 tune.vars.global-max-size 100000
 tune.vars.proc-max-size 50000
 tune.vars.sess-max-size 5000
 tune.vars.txn-max-size 2000
 tune.vars.reqres-max-size 1000
 tune.vars.check-max-size 500
 # Where it stands.
 set-var proc.site str(a)
 set-var proc.level,ifnotset int(5),add(proc.site)
 set-var-fmt proc.text "%[var(proc.site)] b #c"
 stats socket /run/s.sock mode 660 user root group root level operator expose-fd listeners
 stats socket 127.0.0.1:9999
 stats timeout 1m
 stats maxconn 3
 log 127.0.0.1:514 len 200 format rfc5424 sample 1,2-5:6 local1 notice emerg
 log stdout format raw daemon
 log-tag site
 log-send-hostname lb1
# Shared.
peers shared
 # Users.
 table users type string len 20 size 1m expire 10s store gpc(3),gpc_rate(2,10s),gpt(2)
# Who may.
userlist staff
 group admin users ann
 group all
 # The first.
 user ann password $6$abcdefgh$GjMgmmowSihU3X8xhdMxaCaEziO5NUh/IZqYnnZhN1j7.JYnm2e5BnPfWNUdj17OlEroBdrPtMnfsmwWCrkw70 groups all
 user bob insecure-password "a b#c"
 user carl password ! groups all
 user dora insecure-password ''
# For all.
defaults base
 mode http
 log global
 option httplog
 option dontlognull
 no option logasap
 option dontlog-normal
 option log-separate-errors
 error-log-format "%ci %ST"
 log-format-sd "[a@1 x=%ST]"
 timeout client 1m
 timeout client-fin 2s
 timeout http-request 3s
 timeout http-keep-alive 4s
 timeout connect 5s
 timeout server 6s
 timeout server-fin 7s
 timeout tunnel 1h
 timeout queue 8s
 timeout check 9s
 timeout tarpit 10s
 retries 2
 retry-on 503 empty-response
 option forwardfor except 127.0.0.0/8 header X-Client if-none
 option originalto
 option http-server-close
 option http-ignore-probes
 no option redispatch
 option persist
 http-reuse always
 errorfile 503 /errors/503.http
 unique-id-format "%{+X}o %ci:%cp_%[uuid()]"
 unique-id-header X-Id
 default-server inter 1s fall 2
# Two
# lines.
frontend web from base
 stick-table type ip size 100k expire 30s store http_req_rate(10s),gpc0 peers shared
 tcp-request connection track-sc0 src
 tcp-request session sc-inc-gpc0(0) if { src 10.0.0.0/8 }
 tcp-request content track-sc1 src table shared/users
 tcp-request content sc-set-gpt(1,1) 4294967295
 http-request track-sc2 base,lower table shared/users if { sc_conn_cur(0) gt 3 }
 http-request sc-inc-gpc(2,2)
 http-request sc-inc-gpc1(0)
 http-request sc-set-gpt0(1) rand(3) if { src,in_table(web) }
 http-response track-sc2 src
 http-response sc-inc-gpc0(2)
 tcp-request inspect-delay 3s
 tcp-request connection reject if { src 10.1.0.0/16 }
 tcp-request connection set-src src,ipmask(24)
 tcp-request connection set-mark 0x2a
 tcp-request session set-var(sess.who) src if { src_port gt 1024 }
 tcp-request session set-var-fmt(sess.from) "%[src]:%[src_port] in"
 tcp-request session unset-var(sess.who)
 tcp-request content set-log-level debug if WAIT_END
 tcp-request content set-nice -5
 tcp-request content set-priority-class int(4)
 tcp-request content set-priority-offset src_port,div(2) if WAIT_END
 tcp-request content reject if { req.len gt 100 } or { req.payload(0,4) -m bin 01020304 }
 tcp-request content accept
 option http-buffer-request
 option http-restrict-req-hdr-names reject
 monitor-uri /up
 monitor fail if { src 10.2.0.1 }
 maxconn 100
 rate-limit sessions 50
 log 127.0.0.2:514 user
 log-format "%{+Q}o %ci [%t] it's"
 log-tag web
 backlog 10
 # In the open.
 bind :80 name public id 7
 bind [::1]:81,unix@/run/x.sock
 acl api path_beg -i /api "/with space" '/with"quote' /with\\ backslash\\\\
 acl api hdr(host) api.test
 capture request header Host len 20
 tcp-request content capture req.payload(0,4) len 9 if api
 declare capture request len 10
 capture response header X-R len 5
 capture cookie SID= len 80
 http-request capture req.hdr(a),lower len 9 if api
 http-response capture res.hdr(b) id 0
 http-request normalize-uri path-strip-dotdot full
 http-request auth realm "a b" unless { http_auth_group(staff) admin }
 http-request auth if !{ http_auth(staff) }
 http-request normalize-uri percent-to-uppercase strict if api
 http-request allow if { path "/a b" } or !api
 http-request tarpit deny_status 429 unless { src 10.0.0.0/8 192.0.2.1 }
 http-request redirect location /x$y code 303 if api
 redirect scheme https if { path_beg / }
 redirect prefix /p drop-query append-slash
 http-request set-header X-A "a b" if api
 http-request add-header X-B b
 http-request del-header X-C -m beg
 http-request replace-header X-D ^(.*)$ "\\1 x"
 http-request replace-value X-E a b
 http-request set-path /q unless api
 http-request set-query a=b
 http-request set-method GET
 http-request set-uri /u
 http-request replace-path /a/(.*) /b/\\1
 http-request return status 200 content-type text/plain string "hello there" hdr X-F f
 http-request deny deny_status 403 content-type text/plain string no
 http-request set-log-level silent
 http-request set-var-fmt(txn.a) "%[src] abc"
 http-request set-var(txn.b) req.hdr(a),lower
 http-request unset-var(txn.a)
 http-request silent-drop if api
 http-request strict-mode on
 http-request wait-for-body time 2s at-least 1k if { method POST }
 http-request wait-for-body time 100
 http-response wait-for-body time 2s at-least 1k if { status 200 }
 http-request wait-for-handshake
 http-request set-src hdr(x-client)
 http-request set-src-port int(4000)
 http-request set-dst dst,ipmask(8) if { req.body_param(a) -m found }
 http-request set-dst-port int(80)
 http-request set-priority-class int(-3) if api
 http-request set-priority-offset req.hdr(a)
 http-response set-header X-G "%[res.hdr(x-g),lower] g" if { status 200:299 }
 http-response set-status 503 reason "Not now"
 http-response del-header Server
 http-after-response set-header X-H h
 use_backend app if api !{ method POST }
 errorloc303 404 http://lost.test/
 http-error status 410
 http-error status 403 content-type text/plain string "it's #1" hdr X-A "a %[src]" hdr X-B b
 http-error status 500 content-type text/plain lf-string "%[src] 100%%"
 http-error status 502 default-errorfiles
 default_backend app
backend app
 id 12
 no log
 tcp-request inspect-delay 1s
 tcp-request content reject if { req.body -m sub evil }
 tcp-response inspect-delay 4s
 tcp-response content close if { res.len gt 4 }
 # Nothing else.
 tcp-response content reject unless { payload_lv(0,2,+1) -m found }
 tcp-response content set-tos 16
 balance random(3)
 option allbackups
 http-send-name-header X-Server
 use-server a if { path /a }
 stick-table type binary len 8 size 10 nopurge srvkey addr
 # By cookie.
 stick on req.cook(s) if { path_beg / }
 stick match src table web
 stick store-request req.hdr(a)
 stick store-response res.cook(s)
 use-server "%[req.hdr(a b)]" if { path /a }
 http-request set-var(txn.c,ifnotset,ifgt) int(5)
 fullconn 40
 option log-health-checks
 log-tag app
 option originalto except 10.0.0.0/8 header X-To
 option httpchk
 http-check send meth GET uri /health ver HTTP/1.1 hdr Host "app.test" hdr X-Y "a b"
 http-check expect status 200,300-399
 # First.
 server a 10.0.0.1:80 check weight 0 port 81 addr 10.0.0.2 inter 1s fastinter 2s downinter 3s rise 4 fall 5 minconn 2 maxconn 6 slowstart 30s
 server b [2001:db8::1]:80 id 9 backup disabled non-stick
`,
  'listen db\n bind 127.0.0.1:3306\n stick-table type ip size 10\n stick on src\n server m 127.0.0.1:3307 check\n',
  'defaults\n mode http\nfrontend a\n bind :1\ndefaults\n mode tcp\nfrontend b\n bind :2\n disabled\n',
  'backend b\n mode http\n option forwarded host for\n retry-on none\n server s 1.2.3.4:5\n',
];

for (const [index, text] of texts.entries()) {
  test(`what is exported is read as the same config again (${index + 1})`, () => {
    const first = readText(text);
    assert.deepEqual(
      messages(first).filter((message) => message.startsWith('alert')),
      [],
    );
    const exported = write(first.config);
    const second = readText(exported);
    assert.deepEqual(
      messages(second).filter((message) => message.startsWith('alert')),
      [],
      exported,
    );
    assert.deepEqual(second.config, first.config, exported);
    assert.equal(write(second.config), exported);
  });
}

/** Fields of the model that no test above has been through both ways. */
function untried(
  schema: { properties: object },
  documents: readonly object[],
  exceptions: readonly string[],
): string[] {
  const seen = new Set([...documents.flatMap((document) => Object.keys(document)), ...exceptions]);
  return Object.keys(schema.properties).filter((field) => !seen.has(field));
}

test('every field of the model makes the trip', () => {
  const configs = texts.map((text) => readText(text).config);
  const all = (field: 'defaults' | 'frontends' | 'backends') => configs.flatMap((config) => config[field] ?? []);
  const servers = all('backends').flatMap((backend) => ('servers' in backend ? (backend.servers ?? []) : []));
  const binds = all('frontends').flatMap((frontend) => ('binds' in frontend ? (frontend.binds ?? []) : []));
  const settings = [...all('defaults'), ...all('frontends'), ...all('backends')];
  assert.deepEqual(
    untried(
      globalSchema,
      configs.map(({ global }) => global ?? {}),
      [],
    ),
    [],
  );
  assert.deepEqual(untried(defaultsSchema, settings, []), []);
  assert.deepEqual(untried(frontendSchema, settings, []), []);
  assert.deepEqual(untried(backendSchema, settings, []), []);
  assert.deepEqual(untried(serverSchema, servers, []), []);
  assert.deepEqual(untried(bindSchema, binds, []), []);
});

test('a config made by hand is written in HAProxy words', () => {
  const text = write({
    errorFiles: [{ name: 'sorry', content: 'x' }],
    frontends: [
      {
        name: 'web',
        mode: 'http',
        binds: [{ name: 'b', port: 80 }],
        errorPages: [{ status: 503, errorfile: 'sorry' }],
        httpRequestRules: [{ name: 'ban', description: 'robots', action: 'deny', if: '{ hdr(user-agent) -i "a b" }' }],
        defaultBackend: 'app',
      },
    ],
    backends: [{ name: 'app', mode: 'http', redispatch: true, servers: [{ name: 's', address: '::1', port: 1 }] }],
  });
  assert.equal(
    text,
    `frontend web
    mode http
    bind *:80 name b
    errorfile 503 /etc/sluice/errors/sorry.http
    # robots
    http-request deny if { hdr(user-agent) -i 'a b' }
    default_backend app

backend app
    mode http
    option redispatch
    server s [::1]:1
`,
  );
  assert.ok(readText(text, { '/etc/sluice/errors/sorry.http': sorry }).valid);
});

test('proxies without defaults stand above all defaults, which they would take otherwise', () => {
  const text = write({
    defaults: [{ name: 'd', mode: 'http', httpRequestRules: [{ name: 'r', action: 'deny' }] }],
    frontends: [
      { name: 'taking', from: 'd' },
      { name: 'other', mode: 'http', binds: [{ name: 'b', port: 80 }] },
    ],
    backends: [{ name: 'app', mode: 'http' }],
  });
  assert.deepEqual(text.match(/^\w.*/gm), ['frontend other', 'backend app', 'defaults d', 'frontend taking from d']);
  const { config } = readText(text);
  const proxies = [...(config.frontends ?? []), ...(config.backends ?? [])];
  assert.deepEqual(
    proxies.map(({ name, from }) => [name, from]),
    [
      ['other', undefined],
      ['taking', 'd'],
      ['app', undefined],
    ],
  );
});

test('mode http is written where nothing says which', () => {
  const text = write({
    defaults: [{ name: 'd' }, { name: 'streams', mode: 'tcp' }],
    frontends: [{ name: 'web', binds: [{ name: 'b', port: 80 }] }],
    backends: [
      { name: 'app', from: 'd' },
      { name: 'db', from: 'streams' },
    ],
  });
  const { config } = readText(text);
  const modes = [config.frontends, config.defaults].flatMap((list) =>
    (list ?? []).map(({ name, mode }) => [name, mode]),
  );
  assert.deepEqual(modes, [
    ['web', 'http'],
    ['d', 'http'],
    ['streams', 'tcp'],
  ]);
  assert.deepEqual(
    config.backends?.map(({ name, mode }) => [name, mode]),
    [
      ['app', undefined],
      ['db', undefined],
    ],
  );
});
