/** The process of the control plane: reads settings, opens the store, listens, and stops when it is told to. */
import type { AddressInfo } from 'node:net';
import { formatAddress, isLoopback } from '../shared/address.ts';
import { systemClock } from '../shared/clock.ts';
import { createLogger, type Logger } from '../shared/logger.ts';
import { type ControlPlane, createApp } from './app.ts';
import { readSettings, type Settings } from './settings.ts';
import { openSqliteStore } from './store/sqlite-store.ts';

const settings = readSettings(process.argv.slice(2));
const logger = createLogger('control-plane', settings.logLevel);

try {
  const controlPlane = await start(settings, logger);
  stopOnSignals(controlPlane, logger);
  announce(controlPlane, settings);
} catch (error) {
  const { message, code } = error as NodeJS.ErrnoException;
  if (code === undefined) logger.debug({ err: error }, 'the start failed');
  process.stderr.write(`sluice control-plane: ${message}\n`);
  process.exit(1);
}

async function start({ listen, data, token }: Settings, log: Logger): Promise<ControlPlane> {
  const exposed = !isLoopback(listen.host);
  const controlPlane = await createApp({
    store: openSqliteStore(data),
    clock: systemClock,
    logger: log,
    listenHost: listen.host,
    exposed,
    ...(token !== undefined && { token }),
  });
  if (exposed && !controlPlane.context.tokens.required) {
    throw new Error(
      `it does not listen on ${formatAddress(listen.host, listen.port)} while no token exists: set SLUICE_TOKEN, or ` +
        'listen on 127.0.0.1 first and create a token of scope admin with POST /v1/tokens',
    );
  }
  try {
    await controlPlane.app.listen(listen);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(`${formatAddress(listen.host, listen.port)} is already in use by another program`);
  }
  return controlPlane;
}

/** Says that it is ready: whoever reads this may send requests and signals. */
function announce({ app, context }: ControlPlane, { listen }: Settings): void {
  const url = `http://${formatAddress(listen.host, (app.server.address() as AddressInfo).port)}`;
  const header = context.tokens.required ? " -H 'Authorization: Bearer TOKEN'" : '';
  process.stdout.write(`Sluice control plane listening on ${url}\n`);
  process.stdout.write(`Try: curl -s${header} ${url}/v1/config   (API description: ${url}/docs)\n`);
}

/** SIGTERM lets requests under way finish; SIGINT, or a second signal, stops at once. */
function stopOnSignals(controlPlane: ControlPlane, log: Logger): void {
  let stopping = false;
  process.on('SIGTERM', () => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info('stopping');
    controlPlane.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  });
  process.on('SIGINT', () => process.exit(130));
}
