/** Numbers of proxies, binds and servers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkReferences } from '../../../../shared/model/check-references.ts';
import { emptyConfig } from '../../../../shared/model/empty-config.ts';
import { numberItems, numberProxies } from '../../../../shared/model/ids.ts';

test('numbers that are given stay, others go by position and round them', () => {
  assert.deepEqual(numberItems(2, [{}, {}, { id: 1 }, {}, { id: 4 }, {}]), [2, 3, 1, 5, 4, 7]);
});

test('frontends come before backends; the two sides of a listen section share a number', () => {
  const { frontends, backends } = numberProxies(
    1,
    [{ name: 'web', defaultBackend: 'app' }, { name: 'db', defaultBackend: 'db' }, { name: 'app' }],
    [{ name: 'app' }, { name: 'db' }, { name: 'web', id: 2 }],
  );
  assert.deepEqual([...frontends], [['web', 1], ['db', 3], ['app', 4]]); // biome-ignore format: a table
  assert.deepEqual([...backends], [['app', 5], ['db', 3], ['web', 2]]); // biome-ignore format: a table
});

test('a number that is taken is reported where it is given again', () => {
  const server = (name: string, id: number) => ({ name, id, address: '127.0.0.1', port: 1 });
  const bind = (name: string, id: number, port: number) => ({ name, id, port });
  const errors = checkReferences({
    ...emptyConfig,
    frontends: [{ name: 'web', id: 3, binds: [bind('a', 1, 80), bind('b', 1, 81)] }],
    backends: [
      { name: 'app', id: 3, servers: [server('s1', 9), server('s2', 8), server('s3', 9)] },
      { name: 'other', id: 4, servers: [server('s1', 9)] },
    ],
  });
  assert.deepEqual(
    errors.map(({ resource, pointer, detail }) => `${resource} ${pointer}: ${detail}`),
    [
      '/frontends/web /binds/1/id: 1 is already the id of /binds/0',
      '/backends/app /servers/2/id: 9 is already the id of /servers/0',
      '/backends/app /id: 3 is already the id of /frontends/web',
    ],
  );
});
