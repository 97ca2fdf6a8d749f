/** Lines of rules are read, written and read again; what is wrong with them is told. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { writeHaproxyCfg } from '../../../../shared/haproxy-cfg/write-haproxy-cfg.ts';
import { emptyConfig } from '../../../../shared/model/empty-config.ts';
import { messages, readText, sorry } from './read-text.ts';

const times = 'timeout client 1s\ntimeout connect 1s\ntimeout server 1s\n';
const files = { '/errors/503.http': sorry, '/text': 'from a file' };
const read = (lines: string, section = 'listen a') =>
  readText(`defaults d\nmode http\n${times}${section}\nbind :80\n${lines}\nserver s1 127.0.0.1:1\n`, files);

const good = `tcp-request inspect-delay 3s
tcp-request connection reject if { src 10.0.0.0/8 }
tcp-request session accept
tcp-request content silent-drop unless { path /a }
monitor-uri /mon
monitor fail if { path /x }
capture request header Host len 10
http-request set-header X-A 'a b'
http-request add-header X-A 100%%
http-request del-header X- -m beg if { path /a }
http-request replace-header Cookie '^(a);(b)$' '\\2;\\1'
http-request replace-value X-A one two
http-request replace-path '/a(.*)' '\\1'
http-request set-query a=b
http-request set-timeout tunnel 5s
http-request set-timeout server req.hdr(host),length,mul(1000)
http-request set-var-fmt(txn.a) text
http-request unset-var(txn.a)
http-request set-var(txn.b,ifnotexists,ifgt) int(3)
http-request set-var-fmt(txn.b,ifnotempty) text
http-request strict-mode off
http-request set-log-level silent
http-request early-hint Link '</a>'
http-request return
http-request return status 503 errorfile /errors/503.http
http-request return status 200 content-type text/plain string 'a file' hdr X-B c
http-request deny deny_status 429
http-request deny status 418
http-request deny status 404 default-errorfiles hdr X-A b
http-request tarpit status 429 content-type text/plain lf-string 'slow %%'
http-request redirect location /x code 301 ignore-empty set-cookie A=b
http-request redirect prefix /p drop-query append-slash clear-cookie A=
http-request reject
http-response set-status 418 reason Tea
http-response deny
http-after-response del-header Server
unique-id-format %ci
http-request capture path id 0
use-server s1 if { path /s }
http-send-name-header X-Server`;

suite('lines of rules', () => {
  test('are written as they were read', () => {
    const alerts = (reading: ReturnType<typeof read>) => messages(reading).filter((text) => text.startsWith('alert'));
    const first = read(good);
    assert.deepEqual(alerts(first), []);
    const config = { ...emptyConfig, ...first.config };
    const text = writeHaproxyCfg(config);
    const plain = (written: string) => written.replaceAll("'", '').replaceAll(' -- ', ' ');
    for (const line of good.split('\n')) assert.ok(plain(text).includes(`    ${plain(line)}\n`), `${line}\n${text}`);
    const again = readText(text, files);
    assert.deepEqual(alerts(again), []);
    assert.equal(writeHaproxyCfg({ ...emptyConfig, ...again.config }), text);
  });

  test('bring the content of files along', () => {
    const { config } = read(
      'http-request return content-type text/plain file /text\nhttp-request deny errorfile /errors/503.http',
    );
    const [returns, denies] = config?.frontends?.[0]?.httpRequestRules ?? [];
    assert.deepEqual(returns, { name: 'rule-1', action: 'return', contentType: 'text/plain', string: 'from a file' });
    assert.deepEqual(denies, { name: 'rule-2', action: 'deny', errorfile: '503' });
    assert.deepEqual(
      config?.errorFiles?.map(({ name }) => name),
      ['503'],
    );
  });

  const wrong: [string, RegExp][] = [
    ['http-request set-header X', /set-header' rule : expects exactly 2 arguments/],
    ['http-request normalize-uri path-strip-dot', /action is experimental, must be allowed via a global/],
    ['http-request capture path', /expects <expression> \[ 'len' <length> \| id <idx> \]/],
    ['http-request capture path len 0', /length must be > 0/],
    ['http-request capture path id 3', /unable to find capture id '3' referenced by http-request capture rule/],
    ['http-response capture status len 3', /expects 'id', found 'len'/],
    ['capture cookie a', /expects 'cookie' <cookie_name> 'len' <len>/],
    ['declare capture both len 5', /requires a direction \('request' or 'response'\)/],
    ['http-request set-heder X y', /unknown action 'set-heder'; did you mean 'set-header' maybe/],
    ['http-response set-path /x', /'http-response' : unknown action 'set-path'/],
    ['http-request replace-path ( /x', /regex '\(' is invalid/],
    ['http-request del-header x -m dom', /'-m' expects one of/],
    ['http-request set-var(foo.x) src', /invalid variable name 'foo.x'/],
    ['http-request set-var(txn.x,nope) src', /: unknown condition "nope"\.$/],
    ['http-request unset-var(txn.x,ifset)', /unset-var does not expect parameters after the variable name/],
    ['http-request strict-mode maybe', /Only 'on' and 'off'/],
    ['http-request deny deny_status 418', /status code '418' not handled by default/],
    ['http-request return string x', /a content type must be defined/],
    ['http-request return file /none', /file '\/none' could not be read: no such file/],
    ['http-request set-timeout client 5s', /supports 'server' or 'tunnel'/],
    ['http-response set-status 1000', /between 100 and 999/],
    ['http-request wait-for-body', /wait-for-body' rule : expects time <time> \[ at-least <bytes> \]/],
    ['http-request wait-for-body at-least 5', /expects time <time> \[ at-least <bytes> \]/],
    ['http-request wait-for-body time', /wait-for-body' rule : missing argument for 'time'/],
    ['http-request wait-for-body time x', /wait-for-body' rule : unexpected character 'x'/],
    ['http-request wait-for-body time 1s at-least x', /wait-for-body' rule : unexpected character 'x'/],
    ['http-response wait-for-body at-least 5', /expects time <time> \[ at-least <bytes> \]/],
    ['http-response wait-for-body time x', /wait-for-body' rule : unexpected character 'x'/],
    ['http-after-response wait-for-body time 1s', /unknown action 'wait-for-body'/],
    ['http-request wait-for-body time 1s foo', /'http-request wait-for-body' expects either 'if' or 'unless' .* 'foo'/],
    ['http-request wait-for-handshake x', /'http-request wait-for-handshake' expects either 'if' or 'unless'/],
    ['http-request set-src', /set-src' rule : missing fetch method/],
    ['http-request set-src hdr(x),lover', /unknown converter "lover"; did you mean "lower"/],
    ['tcp-request connection set-var(foo.a) src', /invalid variable name 'foo.a'/],
    ['tcp-request connection set-var(sess.a) req.len', /"req.len" needs what the client has sent/],
    ['tcp-request connection set-log-level debug', /'tcp-request connection' : unknown action 'set-log-level'/],
    ['tcp-request content set-log-level loud', /expects exactly 1 argument \(log level name or 'silent'\)/],
    ['tcp-request content set-tos', /expects exactly 1 argument/],
    ['tcp-request content close', /'tcp-request content' : unknown action 'close'/],
    ['tcp-request connection expect-proxy', /only supports 'layer4' \(got ''\)/],
    ['tcp-request connection expect-proxy layer4', /action 'expect-proxy' is not supported by Sluice/],
    ['tcp-request content capture', /'tcp-request content capture' rule : missing fetch method/],
    ['tcp-request content capture src', /a positive 'len' argument is mandatory/],
    ['tcp-request content capture src id 0', /a positive 'len' argument is mandatory/],
    ['tcp-request content capture src len', /length must be > 0/],
    ['tcp-request content capture src len 0', /length must be > 0/],
    ['tcp-request connection capture src len 9', /unknown action 'capture'/],
    ['tcp-request content switch-mode http', /action 'switch-mode' is not supported by Sluice/],
    ['tcp-request content set-var(txn.a) res.len', /"res.len" needs what the server has sent/],
    ['tcp-response content set-var(txn.a) req.len', /"req.len" needs what the client has sent/],
    ['tcp-response inspect-delay x', /unexpected character 'x' in 'tcp-response inspect-delay'/],
    ['tcp-request content use-service x', /action 'use-service' is not supported by Sluice/],
    ['use-server s1 when x', /expects 'if' or 'unless' after the name/],
    ['monitor fail { path / }', /expects 'if' or 'unless'/],
    [
      'block if { path / }',
      /^alert 8: The 'block' directive is not supported anymore since HAProxy 2\.1\. Use 'http-request deny'/,
    ],
    ['reqirep a b', /The 'reqirep' directive .* 'http-request replace-header' instead\.$/],
    ['monitor-net 10.0.0.0/8', /'http-request return status 200 if \{ src 10\.0\.0\.0\/8 \}'/],
  ];
  for (const [line, expected] of wrong) {
    test(`such as "${line}" are refused`, () => {
      assert.match(messages(read(line)).join('\n'), expected);
    });
  }
  test('for timeouts of servers have no place in a frontend', () => {
    assert.match(
      messages(read('http-request set-timeout server 5s', 'frontend f')).join('\n'),
      /needs a proxy with backend capability/,
    );
  });

  test('of named defaults stay theirs', () => {
    const text = `defaults d
mode http
${times}acl inside src 10.0.0.0/8
http-request deny unless inside
frontend a
bind :80
http-request set-path /x
`;
    const { config, diagnostics } = readText(text);
    assert.deepEqual(diagnostics, []);
    const [defaults] = config.defaults ?? [];
    const [frontend] = config.frontends ?? [];
    assert.deepEqual(
      [defaults?.acls?.map(({ name }) => name), defaults?.httpRequestRules?.map(({ action }) => action)],
      [['inside'], ['deny']],
    );
    assert.deepEqual(
      [frontend?.from, frontend?.acls, frontend?.httpRequestRules?.map(({ action }) => action)],
      ['d', undefined, ['set-path']],
    );
    // Of their ACLs proxies see nothing, and may have others of the same name.
    assert.match(messages(readText(`${text}http-request deny if inside\n`)).join(), /no such ACL : 'inside'/);
    const other = readText(`${text}acl inside path /in\nhttp-request deny if inside\n`);
    assert.deepEqual(messages(other), []);
    assert.match(
      messages(readText(text.replace('defaults d', 'defaults'))).join('\n'),
      /'http-request' not allowed in anonymous 'defaults' section\./,
    );
  });
});
