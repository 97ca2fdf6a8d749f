/** /v1/stats: what the nodes count, summed and node by node. */
import { type TProperties, Type } from 'typebox';
import { SluiceError } from '../../shared/errors.ts';
import { closedObject } from '../../shared/model/fields.ts';
import { currentNames, maxNames, rateNames, totalNames } from '../../shared/protocol/counters.ts';
import { pickBackend, pickFrontend, pickServer, sumCounters } from '../nodes/sum-counters.ts';
import type { App, Context, Params, Request } from './context.ts';
import { operation } from './operation.ts';

const numbers = (names: readonly string[], title: string, description: string) =>
  closedObject(Object.fromEntries(names.map((name) => [name, Type.Number()])), { title, description });
const counterFields = {
  total: numbers(totalNames, 'Totals', 'Counted since the nodes started; bytes where the name says so.'),
  current: numbers(currentNames, 'Currents', 'What is going on now.'),
  max: numbers(maxNames, 'Maxima', 'Most at one time; over several nodes the sum of their maxima.'),
  rates: numbers(rateNames, 'Rates', 'Counted over the last full second.'),
};
const summedFields = {
  ...counterFields,
  nodes: Type.Array(closedObject({ node: Type.String(), ...counterFields }), { description: 'Each connected node.' }),
};
const named = (more: TProperties, title: string) =>
  closedObject({ name: Type.String(), ...summedFields, ...more }, { title });
const frontendSchema = named({}, 'FrontendStats');
const serverSchema = named({}, 'ServerStats');
const backendSchema = named({ servers: Type.Array(serverSchema) }, 'BackendStats');
const statsSchema = closedObject(
  { frontends: Type.Array(frontendSchema), backends: Type.Array(backendSchema) },
  { title: 'Stats' },
);

export function statsRoutes(app: App, context: Context): void {
  const sum = (pick: Parameters<typeof sumCounters>[1]) => sumCounters(context.hub.counters(), pick);
  const config = () => context.keeper.current().config;
  const frontendStats = (name: string) => ({ name, ...sum(pickFrontend(name)) });
  const serverStats = (backend: string, name: string) => ({ name, ...sum(pickServer(backend, name)) });
  const backendStats = (name: string) => {
    const { servers = [] } = must(config().backends, name, `backend "${name}"`);
    return { name, ...sum(pickBackend(name)), servers: servers.map((server) => serverStats(name, server.name)) };
  };

  const all = describe('/v1/stats', 'getStats', 'Read all statistics', statsSchema);
  app.get('/v1/stats', all, async () => ({
    frontends: config().frontends.map(({ name }) => frontendStats(name)),
    backends: config().backends.map(({ name }) => backendStats(name)),
  }));

  const frontendUrl = '/v1/stats/frontends/:frontend';
  const frontend = describe(frontendUrl, 'getFrontendStats', 'Read the statistics of a frontend', frontendSchema);
  app.get(frontendUrl, frontend, async (request) => {
    const name = param(request, 'frontend');
    must(config().frontends, name, `frontend "${name}"`);
    return frontendStats(name);
  });

  const backendUrl = '/v1/stats/backends/:backend';
  const backend = describe(backendUrl, 'getBackendStats', 'Read the statistics of a backend', backendSchema);
  app.get(backendUrl, backend, async (request) => backendStats(param(request, 'backend')));

  const serverUrl = '/v1/stats/backends/:backend/servers/:server';
  const server = describe(serverUrl, 'getServerStats', 'Read the statistics of a server', serverSchema);
  app.get(serverUrl, server, async (request) => {
    const [owner, name] = [param(request, 'backend'), param(request, 'server')];
    const { servers = [] } = must(config().backends, owner, `backend "${owner}"`);
    must(servers, name, `server "${name}" in backend "${owner}"`);
    return serverStats(owner, name);
  });
}

function describe(url: string, id: string, summary: string, schema: ReturnType<typeof closedObject>) {
  const answers = { 200: { description: 'The counters.', schema } };
  return operation(url, { id, tag: 'stats', summary, answers, problems: url.includes(':') ? [404] : [] });
}

function must<Item extends { name: string }>(items: readonly Item[], name: string, what: string): Item {
  const found = items.find((item) => item.name === name);
  if (found === undefined) throw new SluiceError('not-found', `there is no ${what}`);
  return found;
}

function param(request: Request, name: string): string {
  return (request.params as Params)[name] ?? '';
}
