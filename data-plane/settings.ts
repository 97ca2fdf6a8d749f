/** The settings of a node: flags, else environment, else defaults. */
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { isLogLevel, type LogLevel, logLevels } from '../shared/logger.ts';
import { namePattern } from '../shared/model/fields.ts';

export interface Settings {
  /** ws:// or wss:// address of the control plane. */
  readonly controlPlane: string;
  readonly node: string;
  /** undefined: as the configuration says. */
  readonly workers: number | undefined;
  /** Folder of this node's own data. */
  readonly directory: string;
  /** "" for none. */
  readonly token: string;
  readonly logLevel: LogLevel;
}

/** Reads arguments (without node and script) and SLUICE_* variables; a wrong one ends the process with code 2. */
export function readSettings(args: readonly string[]): Settings {
  const command = new Command('sluice data-plane')
    .description('Runs one node: a supervisor and the workers that carry traffic.')
    .addOption(
      new Option('--control-plane <url>', 'WebSocket address of the control plane')
        .env('SLUICE_CONTROL_PLANE')
        .default('ws://127.0.0.1:8080')
        .argParser(parseControlPlane),
    )
    .addOption(
      new Option('--node <name>', 'name of this node').env('SLUICE_NODE').default('local').argParser(parseNode),
    )
    .addOption(
      new Option('--workers <count>', 'worker processes, whatever the configuration says')
        .env('SLUICE_WORKERS')
        .argParser(parseWorkers),
    )
    .addOption(new Option('--data <folder>', 'where this node keeps its data').env('SLUICE_DATA').default('./data'))
    .addOption(new Option('--token <token>', 'token for the control plane').env('SLUICE_TOKEN').default(''))
    .addOption(
      new Option('--log-level <level>', `one of ${logLevels.join(', ')}`)
        .env('SLUICE_LOG_LEVEL')
        .default('info')
        .argParser(parseLogLevel),
    )
    .allowExcessArguments(false)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse(args, { from: 'user' });
  const options = command.opts<{
    controlPlane: string;
    node: string;
    workers?: number;
    data: string;
    token: string;
    logLevel: LogLevel;
  }>();
  const { controlPlane, node, workers, data, token, logLevel } = options;
  return { controlPlane, node, workers, directory: join(data, 'nodes', node), token, logLevel };
}

function parseControlPlane(text: string): string {
  const url = URL.parse(text);
  if (url === null || !['ws:', 'wss:'].includes(url.protocol)) {
    throw new InvalidArgumentError('It must be an address such as ws://127.0.0.1:8080.');
  }
  return text;
}

/** The name is also the name of a folder. */
function parseNode(text: string): string {
  if (!new RegExp(namePattern).test(text) || text === '.' || text === '..') {
    throw new InvalidArgumentError('It may have 1 to 128 letters, digits, "_", ".", ":" and "-".');
  }
  return text;
}

function parseWorkers(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > 64) {
    throw new InvalidArgumentError('It must be a number from 1 to 64.');
  }
  return count;
}

function parseLogLevel(text: string): LogLevel {
  if (!isLogLevel(text)) throw new InvalidArgumentError(`It must be one of ${logLevels.join(', ')}.`);
  return text;
}
