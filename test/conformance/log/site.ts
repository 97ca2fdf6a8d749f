/** One site, as a haproxy.cfg and as a config of Sluice, whose frontends log in all the ways that are compared. */
import { type AddressInfo, createServer } from 'node:net';
import type { TestContext } from 'node:test';
import type { ConfigDocument } from '../../../shared/model/config.ts';

/** A frontend: what it says in HAProxy's words and in Sluice's. */
interface FrontendPair {
  readonly mode: 'http' | 'tcp';
  readonly backend: string;
  readonly words: readonly string[];
  readonly fields: object;
}

/** Every variable whose value does not depend on when and where it is written. */
const stableVariables =
  'CC=%CC CS=%CS HM=%HM HP=%HP HPO=%HPO HQ=%HQ HU=%HU HV=%HV ID=%ID ST=%ST Th=%Th ac=%ac b=%b bc=%bc bi=%bi bq=%bq ci=%ci f=%f fc=%fc fi=%fi ft=%ft hr=%hr hrl=%hrl hs=%hs hsl=%hsl lc=%lc r=%r rc=%rc s=%s sc=%sc si=%si sq=%sq sslc=%sslc sslv=%sslv ts=%ts tsc=%tsc  end';

const http = (backend: string, words: string[] = [], fields: object = {}): FrontendPair => ({
  mode: 'http',
  backend,
  words,
  fields,
});
const tcp = (backend: string, words: string[] = [], fields: object = {}): FrontendPair => ({
  mode: 'tcp',
  backend,
  words: ['option tcplog', ...words],
  fields: { logFormat: 'tcplog', ...fields },
});

const frontends = {
  web: http(
    'app',
    ['http-request deny if { path_beg /deny }', 'http-request redirect location /x if { path_beg /redir }'],
    {
      httpRequestRules: [
        { name: 'deny', action: 'deny', if: '{ path_beg /deny }' },
        { name: 'redirect', action: 'redirect', location: '/x', if: '{ path_beg /redir }' },
      ],
    },
  ),
  nowhere: http(''),
  dead: http('dead'),
  redispatch: http('redispatch', ['option log-separate-errors'], { logSeparateErrors: true }),
  empty: http('empty'),
  queue: http('queue'),
  null: http('app', ['option dontlognull'], { dontlognull: true }),
  probes: http('app', ['option http-ignore-probes'], { httpIgnoreProbes: true }),
  errors: http('app', ['option log-separate-errors', 'http-request deny if { path_beg /deny }'], {
    logSeparateErrors: true,
    httpRequestRules: [{ name: 'deny', action: 'deny', if: '{ path_beg /deny }' }],
  }),
  anomalies: http('app', ['option dontlog-normal'], { dontlogNormal: true }),
  asap: http('app', ['option logasap'], { logasap: true }),
  ownerror: http('app', ['error-log-format "ownerror failed %ci %ST %ts %B"'], {
    errorLogFormat: 'ownerror failed %ci %ST %ts %B',
  }),
  clf: http('app', ['option httplog clf'], { logFormat: 'clf' }),
  httpslog: http('app', ['option httpslog'], { logFormat: 'httpslog' }),
  variables: http('app', [`log-format "${stableVariables}"`], { logFormat: stableVariables }),
  quoted: http('app', [`log-format "%{+Q,+X,+E}o ${stableVariables}"`], {
    logFormat: `%{+Q,+X,+E}o ${stableVariables}`,
  }),
  tcp: tcp('tcpapp'),
  tcppatient: tcp('tcpapp', ['timeout client 5s'], { timeouts: { client: '5s' } }),
  tcpdead: tcp('tcpdead'),
  tcpempty: tcp('tcpempty'),
  tcpqueue: tcp('tcpqueue'),
  tcpnull: tcp('tcpapp', ['option dontlognull'], { dontlognull: true }),
  tcpasap: tcp('tcpapp', ['option logasap'], { logasap: true }),
} satisfies Record<string, FrontendPair>;

export type FrontendName = keyof typeof frontends | 'plain' | 'plaintcp' | 'frames';
export type Ports = Readonly<Record<FrontendName, number>>;

const frames = ['rfc3164', 'rfc5424', 'local', 'raw', 'short', 'timed', 'iso', 'priority'] as const;

export async function choosePorts(): Promise<Ports> {
  const names = [...Object.keys(frontends), 'plain', 'plaintcp', 'frames'];
  // Held all at the same time, so that no two are the same.
  const held = await Promise.all(
    names.map(async (name) => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return { name, server, port: (server.address() as AddressInfo).port };
    }),
  );
  await Promise.all(held.map(({ server }) => new Promise((resolve) => server.close(resolve))));
  return Object.fromEntries(held.map(({ name, port }) => [name, port])) as Ports;
}

interface Places {
  readonly ports: Ports;
  /** Where the origin server listens, and a port on which nothing does. */
  readonly origin: number;
  readonly closed: number;
  /** Where logs go. */
  readonly log: number;
}

