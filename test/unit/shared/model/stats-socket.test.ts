/** Addresses of stats sockets. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkReferences } from '../../../../shared/model/check-references.ts';
import { emptyConfig } from '../../../../shared/model/empty-config.ts';
import { formatStatsAddress, parseStatsAddress } from '../../../../shared/model/stats-address.ts';
import { snapshotOf } from '../../../support/versions.ts';

test('an address is a path, an IP address with a port, or an inherited descriptor', () => {
  const addresses = {
    '/run/s.sock': 'unix@/run/s.sock',
    'unix@/run/s.sock': 'unix@/run/s.sock',
    '127.0.0.1:9999': 'ipv4@127.0.0.1:9999',
    'ipv4@127.0.0.1:9999': 'ipv4@127.0.0.1:9999',
    '*:9999': 'ipv4@0.0.0.0:9999',
    ':9999': 'ipv4@0.0.0.0:9999',
    'ipv6@[::1]:9999': 'ipv6@[::1]:9999',
    '[::1]:9999': 'ipv6@[::1]:9999',
    'ipv6@:::9999': 'ipv6@[::]:9999',
    'fd@3': 'fd@3',
  };
  for (const [text, expected] of Object.entries(addresses)) {
    const address = parseStatsAddress(text);
    assert.equal('problem' in address ? address.problem : formatStatsAddress(address), expected, text);
  }
});

test('what is no address is refused with the reason', () => {
  for (const text of [
    's.sock',
    'unix@s.sock',
    'fd@',
    'fd@x',
    '127.0.0.1',
    '127.0.0.1:0',
    'host:80',
    'ipv6@127.0.0.1:80',
  ]) {
    assert.ok('problem' in parseStatsAddress(text), text);
  }
  assert.ok('problem' in parseStatsAddress(`/${'x'.repeat(100)}`));
});

test('addresses are checked and each is taken once', () => {
  const statsSockets = [{ address: '/run/s.sock' }, { address: 'nowhere' }, { address: 'unix@/run/s.sock' }];
  const errors = checkReferences({ ...emptyConfig, global: { statsSockets, statsTimeout: '9999d' } });
  assert.deepEqual(errors.map(({ resource, pointer }) => `${resource}${pointer}`).sort(), [
    '/global/statsSockets/1/address',
    '/global/statsSockets/2/address',
    '/global/statsTimeout',
  ]);
});

test('the snapshot has the defaults of HAProxy', () => {
  const { stats } = snapshotOf({ global: { statsSockets: [{ address: '/run/s.sock' }] } });
  const [socket] = stats.sockets;
  assert.deepEqual(stats, { sockets: [socket], timeout: 10_000, maxconn: 10 });
  assert.deepEqual(socket, {
    address: 'unix@/run/s.sock',
    mode: '',
    user: '',
    group: '',
    level: 'operator',
    exposeFdListeners: false,
  });
});
