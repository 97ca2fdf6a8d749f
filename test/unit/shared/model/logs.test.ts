/** What configs say of logs: where they go, what stands in them, and what is wrong with them. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { checkReferences } from '../../../../shared/model/check-references.ts';
import type { ConfigDocument } from '../../../../shared/model/config.ts';
import { emptyConfig } from '../../../../shared/model/empty-config.ts';
import { parseLogAddress } from '../../../../shared/model/log-address.ts';
import type { LogTarget } from '../../../../shared/model/log-target.ts';
import { snapshotOf } from '../../../support/versions.ts';

const udp = (host: string, port = 514, family = 4) => ({ kind: 'udp', host, port, family });

suite('addresses of logs', () => {
  test('are read in all of their forms', () => {
    assert.deepEqual(parseLogAddress('127.0.0.1:5140'), udp('127.0.0.1', 5140));
    assert.deepEqual(parseLogAddress('127.0.0.1'), udp('127.0.0.1'));
    assert.deepEqual(parseLogAddress('ipv4@127.0.0.1:1'), udp('127.0.0.1', 1));
    assert.deepEqual(parseLogAddress('[::1]:5140'), udp('::1', 5140, 6));
    assert.deepEqual(parseLogAddress('ipv6@[2001:db8::1]'), udp('2001:db8::1', 514, 6));
    assert.deepEqual(parseLogAddress('/dev/log'), { kind: 'unix', path: '/dev/log' });
    assert.deepEqual(parseLogAddress('unix@/dev/log'), { kind: 'unix', path: '/dev/log' });
    assert.deepEqual(parseLogAddress('stdout'), { kind: 'fd', fd: 1 });
    assert.deepEqual(parseLogAddress('stderr'), { kind: 'fd', fd: 2 });
    assert.deepEqual(parseLogAddress('fd@1'), { kind: 'fd', fd: 1 });
    assert.deepEqual(parseLogAddress('global'), { kind: 'global' });
  });

  test('tell what is wrong with them', () => {
    const problem = (text: string) => {
      const address = parseLogAddress(text);
      return 'problem' in address ? address.problem : 'none';
    };
    assert.match(problem('syslog.example:514'), /names are not looked up/);
    assert.match(problem('::1'), /write "\[::1\]"/);
    assert.match(problem('127.0.0.1:70000'), /70000 is no port/);
    assert.match(problem('ipv6@127.0.0.1'), /is no IPv6 address/);
    assert.match(problem('tcp@127.0.0.1:514'), /use UDP, stdout or stderr/);
    assert.match(problem('udq@127.0.0.1'), /is no kind of address/);
    assert.match(problem('fd@x'), /names no descriptor/);
  });
});

/** Each error as "resource#pointer: detail". */
function problems(document: ConfigDocument): string[] {
  return checkReferences({ ...emptyConfig, ...document }).map(
    ({ resource, pointer, detail }) => `${resource}#${pointer}: ${detail}`,
  );
}

