/** Real nginx servers for a test: each answers with its own name, and ends with the test. */
import { join } from 'node:path';
import { type Child, startOwned } from '../../lab/child.ts';
import { freePort } from '../../lab/free-port.ts';
import { startNamedNginx } from '../../lab/nginx.ts';

export interface TestServer {
  name: string;
  port: number;
  child: Child;
}

/** Starts a web server of that name on a free port of 127.0.0.1, in a folder below `folder`. */
export async function startTestNginx(stack: AsyncDisposableStack, folder: string, name: string): Promise<TestServer> {
  const port = await freePort();
  const child = await startOwned(stack, () => startNamedNginx(name, join(folder, name), port));
  return { name, port, child };
}
