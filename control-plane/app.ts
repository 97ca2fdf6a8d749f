/** The control plane put together: store, config, nodes and API, ready to listen. */
import { fastify } from 'fastify';
import type { Clock } from '../shared/clock.ts';
import type { SluiceError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { authenticateRequests, authorise } from './api/auth.ts';
import { backendRoutes } from './api/backends.ts';
import { configRoutes } from './api/config.ts';
import type { App, Context } from './api/context.ts';
import { defaultsRoutes } from './api/defaults.ts';
import { errorFileRoutes } from './api/error-files.ts';
import { eventRoutes } from './api/events.ts';
import { frontendRoutes } from './api/frontends.ts';
import { globalRoutes } from './api/global.ts';
import { haproxyConfigRoutes } from './api/haproxy-config.ts';
import { readJsonBodies } from './api/json-body.ts';
import { metricsRoutes } from './api/metrics.ts';
import { nodeRoutes } from './api/nodes.ts';
import { describeApi } from './api/openapi-document.ts';
import { overrideRoutes } from './api/overrides.ts';
import { patternFileRoutes } from './api/pattern-files.ts';
import { peersRoutes } from './api/peers.ts';
import { probeRoutes } from './api/probes.ts';
import { answerEarlyProblem, answerNoRequest, answerProblems, problemType, toProblem } from './api/problem-details.ts';
import { watchRoutes } from './api/route-table.ts';
import { statsRoutes } from './api/stats.ts';
import { openTokenBook } from './api/token-book.ts';
import { tokenRoutes } from './api/tokens.ts';
import { userlistRoutes } from './api/userlists.ts';
import { validateRequests } from './api/validate-request.ts';
import { rollbackRoutes, versionRoutes } from './api/versions.ts';
import { type ConfigKeeper, openConfigKeeper } from './config/change-config.ts';
import { createEventLog } from './events/event-log.ts';
import { acceptNodes } from './nodes/accept-nodes.ts';
import { openNodeHub } from './nodes/node-hub.ts';
import { openOverrideBook } from './nodes/override-book.ts';
import { findUseProblem } from './patterns/check-patterns.ts';
import { openPatternBook } from './patterns/pattern-book.ts';
import type { Store } from './store/store.ts';

/** Largest body (bytes): a whole config. */
const bodyLimit = 64 * 1024 * 1024;

export interface ControlPlane {
  readonly app: App;
  readonly context: Context;
  /** The API description (OpenAPI 3.1). */
  describe(): object;
  /** Finishes the requests under way, says bye to the nodes, closes the store. */
  close(): Promise<void>;
}

/**
 * Builds a control plane on a store. `token` is the secret of SLUICE_TOKEN; `listenHost` the host it will listen on, which
 * decides which Host headers pass while no token exists; `exposed` whether that host is more than loopback.
 */
export async function createApp(options: {
  store: Store;
  clock: Clock;
  logger: Logger;
  listenHost: string;
  exposed: boolean;
  token?: string;
}): Promise<ControlPlane> {
  const { store, logger, listenHost } = options;
  let stopping = false;
  const context = await openContext(options);
  const app: App = fastify({
    bodyLimit,
    routerOptions: { maxParamLength: 512 },
    forceCloseConnections: 'idle',
    frameworkErrors: answerEarlyProblem,
    clientErrorHandler: answerNoRequest,
  });
  const routes = watchRoutes(app);
  answerProblems(app, logger, routes);
  validateRequests(app);
  readJsonBodies(app);
  authenticateRequests(app, context.tokens, listenHost);
  await describeApi(app);
  const streams = registerRoutes(app, context, () => stopping);
  const door = acceptNodes({
    server: app.server,
    hub: context.hub,
    logger,
    authorise: ({ headers }) => authorise(headers, context.tokens, listenHost, 'operate'),
    problem: writeProblem,
  });
  await app.ready();
  return {
    app,
    context,
    describe: () => app.swagger(),
    async close() {
      stopping = true;
      streams.close();
      context.overrides.close();
      await context.hub.close();
      const closed = app.close();
      door.close();
      await closed;
      await store.close();
    },
  };
}

async function openContext(options: Parameters<typeof createApp>[0]): Promise<Context> {
  const { store, clock, logger, exposed } = options;
  const onFailure = (error: unknown) => logger.error({ err: error }, 'a task in the background failed');
  const events = createEventLog({ clock });
  const patterns = await openPatternBook({
    store,
    check: (name, entries) => findUseProblem(keeper.current().config, name, entries),
  });
  const keeper: ConfigKeeper = await openConfigKeeper({ store, clock, patterns });
  keeper.onPublish(({ summary, plan }) => {
    logger.info({ version: summary.version, author: summary.author, changes: plan.length }, 'new version');
    events.emit('version-created', { ...summary });
  });
  // The hub hears of a version before the overrides do, so that it knows what is on its way when a server goes.
  const hub = await openNodeHub({ keeper, store, clock, logger, events, patterns, overrides: () => overrides.list() });
  const overrides = await openOverrideBook({ keeper, store, clock, events, onFailure });
  overrides.onChange((why) => hub.sendOverrides(why === 'gone' ? 'afterApply' : 'now'));
  const tokens = await openTokenBook({ store, clock, ...(options.token !== undefined && { setting: options.token }) });
  return { keeper, hub, overrides, patterns, tokens, events, store, clock, logger, exposed: () => exposed };
}

function registerRoutes(app: App, context: Context, isStopping: () => boolean) {
  configRoutes(app, context);
  haproxyConfigRoutes(app, context);
  globalRoutes(app, context);
  errorFileRoutes(app, context);
  peersRoutes(app, context);
  userlistRoutes(app, context);
  patternFileRoutes(app, context);
  defaultsRoutes(app, context);
  frontendRoutes(app, context);
  backendRoutes(app, context);
  overrideRoutes(app, context);
  versionRoutes(app, context);
  rollbackRoutes(app, context);
  nodeRoutes(app, context);
  statsRoutes(app, context);
  metricsRoutes(app, context);
  tokenRoutes(app, context);
  probeRoutes(app, context, isStopping);
  return eventRoutes(app, context);
}

function writeProblem(error: SluiceError, instance: string) {
  return { status: error.status, type: problemType, body: JSON.stringify(toProblem(error, instance)) };
}
