/** Watching: events, statistics, metrics, probes, the API description. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zeroCounters } from '../../../shared/protocol/counters.ts';
import { connectNode } from './fake-node.ts';
import { type Client, putSite, startControlPlane } from './harness.ts';

interface Received {
  id: string;
  type: string;
  data: Record<string, unknown>;
}

/** Reads events from the stream until one of the type comes. */
async function openEvents(api: Client, headers: Record<string, string> = {}) {
  const abort = new AbortController();
  const response = await fetch(`${api.url}/v1/events`, { headers, signal: abort.signal });
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const received: Received[] = [];
  return {
    received,
    close: () => abort.abort(),
    async next(type: string): Promise<Received> {
      for (;;) {
        const end = text.indexOf('\n\n');
        if (end < 0) {
          text += (await reader?.read())?.value ?? '';
          continue;
        }
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        if (block.startsWith(':')) continue;
        const fields = new Map(block.split('\n').map((line) => line.split(/: (.*)/s, 2) as [string, string]));
        const event = {
          id: fields.get('id') ?? '',
          type: fields.get('event') ?? '',
          data: JSON.parse(fields.get('data') ?? ''),
        };
        received.push(event);
        if (event.type === type) return event;
      }
    },
  };
}

const health = (state: 'up' | 'down') => ({
  state,
  adminState: 'ready' as const,
  weight: 1,
  checkStatus: state === 'up' ? 'L4OK' : 'L4CON',
  checkDetail: 'Connection refused',
  checkDurationMs: 1,
  changedAt: '2030-01-01T00:00:00Z',
});

test('what happens is told as it happens, and again to those who reconnect', async (t) => {
  const api = await startControlPlane(t);
  const stream = await openEvents(api);
  t.after(stream.close);
  await putSite(api);
  const created = await stream.next('version-created');
  assert.equal(created.data.version, 1);
  assert.equal(created.data.author, 'local');
  const node = await connectNode(t, api.url);
  node.ack(await node.snapshot());
  const connected = await stream.next('node-connected');
  assert.equal((await stream.next('version-applied')).data.version, 2);
  node.send({ type: 'health', full: true, backends: { app: { s1: health('up') } } });
  node.send({ type: 'health', full: false, backends: { app: { s1: health('down') } } });
  await stream.next('server-state');
  const down = await stream.next('server-state');
  assert.equal(down.data.previous, 'up');
  assert.equal(down.data.state, 'down');
  await api.put('/v1/backends/app/servers/s1/override', { weight: 0 });
  assert.deepEqual((await stream.next('override-changed')).data.override, { weight: 0 });
  await api.put('/v1/backends/app', {});
  node.nack(await node.snapshot(), [{ resource: '/backends/app', pointer: '', detail: 'no' }]);
  assert.equal((await stream.next('node-nack')).data.version, 3);
  node.socket.close();
  await stream.next('node-disconnected');

  const again = await openEvents(api, { 'last-event-id': connected.id });
  t.after(again.close);
  await again.next('node-disconnected');
  const seen = stream.received.findIndex(({ id }) => id === connected.id);
  assert.deepEqual(again.received, stream.received.slice(seen + 1));
  const stranger = await openEvents(api, { 'last-event-id': 'other.5' });
  t.after(stranger.close);
  assert.equal((await stranger.next('node-disconnected')).id, again.received.at(-1)?.id);
  assert.equal(stranger.received[0]?.type, 'events-missed');
});

test('statistics are summed over nodes and told for each', async (t) => {
  const api = await startControlPlane(t);
  await putSite(api);
  const zero = await api.get('/v1/stats');
  assert.equal(zero.body.frontends[0].total.requests, 0);
  assert.equal(zero.body.backends[0].servers[0].name, 's1');
  for (const [name, requests] of [
    ['n1', 3],
    ['n2', 4],
  ] as const) {
    const node = await connectNode(t, api.url, { name });
    const counters = zeroCounters();
    counters.total.requests = requests;
    counters.total.responses2xx = requests;
    counters.current.sessions = 1;
    const message = { frontends: { web: counters }, backends: { app: counters }, servers: { app: { s1: counters } } };
    node.send({ type: 'counters', bootId: 'boot-1', sequence: 1, ...message });
    node.send({ type: 'health', full: true, backends: { app: { s1: health('up') } } });
    await node.next('welcome');
    node.send({ type: 'ping' });
    for (;;) if ((await node.next('override').catch(() => undefined)) === undefined) break;
  }
  const paths = ['/v1/stats/frontends/web', '/v1/stats/backends/app', '/v1/stats/backends/app/servers/s1'];
  for (const path of paths) {
    const { status, body } = await api.get(path);
    assert.equal(status, 200, path);
    assert.equal(body.total.requests, 7, path);
    assert.equal(body.current.sessions, 2, path);
    assert.deepEqual(
      body.nodes.map((node: { node: string }) => node.node),
      ['n1', 'n2'],
    );
  }
  for (const path of ['/v1/stats/frontends/x', '/v1/stats/backends/x', '/v1/stats/backends/app/servers/x']) {
    assert.equal((await api.get(path)).status, 404, path);
  }
  const metrics = await api.get('/metrics');
  assert.match(metrics.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  for (const line of [
    'haproxy_frontend_http_requests_total{proxy="web",node="n1"} 3',
    'haproxy_backend_http_responses_total{proxy="app",node="n2",code="2xx"} 4',
    'haproxy_server_current_sessions{proxy="app",server="s1",node="n1"} 1',
    'haproxy_server_status{proxy="app",server="s1",node="n1",state="UP"} 1',
    'sluice_version 2',
    'sluice_nodes{state="connected"} 2',
  ]) {
    assert.ok(metrics.body.split('\n').includes(line), line);
  }
});

test('the process tells that it is alive and ready, and describes its API', async (t) => {
  const api = await startControlPlane(t);
  assert.deepEqual((await api.get('/healthz')).body, { status: 'ok' });
  assert.deepEqual((await api.get('/readyz')).body, { status: 'ok' });
  const { body } = await api.get('/openapi.json');
  assert.equal(body.openapi, '3.1.0');
  const operations = Object.values(body.paths as Record<string, Record<string, { operationId: string }>>).flatMap(
    (path) => Object.values(path).map(({ operationId }) => operationId),
  );
  assert.equal(new Set(operations).size, operations.length, 'operation ids are unique');
  assert.match((await api.get('/docs/')).body, /swagger/i);
});
