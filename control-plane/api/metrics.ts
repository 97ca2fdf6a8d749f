/** /metrics: Prometheus text with the metric names of HAProxy's own exporter, one series a node, and some of Sluice. */
import { Type } from 'typebox';
import type { Counters } from '../../shared/protocol/counters.ts';
import type { ServerHealth } from '../../shared/protocol/messages.ts';
import type { App, Context } from './context.ts';
import { operation } from './operation.ts';

type Labels = Readonly<Record<string, string>>;
type Level = 'frontend' | 'backend' | 'server';

interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly levels: readonly Level[];
  read(counters: Counters): number;
}

const all: readonly Level[] = ['frontend', 'backend', 'server'];
const behind: readonly Level[] = ['backend', 'server'];
const counter = (name: string, help: string, levels: readonly Level[], read: Metric['read']): Metric => ({
  name,
  type: 'counter',
  help,
  levels,
  read,
});
const gauge = (name: string, help: string, levels: readonly Level[], read: Metric['read']): Metric => ({
  ...counter(name, help, levels, read),
  type: 'gauge',
});

/** Names of HAProxy 2.6 (addons/promex), after "haproxy_frontend_", "haproxy_backend_" or "haproxy_server_". */
const metrics: readonly Metric[] = [
  gauge('current_sessions', 'Sessions at this moment.', all, ({ current }) => current.sessions),
  gauge('max_sessions', 'Most sessions at one time.', all, ({ max }) => max.sessions),
  gauge('current_session_rate', 'Sessions over the last second.', all, ({ rates }) => rates.sessions),
  gauge('http_requests_rate_current', 'Requests over the last second.', ['frontend'], ({ rates }) => rates.requests),
  gauge('current_queue', 'Requests that wait for a server.', ['backend'], ({ current }) => current.queued),
  gauge('max_queue', 'Most requests that waited at one time.', ['backend'], ({ max }) => max.queued),
  gauge(
    'idle_connections_current',
    'Idle connections to the server.',
    ['server'],
    ({ current }) => current.idleConnections,
  ),
  counter('sessions_total', 'Sessions.', all, ({ total }) => total.sessions),
  counter('connections_total', 'Connections.', ['frontend'], ({ total }) => total.connections),
  counter('bytes_in_total', 'Bytes from clients.', all, ({ total }) => total.bytesIn),
  counter('bytes_out_total', 'Bytes to clients.', all, ({ total }) => total.bytesOut),
  counter('http_requests_total', 'HTTP requests.', ['frontend', 'backend'], ({ total }) => total.requests),
  counter(
    'requests_denied_total',
    'Requests denied by a rule.',
    ['frontend', 'backend'],
    ({ total }) => total.deniedRequests,
  ),
  counter(
    'request_errors_total',
    'Requests that were no valid HTTP.',
    ['frontend'],
    ({ total }) => total.requestErrors,
  ),
  counter('connection_errors_total', 'Failed connections to servers.', behind, ({ total }) => total.connectionErrors),
  counter('response_errors_total', 'Responses that failed.', behind, ({ total }) => total.responseErrors),
  counter('retry_warnings_total', 'Connections tried again.', behind, ({ total }) => total.retries),
  counter(
    'redispatch_warnings_total',
    'Connections sent to another server.',
    behind,
    ({ total }) => total.redispatches,
  ),
  counter('client_aborts_total', 'Transfers that the client aborted.', behind, ({ total }) => total.clientAborts),
  counter('server_aborts_total', 'Transfers that the server aborted.', behind, ({ total }) => total.serverAborts),
];

const responseCodes = [
  ['1xx', 'responses1xx'],
  ['2xx', 'responses2xx'],
  ['3xx', 'responses3xx'],
  ['4xx', 'responses4xx'],
  ['5xx', 'responses5xx'],
  ['other', 'responsesOther'],
] as const;

interface Series {
  readonly level: Level;
  readonly labels: Labels;
  readonly counters: Counters;
}

export function metricsRoutes(app: App, context: Context): void {
  const mediaType = 'text/plain; version=0.0.4; charset=utf-8';
  const documented = operation('/metrics', {
    id: 'getMetrics',
    tag: 'stats',
    summary: 'Metrics for Prometheus',
    answers: { 200: { description: 'Prometheus text format 0.0.4.', schema: Type.String(), mediaType: 'text/plain' } },
  });
  app.get('/metrics', { ...documented, serializerCompiler: () => String }, async (_request, reply) =>
    reply.header('content-type', mediaType).send(writeMetrics(context)),
  );
}

