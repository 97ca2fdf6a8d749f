/** nginx as a reverse proxy with kept-alive connections to its servers. */
import { type Child, startOwned } from '../../lab/child.ts';
import { startNginx } from '../../lab/nginx.ts';
import { findProgram } from '../../lab/programs.ts';
import type { ProxyOptions, ProxyProgram } from './proxy-program.ts';

export const nginxProxy: ProxyProgram = {
  name: 'nginx',
  missing: () => (findProgram('nginx') === undefined ? 'the program nginx is not installed' : undefined),
  start: startNginxProxy,
};

function startNginxProxy(stack: AsyncDisposableStack, options: ProxyOptions): Promise<Child> {
  const { origin, folder, port, workers } = options;
  const servers = origin.ports.map((server) => `server 127.0.0.1:${server};`).join(' ');
  const http = `
    keepalive_timeout 300s;
    keepalive_requests 1000000000;
    client_max_body_size 0;
    upstream app { ${servers} keepalive 256; keepalive_requests 1000000000; }
    upstream upload { server 127.0.0.1:${origin.uploadPort}; keepalive 16; }
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_request_buffering off;
    proxy_max_temp_file_size 0;
    server {
      listen 127.0.0.1:${port} backlog=4096;
      location / { proxy_pass http://app; }
      location /upload { proxy_pass http://upload; }
    }`;
  return startOwned(stack, () => startNginx({ name: 'nginx as proxy', folder, port, http, workers }));
}
