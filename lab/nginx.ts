/** Starts an nginx from a configuration in a temporary folder, without touching what the system's nginx uses. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Child, startChild } from './child.ts';
import { programPath } from './programs.ts';
import { waitUntil } from './wait-until.ts';

export interface NginxOptions {
  name: string;
  /** An empty or missing folder of its own. */
  folder: string;
  /** The port that tells that it is ready. */
  port: number;
  /** What stands inside `http { }`. */
  http: string;
  /** Default: 1, served by the first process itself. */
  workers?: number;
}

/** A web server that answers every path, and /health, with its own name. */
export function startNamedNginx(name: string, folder: string, port: number): Promise<Child> {
  const http = `
    server {
      listen 127.0.0.1:${port};
      default_type text/plain;
      location / { return 200 "${name}\\n"; }
      location = /health { return 200 "${name} is well\\n"; }
    }`;
  return startNginx({ name, folder, port, http });
}

/** Runs nginx in the foreground; resolves once it answers on its port. */
export async function startNginx(options: NginxOptions): Promise<Child> {
  const { name, folder, port } = options;
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'nginx.conf');
  await writeFile(file, configuration(options));
  const child = await startChild(name, programPath('nginx'), ['-p', folder, '-c', file, '-e', 'stderr']);
  try {
    await waitUntil(`${name} on port ${port}`, async () => (await fetch(`http://127.0.0.1:${port}/`)).status > 0, {
      child,
    });
  } catch (error) {
    await child.stop();
    throw error;
  }
  return child;
}

function configuration({ folder, http, workers = 1 }: NginxOptions): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
  daemon off;
  ${workers === 1 ? 'master_process off;' : `worker_processes ${workers};`}
  pid ${join(folder, 'nginx.pid')};
  error_log stderr warn;
  events { worker_connections 15000; }
  http {
    access_log off;
    ${temporary.map((kind) => `${kind}_temp_path ${join(folder, kind)};`).join('\n    ')}
    ${http}
  }
`;
}