function writeMetrics(context: Context): string {
  const lines: string[] = [];
  const series = collectSeries(context);
  for (const level of all) {
    const own = series.filter((each) => each.level === level);
    for (const metric of metrics.filter(({ levels }) => levels.includes(level))) {
      const samples = own.map(({ labels, counters }) => ({ labels, value: metric.read(counters) }));
      writeMetric(lines, `haproxy_${level}_${metric.name}`, metric.type, metric.help, samples);
    }
    const responses = own.flatMap(({ labels, counters }) =>
      responseCodes.map(([code, field]) => ({ labels: { ...labels, code }, value: counters.total[field] })),
    );
    writeMetric(lines, `haproxy_${level}_http_responses_total`, 'counter', 'HTTP responses by class.', responses);
  }
  writeHealth(lines, context);
  writeOwn(lines, context);
  return `${lines.join('\n')}\n`;
}

function collectSeries({ hub }: Context): Series[] {
  return hub
    .counters()
    .flatMap(({ node, counters }) => [
      ...Object.entries(counters.frontends).map(([proxy, counts]) => toSeries('frontend', { proxy, node }, counts)),
      ...Object.entries(counters.backends).map(([proxy, counts]) => toSeries('backend', { proxy, node }, counts)),
      ...Object.entries(counters.servers).flatMap(([proxy, servers]) =>
        Object.entries(servers).map(([server, counts]) => toSeries('server', { proxy, server, node }, counts)),
      ),
    ]);
}

/** The names were checked when the message came; the schema only knows them as text. */
function toSeries(level: Level, labels: Labels, counts: unknown): Series {
  return { level, labels, counters: counts as Counters };
}

function writeHealth(lines: string[], { hub, keeper }: Context): void {
  const samples = keeper.current().config.backends.flatMap((backend) =>
    (backend.servers ?? []).flatMap((server) =>
      hub.serverHealth(backend.name, server.name).map(({ node, health }) => ({
        labels: { proxy: backend.name, server: server.name, node },
        health,
      })),
    ),
  );
  const states = samples.flatMap(({ labels, health }) =>
    ['DOWN', 'UP', 'MAINT', 'DRAIN', 'NOLB'].map((state) => ({
      labels: { ...labels, state },
      value: stateName(health) === state ? 1 : 0,
    })),
  );
  writeMetric(lines, 'haproxy_server_status', 'gauge', 'The state of the server: 1 for the one it is in.', states);
  const weights = samples.map(({ labels, health }) => ({ labels, value: health.weight }));
  writeMetric(lines, 'haproxy_server_weight', 'gauge', 'The weight in force.', weights);
}

function stateName({ state, adminState }: ServerHealth): string {
  if (state === 'maint' || adminState === 'maint') return 'MAINT';
  if (state === 'down') return 'DOWN';
  return adminState === 'drain' ? 'DRAIN' : 'UP';
}

function writeOwn(lines: string[], { hub, keeper }: Context): void {
  const nodes = hub.list();
  writeMetric(lines, 'sluice_version', 'gauge', 'The current version of the config.', [
    { labels: {}, value: keeper.current().version },
  ]);
  const states = (['connected', 'stale', 'gone'] as const).map((state) => ({
    labels: { state },
    value: nodes.filter((node) => node.state === state).length,
  }));
  writeMetric(lines, 'sluice_nodes', 'gauge', 'Nodes by the state of their connection.', states);
  const running = nodes.flatMap(({ name, runningVersion }) =>
    runningVersion === null ? [] : [{ labels: { node: name }, value: runningVersion }],
  );
  writeMetric(lines, 'sluice_node_running_version', 'gauge', 'The version a node runs.', running);
}

function writeMetric(
  lines: string[],
  name: string,
  type: 'counter' | 'gauge',
  help: string,
  samples: readonly { labels: Labels; value: number }[],
): void {
  if (samples.length === 0) return;
  lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
  for (const { labels, value } of samples) lines.push(`${name}${writeLabels(labels)} ${value}`);
}

function writeLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