suite('what is wrong with logs', () => {
  test('is told with its resource and its field', () => {
    const logs = (...targets: LogTarget[]) => ({ frontends: [{ name: 'web', logs: targets }] });
    const cases: [ConfigDocument, RegExp][] = [
      [logs({ address: 'nowhere' }), /^\/frontends\/web#\/logs\/0\/address: "nowhere" is no IP address/],
      [logs({ address: 'global', length: 80 }), /#\/logs\/0: "global" takes everything from global/],
      [{ global: { logs: [{ address: 'global' }] } }, /^\/global#\/logs\/0\/address: "global" cannot stand/],
      [logs({ address: '127.0.0.1', sample: { ranges: '3-2', size: 4 } }), /\/sample\/ranges: the range 3-2/],
      [logs({ address: '127.0.0.1', sample: { ranges: '1,5', size: 4 } }), /\/sample\/ranges: 5 is beyond/],
      [{ defaults: [{ name: 'd', logFormat: '%cip' }] }, /^\/defaults\/d#\/logFormat: column 1: there is no variable/],
      [{ frontends: [{ name: 'web', logFormat: 'httplg' }] }, /is no log format .*; did you mean "httplog"\?$/],
      [{ frontends: [{ name: 'web', errorLogFormat: '%zz' }] }, /#\/errorLogFormat: column 1/],
      [{ frontends: [{ name: 't', mode: 'tcp', logFormat: 'httplog' }] }, /"httplog" needs mode http; use "tcplog"$/],
      [
        { frontends: [{ name: 't', mode: 'tcp', logFormat: '%b %r' }] },
        /#\/logFormat: column 4: "%r" needs mode http$/,
      ],
      [
        {
          defaults: [{ name: 'd', mode: 'tcp', logFormat: '%HM' }],
          frontends: [{ name: 't', from: 'd' }],
        },
        /^\/frontends\/t#\/logFormat: from its defaults: column 1: "%HM" needs mode http$/,
      ],
    ];
    for (const [document, expected] of cases) {
      const found = problems(document);
      assert.equal(found.length, 1, JSON.stringify(found));
      assert.match(found[0] ?? '', expected);
    }
  });

  test('is nothing where all is in order', () => {
    const document: ConfigDocument = {
      global: { logs: [{ address: '127.0.0.1', sample: { ranges: '1,3-5', size: 5 } }] },
      defaults: [{ name: 'd', logs: [{ address: 'global' }], logFormat: 'httplog', errorLogFormat: '%ci %ts' }],
      frontends: [
        { name: 't', mode: 'tcp', from: 'd' },
        { name: 'h', from: 'd', logFormat: '%{+Q}r %ST' },
      ],
    };
    assert.deepEqual(problems(document), []);
  });
});

suite('logs of a snapshot', () => {
  const address = '127.0.0.1:514';

  test('have defaults filled in, and "global" put in place', () => {
    const { frontends, backends } = snapshotOf({
      global: { logs: [{ address }, { address: 'stdout', format: 'raw', level: 'notice' }], logTag: 'lb' },
      defaults: [{ name: 'd', logs: [{ address: 'global' }], logFormat: 'httplog', dontlognull: true }],
      frontends: [{ name: 'web', from: 'd' }],
      backends: [{ name: 'app', from: 'd', logTag: 'app' }],
    });
    const target = {
      address,
      length: 1_024,
      format: 'local',
      facility: 'local0',
      level: 'debug',
      minLevel: 'emerg',
      sample: null,
    };
    const log = frontends[0]?.log;
    assert.deepEqual(log?.targets, [target, { ...target, address: 'stdout', format: 'raw', level: 'notice' }]);
    assert.deepEqual([log?.tag, log?.hostname, log?.dontlognull, log?.asap], ['lb', null, true, false]);
    assert.match(log?.format ?? '', /^%ci:%cp \[%tr\] .* %\{\+Q\}r$/);
    assert.equal(log?.errorFormat, log?.format);
    assert.deepEqual([backends[0]?.log?.tag, backends[0]?.log?.targets.length], ['app', 2]);
  });

  test('are none where no target is, or the list is empty', () => {
    const { frontends, backends } = snapshotOf({
      defaults: [{ name: 'd', logs: [{ address }] }],
      frontends: [
        { name: 'silent', from: 'd', logs: [] },
        { name: 'untold' },
        { name: 'empty', logs: [{ address: 'global' }] },
      ],
      backends: [{ name: 'app' }],
    });
    assert.deepEqual(
      [...frontends, ...backends].map(({ log }) => log),
      [null, null, null, null],
    );
  });

  test('name the host where that is wanted, and are then of format rfc3164', () => {
    const { frontends } = snapshotOf({
      global: { logSendHostname: 'lb1' },
      frontends: [{ name: 'web', logs: [{ address }] }],
    });
    assert.deepEqual([frontends[0]?.log?.hostname, frontends[0]?.log?.targets[0]?.format], ['lb1', 'rfc3164']);
  });

  test('of mode tcp take tcplog where defaults name a format of HTTP', () => {
    const { frontends } = snapshotOf({
      defaults: [{ name: 'd', logs: [{ address }], logFormat: 'httplog' }],
      frontends: [{ name: 'db', from: 'd', mode: 'tcp' }],
    });
    assert.match(frontends[0]?.log?.format ?? '', /%Tw\/%Tc\/%Tt/);
  });
});
