/** `sluice up`: both planes on this machine, as two child processes. */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { formatAddress } from '../shared/address.ts';
import { runPlanes } from './run-planes.ts';

interface UpOptions {
  listen: { host: string; port: number };
  data: string;
  token?: string;
  node: string;
  workers: number;
  logLevel: string;
}

/** Adds the command to the program. */
export function registerUp(program: Command): void {
  program
    .command('up')
    .description('run the control plane and one node')
    .addOption(
      new Option('--listen <host:port>', 'address of the REST API')
        .env('SLUICE_LISTEN')
        .default({ host: '127.0.0.1', port: 8080 }, '127.0.0.1:8080')
        .argParser(parseListen),
    )
    .addOption(new Option('--data <folder>', 'where both planes keep their data').env('SLUICE_DATA').default('./data'))
    .addOption(new Option('--token <secret>', 'token that the API and the node use').env('SLUICE_TOKEN'))
    .addOption(new Option('--node <name>', 'name of the node').env('SLUICE_NODE').default('local'))
    .addOption(
      new Option('--workers <count>', 'worker processes of the node')
        .env('SLUICE_WORKERS')
        .default(availableParallelism())
        .argParser(parseWorkers),
    )
    .addOption(
      new Option('--log-level <level>', 'least severity that is logged')
        .env('SLUICE_LOG_LEVEL')
        .choices(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
        .default('info'),
    )
    .exitOverride()
    .action(async (options: UpOptions) => {
      process.exitCode = await up(options);
    });
}

function parseListen(text: string): UpOptions['listen'] {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]]+)):([0-9]{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port < 1 || port > 65_535) {
    throw new InvalidArgumentError('Must be HOST:PORT with a port from 1 to 65535, such as 127.0.0.1:8080.');
  }
  return { host, port };
}

function parseWorkers(text: string): number {
  if (!/^[1-9][0-9]?$/.test(text) || Number(text) > 64) throw new InvalidArgumentError('Must be from 1 to 64.');
  return Number(text);
}

function up(options: UpOptions): Promise<number> {
  const { host, port } = options.listen;
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  const shared: NodeJS.ProcessEnv = {
    ...process.env,
    SLUICE_DATA: options.data,
    SLUICE_LOG_LEVEL: options.logLevel,
    ...(options.token === undefined ? {} : { SLUICE_TOKEN: options.token }),
  };
  const script = (plane: string) => fileURLToPath(new URL(`../${plane}/main.ts`, import.meta.url));
  return runPlanes([
    {
      name: 'control plane',
      command: [process.execPath, script('control-plane')],
      environment: { ...shared, SLUICE_LISTEN: formatAddress(host, port) },
    },
    {
      name: 'data plane',
      command: [process.execPath, script('data-plane')],
      environment: {
        ...shared,
        SLUICE_CONTROL_PLANE: `ws://${formatAddress(reachable, port)}`,
        SLUICE_NODE: options.node,
        SLUICE_WORKERS: String(options.workers),
      },
    },
  ]);
}
