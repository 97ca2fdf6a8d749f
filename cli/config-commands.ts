/** `sluice import` and `sluice export`: a haproxy.cfg into the control plane and out of it. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { Command } from 'commander';
import { formatDiagnostic } from '../shared/haproxy-cfg/diagnostic.ts';
import { findConfigViolations } from '../shared/haproxy-cfg/find-config-violations.ts';
import { type CfgReading, readHaproxyCfg } from '../shared/haproxy-cfg/read-haproxy-cfg.ts';
import { sluiceFacts } from '../shared/haproxy-cfg/sluice-facts.ts';
import { kindNames, patternPath, writePatterns } from '../shared/patterns/pattern-file.ts';
import { type ApiOptions, apiOptions, callApi } from './api-client.ts';

interface ImportOptions extends ApiOptions {
  readonly dryRun?: boolean;
  readonly wait?: boolean;
}

interface PlanEntry {
  readonly action: 'create' | 'update' | 'delete';
  readonly resource: string;
}

/** Adds both commands to the program. */
export function registerConfigCommands(program: Command): void {
  const importCommand = program
    .command('import')
    .description('replace the config of a control plane by that of a haproxy.cfg')
    .argument('<file...>', 'files, in the order in which haproxy would read them')
    .option('--dry-run', 'tell what would change and change nothing')
    .option('--wait', 'wait until every connected node serves it')
    .exitOverride()
    .action(async (files: string[], options: ImportOptions) => {
      await importFiles(files, options);
    });
  const exportCommand = program
    .command('export')
    .description('write the config of a control plane as a haproxy.cfg')
    .argument('[file]', 'where to; standard output without it')
    .exitOverride()
    .action(async (file: string | undefined, options: ApiOptions) => {
      const text = await callApi(options, 'GET', '/v1/config/haproxy');
      if (file === undefined) process.stdout.write(text);
      else writeFileSync(file, text);
    });
  for (const option of apiOptions) {
    importCommand.addOption(option);
    exportCommand.addOption(option);
  }
}

/** Maps and ACL files are resources of their own, which the config names. A dry run tells of them and sends none. */
async function uploadPatterns({ patternFiles }: CfgReading, options: ImportOptions): Promise<void> {
  for (const { name, entries } of patternFiles) {
    const { kind, size: count } = entries;
    const words = `${count} ${count === 1 ? 'entry' : 'entries'}`;
    if (options.dryRun === true) process.stdout.write(`would put the ${kindNames[kind]} ${name} with ${words}\n`);
    else {
      await callApi(options, 'PUT', `/v1${patternPath(kind, name)}`, writePatterns(kind, entries.contents()));
      process.stdout.write(`put the ${kindNames[kind]} ${name} with ${words}\n`);
    }
  }
}

/** Files and environment are read here, where they are; the control plane is sent the config that they make. */
async function importFiles(names: readonly string[], options: ImportOptions): Promise<void> {
  const reading = readFiles(names);
  for (const diagnostic of reading.diagnostics) {
    process.stderr.write(`${formatDiagnostic(diagnostic, process.pid)}\n`);
  }
  if (!reading.valid) {
    process.stderr.write('sluice: nothing was imported\n');
    process.exitCode = 1;
    return;
  }
  for (const { file, line, text, reason } of reading.skipped) {
    process.stdout.write(`not carried over: ${file}:${line}: ${text} (${reason})\n`);
  }
  for (const { file, line, text, reason } of reading.changed) {
    process.stdout.write(`changed: ${file}:${line}: ${text} (${reason})\n`);
  }
  await uploadPatterns(reading, options);
  const query = new URLSearchParams({ message: `import of ${names.join(', ')}`.slice(0, 1_000) });
  if (options.dryRun === true) {
    query.set('dryRun', 'true');
    query.set('assumePatterns', 'true');
  }
  if (options.wait === true) query.set('wait', 'applied');
  const answer = JSON.parse(await callApi(options, 'PUT', `/v1/config?${query}`, reading.config)) as {
    version: number;
    changes?: readonly PlanEntry[];
    state?: string;
  };
  for (const { action, resource } of answer.changes ?? []) process.stdout.write(`${action} ${resource}\n`);
  if (answer.changes === undefined) {
    process.stdout.write(`version ${answer.version} is stored, but not every node serves it: ${answer.state}\n`);
    process.exitCode = 1;
  } else if (answer.changes.length === 0)
    process.stdout.write(`nothing changes: version ${answer.version} is the same\n`);
  else process.stdout.write(`${options.dryRun === true ? 'now is' : 'this is'} version ${answer.version}\n`);
}

function readFiles(names: readonly string[]): CfgReading {
  return readHaproxyCfg({
    findViolations: findConfigViolations,
    files: names.map((name) => ({ name, text: readFileSync(name, 'utf8') })),
    facts: sluiceFacts(process.env),
    environment: process.env,
    readFile: (path) => readFileSync(path, 'utf8'),
    readPatternBytes: (path) => readFileSync(findPatterns(path, names)),
  });
}

/** A file that is not where the path leads from here may stand next to the configuration. */
function findPatterns(path: string, names: readonly string[]): string {
  if (isAbsolute(path) || existsSync(path)) return path;
  return names.map((name) => join(dirname(name), path)).find((each) => existsSync(each)) ?? path;
}
