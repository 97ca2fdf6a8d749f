/** `sluice -f FILE ...`: checks or runs a haproxy.cfg without a control plane, as the haproxy program does. */

import { evaluateCondition } from '../../shared/haproxy-cfg/predicates.ts';
import { sluiceFacts } from '../../shared/haproxy-cfg/sluice-facts.ts';
import { type Arguments, readArguments, usage } from './arguments.ts';
import { runInBackground } from './background.ts';
import {
  hasListener,
  NoFile,
  readConfiguration,
  systemMessage,
  tell,
  tellDiagnostics,
  tellFatal,
  UnreadableFile,
} from './load-configuration.ts';
import { longVersion, shortVersion } from './versions.ts';

/** Carries out the command line; answers the exit code, or undefined when a node runs on. */
async function main(words: readonly string[]): Promise<number | undefined> {
  const args = readArguments(words);
  if ('problem' in args) {
    process.stderr.write(`sluice: ${args.problem}\n${usage}`);
    return 1;
  }
  if (args.version !== '') {
    process.stdout.write(args.version === 'short' ? shortVersion() : longVersion());
    return 0;
  }
  if (args.condition !== undefined) return checkCondition(args.condition, args);
  if (args.directory !== '') changeDirectory(args.directory);
  return args.check ? checkFiles(args) : runFiles(args);
}

function changeDirectory(directory: string): void {
  try {
    process.chdir(directory);
  } catch (error) {
    throw new UnreadableFile(`Could not change to directory ${directory} : ${systemMessage(error as Error)}`);
  }
}

/** 0 when it holds, 1 when it does not, 2 when it cannot be read. */
function checkCondition(condition: string, args: Arguments): number {
  const result = evaluateCondition(condition, sluiceFacts(process.env));
  if ('value' in result) return result.value ? 0 : 1;
  if (!args.quiet) tell({ severity: 'alert' }, `config : ${result.problem} at position ${result.position}.`);
  return 2;
}

async function checkFiles(args: Arguments): Promise<number> {
  const reading = await readConfiguration(args.files);
  tellDiagnostics(reading, args);
  const warned = reading.diagnostics.some(({ severity }) => severity === 'warning');
  if (!reading.valid) {
    tellFatal(reading, args);
    return 1;
  }
  if (warned && (args.strict || reading.process.zeroWarning)) {
    if (!args.quiet) tell({ severity: 'alert' }, 'config : Some warnings were found and they count as errors.');
    return 1;
  }
  if (!hasListener(reading)) {
    if (!args.quiet) {
      if (warned) process.stdout.write('Warnings were found.\n');
      process.stdout.write('Configuration file has no error but will not start (no listener) => exit(2).\n');
    }
    return 2;
  }
  if (!args.quiet) process.stdout.write(`${warned ? 'Warnings were found.\n' : ''}Configuration file is valid\n`);
  return 0;
}

/** Where the command line was given; -C goes elsewhere. */
const launchedIn = process.cwd();

/** Whoever only starts the daemon loads no more than reading the files takes. */
async function runFiles(args: Arguments): Promise<number | undefined> {
  if (process.send === undefined && !args.foreground && !args.debug) {
    const reading = await readConfiguration(args.files);
    const daemon = args.daemon || reading.process.daemon;
    if (daemon && reading.valid && hasListener(reading)) return runInBackground(reading, launchedIn);
  }
  const { runNode } = await import('./run-node.ts');
  return runNode(args);
}

/** Runs the command line and sets the exit code of this process. */
export async function runCommandLine(words: readonly string[]): Promise<void> {
  try {
    const code = await main(words);
    if (code !== undefined) process.exitCode = code;
  } catch (error) {
    if (error instanceof NoFile) process.stderr.write(`sluice: ${error.message}\n${usage}`);
    else if (!(error instanceof UnreadableFile)) throw error;
    else if (!words.includes('-q')) tell({ severity: 'alert' }, error.message);
    process.exitCode = 1;
  }
}
