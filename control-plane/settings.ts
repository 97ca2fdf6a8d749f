/** The settings of the control plane, from flags and environment. */
import { Command, InvalidArgumentError, Option } from 'commander';
import { isIpAddress } from '../shared/address.ts';
import { isLogLevel, type LogLevel, logLevels } from '../shared/logger.ts';

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export interface Settings {
  readonly listen: ListenAddress;
  /** Folder of the database. */
  readonly data: string;
  /** Secret of an admin token that stands in no list. */
  readonly token?: string;
  readonly logLevel: LogLevel;
}

/**
 * Reads the settings; a flag goes before its environment variable. On a wrong one the process ends with 2 after a line
 * that names it.
 */
export function readSettings(args: readonly string[]): Settings {
  const command = new Command('sluice control-plane')
    .description('Runs the control plane: REST API, store, and the link to the nodes.')
    .addOption(
      new Option('--listen <address>', 'address and port of the API; port 0 takes a free one')
        .env('SLUICE_LISTEN')
        .default({ host: '127.0.0.1', port: 8080 }, '127.0.0.1:8080')
        .argParser(parseListen),
    )
    .addOption(new Option('--data <folder>', 'folder of the database').env('SLUICE_DATA').default('./data'))
    .addOption(
      new Option(
        '--token <secret>',
        'secret of an admin token; better given as SLUICE_TOKEN, since others can see flags',
      )
        .env('SLUICE_TOKEN')
        .argParser(parseToken),
    )
    .addOption(
      new Option('--log-level <level>', logLevels.join(', '))
        .env('SLUICE_LOG_LEVEL')
        .default('info')
        .argParser(parseLevel),
    )
    .allowExcessArguments(false)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
  command.parse([...args], { from: 'user' });
  return command.opts<Settings>();
}

/** Reads "127.0.0.1:8080", "[::1]:8080" or "localhost:8080". */
export function parseListen(text: string): ListenAddress {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2] ?? '';
  const port = Number(match?.[3]);
  const isHost = isIpAddress(host) || /^[A-Za-z0-9.-]{1,253}$/.test(host);
  if (match === null || !isHost || port > 65_535) {
    throw new InvalidArgumentError('It must be HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080.');
  }
  return { host, port };
}

function parseToken(text: string): string {
  if (!/^[\x21-\x7e]{8,512}$/.test(text)) {
    throw new InvalidArgumentError('It must have 8 to 512 visible ASCII characters and no space.');
  }
  return text;
}

function parseLevel(text: string): LogLevel {
  if (!isLogLevel(text)) throw new InvalidArgumentError(`It must be one of ${logLevels.join(', ')}.`);
  return text;
}
