/** What is wrong with a config although every part fits its schema. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkReferences } from '../../../../shared/model/check-references.ts';
import type { Config, ConfigDocument } from '../../../../shared/model/config.ts';
import { emptyConfig } from '../../../../shared/model/empty-config.ts';
import { referencesToBackend, referencesToDefaults } from '../../../../shared/model/references.ts';

const config = (document: ConfigDocument): Config => ({ ...emptyConfig, ...document });

/** Each error as "resource#pointer: detail". */
function problems(document: ConfigDocument): string[] {
  return checkReferences(config(document)).map(({ resource, pointer, detail }) => `${resource}#${pointer}: ${detail}`);
}

const app = { name: 'app', servers: [{ name: 's1', address: '127.0.0.1', port: 80 }] };

test('a config that can be carried out has no problems', () => {
  const found = problems({
    defaults: [{ name: 'base', timeouts: { client: '5s', server: '5s' } }],
    frontends: [
      {
        name: 'web',
        from: 'base',
        binds: [{ name: 'b', address: '::', port: 80 }],
        acls: [{ name: 'local', criterion: 'src', values: ['127.0.0.0/8'] }],
        httpRequestRules: [{ name: 'no', action: 'deny', unless: 'local or { path /open }' }],
        defaultBackend: 'app',
        forwardfor: { except: '10.0.0.0/8' },
      },
    ],
    backends: [app],
  });
  assert.deepEqual(found, []);
});