export function haproxyConfig({ ports, origin, closed, log }: Places): string {
  const defaults = `  log global
  timeout connect 300ms
  timeout client 400ms
  timeout server 450ms
  timeout http-request 300ms
  timeout http-keep-alive 300ms
  timeout queue 300ms
  retries 1`;
  const frontend = ([name, { mode, backend, words }]: [string, FrontendPair]) =>
    [
      `frontend ${name}`,
      `  mode ${mode}`,
      `  bind 127.0.0.1:${ports[name as FrontendName]}`,
      ...words.map((line) => `  ${line}`),
      backend === '' ? '' : `  default_backend ${backend}`,
    ].join('\n');
  return `global
  log 127.0.0.1:${log} local0
defaults
  mode http
  option httplog
${defaults}
${Object.entries<FrontendPair>(frontends).map(frontend).join('\n')}
frontend frames
  bind 127.0.0.1:${ports.frames}
  no log
  log-format "%HU %ST of some length, so that it can be cut off where there is no more room for it"
  log-tag mine
${frames.map((format) => `  log 127.0.0.1:${log} format ${format} local1`).join('\n')}
  log 127.0.0.1:${log} len 80 local2
  log 127.0.0.1:${log} len 80 format raw local2
  log 127.0.0.1:${log} local3 notice
  log 127.0.0.1:${log} local4 debug warning
  log 127.0.0.1:${log} sample 2:2 local5
  default_backend app
backend app
  server s1 127.0.0.1:${origin}
backend dead
  server s1 127.0.0.1:${closed}
backend redispatch
  option redispatch
  server s1 127.0.0.1:${closed}
  server s2 127.0.0.1:${origin}
backend empty
backend queue
  server s1 127.0.0.1:${origin} maxconn 1
backend tcpapp
  mode tcp
  server s1 127.0.0.1:${origin}
backend tcpdead
  mode tcp
  server s1 127.0.0.1:${closed}
backend tcpempty
  mode tcp
backend tcpqueue
  mode tcp
  server s1 127.0.0.1:${origin} maxconn 1
defaults
  mode http
${defaults}
frontend plain
  bind 127.0.0.1:${ports.plain}
  default_backend app
frontend plaintcp
  mode tcp
  bind 127.0.0.1:${ports.plaintcp}
  default_backend tcpapp
`;
}

export function sluiceConfig({ ports, origin, closed, log }: Places): ConfigDocument {
  const address = `127.0.0.1:${log}`;
  const server = (name: string, port: number, more: object = {}) => ({ name, address: '127.0.0.1', port, ...more });
  const listen = (name: FrontendName) => ({ name, binds: [{ name: 'b', address: '127.0.0.1', port: ports[name] }] });
  return {
    global: { logs: [{ address }] },
    defaults: [
      {
        name: 'all',
        logs: [{ address: 'global' }],
        retries: 1,
        retryOn: ['conn-failure'],
        timeouts: {
          connect: '300ms',
          client: '400ms',
          server: '450ms',
          httpRequest: '300ms',
          httpKeepAlive: '300ms',
          queue: '300ms',
        },
      },
    ],
    frontends: [
      ...Object.entries<FrontendPair>(frontends).map(([name, { mode, backend, fields }]) => ({
        ...listen(name as FrontendName),
        from: 'all',
        mode,
        logFormat: 'httplog',
        ...(backend === '' ? {} : { defaultBackend: backend }),
        ...fields,
      })),
      {
        ...listen('frames'),
        from: 'all',
        logTag: 'mine',
        logFormat: '%HU %ST of some length, so that it can be cut off where there is no more room for it',
        logs: [
          ...frames.map((format) => ({ address, format, facility: 'local1' as const })),
          { address, length: 80, facility: 'local2' },
          { address, length: 80, format: 'raw', facility: 'local2' },
          { address, facility: 'local3', level: 'notice' },
          { address, facility: 'local4', minLevel: 'warning' },
          { address, facility: 'local5', sample: { ranges: '2', size: 2 } },
        ],
        defaultBackend: 'app',
      },
      { ...listen('plain'), from: 'all', defaultBackend: 'app' },
      { ...listen('plaintcp'), from: 'all', mode: 'tcp', defaultBackend: 'tcpapp' },
    ],
    backends: [
      { name: 'app', from: 'all', servers: [server('s1', origin)] },
      { name: 'dead', from: 'all', servers: [server('s1', closed)] },
      { name: 'redispatch', from: 'all', redispatch: true, servers: [server('s1', closed), server('s2', origin)] },
      { name: 'empty', from: 'all' },
      { name: 'queue', from: 'all', servers: [server('s1', origin, { maxconn: 1 })] },
      { name: 'tcpapp', from: 'all', mode: 'tcp', servers: [server('s1', origin)] },
      { name: 'tcpdead', from: 'all', mode: 'tcp', servers: [server('s1', closed)] },
      { name: 'tcpempty', from: 'all', mode: 'tcp' },
      { name: 'tcpqueue', from: 'all', mode: 'tcp', servers: [server('s1', origin, { maxconn: 1 })] },
    ],
  };
}

/** What tests need of the one who runs them to clean up. */
export type Owner = Pick<TestContext, 'after'>;
