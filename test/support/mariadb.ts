/** Real MariaDB servers for a test: each with a server id of its own, and ends with the test. */
import { join } from 'node:path';
import { startOwned } from '../../lab/child.ts';
import { freePort } from '../../lab/free-port.ts';
import { installMariadb, startMariadb } from '../../lab/mariadb.ts';
import type { TestServer } from './nginx.ts';

/** Starts one server for each id on free ports of 127.0.0.1, in folders below `folder`; their names are db1, db2, ... */
export async function startTestMariadb(
  stack: AsyncDisposableStack,
  folder: string,
  serverIds: readonly number[],
): Promise<TestServer[]> {
  const template = join(folder, 'mariadb');
  await installMariadb(template);
  return Promise.all(
    serverIds.map(async (serverId, index) => {
      const name = `db${index + 1}`;
      const port = await freePort();
      const options = { name, folder: join(folder, name), port, serverId };
      return { name, port, child: await startOwned(stack, () => startMariadb(template, options)) };
    }),
  );
}