test('each problem is told with its resource and its field', () => {
  const cases: [ConfigDocument, RegExp][] = [
    [
      { frontends: [{ name: 'web', defaultBackend: 'ap' }], backends: [app] },
      /^\/frontends\/web#\/defaultBackend: there is no backend "ap"; did you mean "app"\?$/,
    ],
    [
      { frontends: [{ name: 'web', backendSwitchingRules: [{ name: 'r', backend: 'x' }] }] },
      /^\/frontends\/web#\/backendSwitchingRules\/0\/backend: there is no backend "x"/,
    ],
    [
      { frontends: [{ name: 'web', mode: 'tcp', defaultBackend: 'app' }], backends: [app] },
      /#\/defaultBackend: backend "app" is in mode http, this frontend in mode tcp$/,
    ],
    [{ frontends: [{ name: 'web', from: 'base' }] }, /^\/frontends\/web#\/from: there are no defaults "base"/],
    [{ backends: [{ name: 'app', from: 'base' }] }, /^\/backends\/app#\/from: /],
    [{ backends: [app, app] }, /^#\/backends\/1\/name: "app" is already the name of \/backends\/0$/],
    [{ backends: [{ ...app, servers: [...app.servers, ...app.servers] }] }, /^\/backends\/app#\/servers\/1\/name: /],
    [
      { frontends: [{ name: 'web', binds: [{ name: 'b', address: 'example', port: 1 }] }] },
      /#\/binds\/0\/address: "example" is no IP address/,
    ],
    [
      {
        frontends: [
          { name: 'a', binds: [{ name: 'b', port: 1 }] },
          { name: 'z', binds: [{ name: 'b', address: '0.0.0.0', port: 1 }] },
        ],
      },
      /^\/frontends\/z#\/binds\/0: 0\.0\.0\.0:1 is already taken by \/frontends\/a\/binds\/b$/,
    ],
    [
      { frontends: [{ name: 'web', mode: 'tcp', httpRequestRules: [{ name: 'r', action: 'deny' }] }] },
      /#\/httpRequestRules\/0: http-request rules need mode http$/,
    ],
    [
      { frontends: [{ name: 'web', mode: 'tcp', acls: [{ name: 'a', criterion: 'req.body_len', values: ['1'] }] }] },
      /#\/acls\/0\/criterion: "req.body_len" needs mode http$/,
    ],
    [
      { frontends: [{ name: 'web', acls: [{ name: 'a', criterion: 'pth', values: ['/'] }] }] },
      /#\/acls\/0\/criterion: unknown criterion "pth"; did you mean "path"\?$/,
    ],
    [
      { frontends: [{ name: 'web', acls: [{ name: 'a', criterion: 'src', values: ['10.0.0.1', 'x'] }] }] },
      /#\/acls\/0\/values\/1: "x" is no IP address/,
    ],
    [
      {
        frontends: [
          {
            name: 'web',
            httpRequestRules: [{ name: 'r', action: 'deny', if: 'a !lcal' }],
            acls: [
              { name: 'local', criterion: 'src', values: ['::1'] },
              { name: 'a', criterion: 'path', values: ['/'] },
            ],
          },
        ],
      },
      /#\/httpRequestRules\/0\/if: column 3: there is no ACL "lcal"; did you mean "local"\?$/,
    ],
    [
      {
        frontends: [
          {
            name: 'web',
            httpRequestRules: [{ name: 'r', action: 'deny', if: '{ path,when(acl,lcal) /a }' }],
            acls: [{ name: 'local', criterion: 'src', values: ['::1'] }],
          },
        ],
      },
      /#\/httpRequestRules\/0\/if: column 1: "when": there is no ACL "lcal"; did you mean "local"\?$/,
    ],
    [
      { frontends: [{ name: 'web', httpRequestRules: [{ name: 'r', action: 'deny', if: '{ path' }] }] },
      /#\/httpRequestRules\/0\/if: column 1: "\{" is not closed/,
    ],
    [
      {
        frontends: [
          { name: 'web', httpRequestRules: [{ name: 'r', action: 'deny', if: '{ path / }', unless: '{ path /a }' }] },
        ],
      },
      /#\/httpRequestRules\/0\/unless: a rule has either "if" or "unless", not both$/,
    ],
    [
      {
        backends: [{ name: 'app', httpRequestRules: [{ name: 'r', action: 'redirect', location: '/', prefix: '/' }] }],
      },
      /#\/httpRequestRules\/0: a redirect needs exactly one of/,
    ],
    [{ frontends: [{ name: 'web', forwardfor: { except: 'x' } }] }, /#\/forwardfor\/except: "x" is no IP network/],
    [
      { backends: [{ name: 'app', timeouts: { server: '30d' } }] },
      /#\/timeouts\/server: is longer than the longest duration/,
    ],
    [{ backends: [{ name: 'app', defaultServer: { inter: '30d' } }] }, /#\/defaultServer\/inter: is longer/],
  ];
  for (const [document, expected] of cases) {
    const found = problems(document);
    assert.equal(found.length, 1, `${expected}: ${found.join('; ')}`);
    assert.match(found[0] ?? '', expected);
  }
});

test('knows who refers to a backend and to defaults', () => {
  const whole = config({
    defaults: [{ name: 'base' }],
    frontends: [
      { name: 'a', defaultBackend: 'app' },
      { name: 'b', from: 'base', backendSwitchingRules: [{ name: 'r', backend: 'app' }] },
    ],
    backends: [{ ...app, from: 'base' }],
  });
  assert.deepEqual(referencesToBackend(whole, 'app'), ['/frontends/a', '/frontends/b/backend-switching-rules/r']);
  assert.deepEqual(referencesToDefaults(whole, 'base'), ['/frontends/b', '/backends/app']);
});

test('draws are of balance "random" alone', () => {
  assert.deepEqual(problems({ backends: [{ name: 'app', balance: { algorithm: 'first', draws: 3 } }] }), [
    '/backends/app#/balance/draws: only "random" draws servers, not "first"',
  ]);
});

test('defaults with rules are taken by frontends alone or by backends alone', () => {
  const rule = { name: 'r', action: 'deny' as const };
  const binds = [{ name: 'b', port: 80 }];
  assert.deepEqual(
    problems({
      defaults: [{ name: 'd', httpRequestRules: [rule] }],
      frontends: [{ name: 'web', from: 'd', binds }],
      backends: [{ ...app, from: 'd' }],
    }),
    ['/backends/app#/from: defaults "d" have rules and are taken by frontend "web": no backend can take them too'],
  );
  assert.deepEqual(
    problems({
      defaults: [{ name: 'd', tcpRequestRules: [{ name: 'r', type: 'session', action: 'reject' }] }],
      backends: [{ ...app, from: 'd' }],
    }),
    [
      '/backends/app#/from: defaults "d" have tcp-request rules of type "connection" or "session", which only frontends take',
    ],
  );
  assert.deepEqual(
    problems({
      defaults: [{ name: 'd', tcpResponseRules: [{ name: 'r', action: 'accept' }] }],
      frontends: [{ name: 'web', from: 'd', binds }],
    }),
    ['/frontends/web#/from: defaults "d" have tcp-response rules, which only backends take'],
  );
});

test('rules of defaults are checked as those see them who take the defaults', () => {
  const defaults = {
    name: 'd',
    acls: [{ name: 'a', criterion: 'path', values: ['/'] }],
    requestCaptures: [{ length: 5 }],
    httpRequestRules: [
      { name: 'r', action: 'deny' as const, if: 'a or b' },
      { name: 'c', action: 'capture' as const, expression: 'path', slot: 0 },
      { name: 'e', action: 'capture' as const, expression: 'path', slot: 1 },
      { name: 't', action: 'track-sc0' as const, key: 'src' },
    ],
  };
  const binds = (port: number) => [{ name: 'b', port }];
  const two = [0, 1, 2].map((slot) => ({ name: `r${slot}`, action: 'capture' as const, expression: 'path', slot }));
  const missing = '/defaults/d#/httpRequestRules/0/if: column 6: there is no ACL "b"; did you mean "a"?';
  const table =
    '/defaults/d#/httpRequestRules/3/key: "defaults d" has no stick table of its own; say which one is meant';
  assert.deepEqual(problems({ defaults: [defaults] }), [missing, table]);
  assert.deepEqual(
    problems({
      defaults: [defaults],
      frontends: [
        { name: 'one', from: 'd', binds: binds(1), stickTable: { type: 'ip', size: 10 } },
        { name: 'two', from: 'd', binds: binds(2), requestCaptures: [{ length: 5 }], httpRequestRules: two },
        { name: 'tcp', from: 'd', mode: 'tcp', binds: binds(3), httpRequestRules: [] },
        { name: 'own', binds: binds(4), httpRequestRules: [{ name: 'r', action: 'deny', if: 'a' }] },
      ],
    }),
    [
      '/frontends/two#/httpRequestRules/2/slot: there is no slot 2 for captures: requestCaptures has 2',
      '/frontends/own#/httpRequestRules/0/if: column 1: there is no ACL "a"',
      missing,
      '/defaults/d#/httpRequestRules/2/slot: there is no slot 1 for captures: requestCaptures has 1',
      table,
    ],
  );
});

test('rules of defaults fill the slots of the defaults in order, and only frontends take these', () => {
  const capture = (slot: number) => ({ name: `r${slot}`, action: 'capture' as const, expression: 'path', slot });
  const requestCaptures = [{ length: 5 }, { length: 6 }];
  const of = (...slots: number[]) => [{ name: 'd', requestCaptures, httpRequestRules: slots.map(capture) }];
  assert.deepEqual(problems({ defaults: of(0, 1) }), []);
  assert.deepEqual(problems({ defaults: of(0) }), [
    '/defaults/d#/requestCaptures/1: no http-request or tcp-request rule of these defaults fills this slot',
  ]);
  assert.deepEqual(problems({ defaults: of(1, 0) }), [
    '/defaults/d#/httpRequestRules/0/slot: rules of defaults fill their slots in order: slot 0 comes first',
  ]);
  assert.deepEqual(problems({ defaults: of(0, 1), backends: [{ ...app, from: 'd' }] }), [
    '/backends/app#/from: defaults "d" have requestCaptures, which only frontends take',
  ]);
});

test('tcp-request rules fill slots of their own in order, without header fields', () => {
  const capture = (slot: number, index: number) => ({
    name: `r${index}`,
    type: 'content' as const,
    action: 'capture' as const,
    expression: 'src',
    slot,
  });
  const requestCaptures = [{ length: 5 }, { length: 6, header: 'Host' }, { length: 7 }];
  const slots = (...numbers: number[]) =>
    problems({ frontends: [{ name: 'web', requestCaptures, tcpRequestRules: numbers.map(capture) }] });
  assert.deepEqual(slots(0, 2), []);
  assert.deepEqual(slots(2, 0), [
    '/frontends/web#/tcpRequestRules/1/slot: tcp-request rules fill slots of their own, in order: here slot 3 or a later one',
  ]);
  assert.deepEqual(slots(1), ['/frontends/web#/tcpRequestRules/0/slot: slot 1 is that of the header field "Host"']);
  assert.deepEqual(slots(3), [
    '/frontends/web#/tcpRequestRules/0/slot: there is no slot 3 for captures: requestCaptures has 3',
  ]);
  assert.deepEqual(problems({ backends: [{ ...app, tcpRequestRules: [capture(0, 0)] }] }), [
    '/backends/app#/tcpRequestRules/0/action: a backend has no slots for captures',
  ]);
  const defaults = [{ name: 'd', requestCaptures: [{ length: 5 }], tcpRequestRules: [capture(0, 0)] }];
  assert.deepEqual(problems({ defaults }), []);
  const frontends = [{ name: 'web', from: 'd', requestCaptures, tcpRequestRules: [capture(0, 0)] }];
  assert.deepEqual(problems({ defaults, frontends }), [
    '/frontends/web#/tcpRequestRules/0/slot: tcp-request rules fill slots of their own, in order: here slot 1 or a later one',
  ]);
});

test('a delay of defaults counts for all that take them', () => {
  const defaults = [{ name: 'd', inspectDelay: '1s', responseInspectDelay: '1s' }];
  assert.deepEqual(
    problems({
      defaults,
      frontends: [{ name: 'web', from: 'd', inspectDelay: '2s' }],
      backends: [
        { ...app, from: 'd', responseInspectDelay: '2s' },
        { name: 'other', inspectDelay: '2s' },
      ],
    }),
    [
      '/frontends/web#/inspectDelay: defaults "d" have one already, which counts',
      '/backends/app#/responseInspectDelay: defaults "d" have one already, which counts',
    ],
  );
});
