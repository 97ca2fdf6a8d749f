/** Starts one node and stops it by signal: SIGTERM lets connections finish, SIGINT or a second signal ends at once. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../shared/clock.ts';
import { createLogger } from '../shared/logger.ts';
import { Supervisor } from './node/supervisor.ts';
import { readSettings } from './settings.ts';

const { logLevel, ...settings } = readSettings(process.argv.slice(2));
const logger = createLogger('data-plane', logLevel);
const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as {
  version: string;
};

const supervisor = new Supervisor({
  ...settings,
  software: `sluice/${version}`,
  workerEntry: join(import.meta.dirname, 'worker/worker.ts'),
  clock: systemClock,
  random: Math.random,
  logger,
  onDrain: () => end(() => supervisor.drain()),
});

let ending = false;

function end(how: () => Promise<void>): void {
  const now = ending ? () => supervisor.stop() : how;
  ending = true;
  now().then(
    () => process.exit(0),
    (error: unknown) => fail(error, 'the node could not stop in order'),
  );
}

function fail(error: unknown, message: string): void {
  logger.fatal({ err: error }, message);
  process.exit(1);
}

process.on('SIGTERM', () => end(() => supervisor.drain()));
process.on('SIGINT', () => end(() => supervisor.stop()));

// The timers of the clock hold no process alive, and between two workers nothing else may.
setInterval(() => {}, 60_000);
logger.info({ node: settings.node, controlPlane: settings.controlPlane, version }, 'the node starts');
supervisor.start().catch((error: unknown) => fail(error, 'the node could not start'));
