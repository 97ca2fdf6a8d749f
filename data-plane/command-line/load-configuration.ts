/** Reads the configuration files that the command line names, and tells what they have to say. */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { getSystemErrorMessage } from 'node:util';
import { type Diagnostic, formatDiagnostic } from '../../shared/haproxy-cfg/diagnostic.ts';
import { isOrdinary } from '../../shared/haproxy-cfg/is-ordinary.ts';
import { type CfgInput, type CfgReading, readHaproxyCfg } from '../../shared/haproxy-cfg/read-haproxy-cfg.ts';
import { compatibleVersion, sluiceFacts } from '../../shared/haproxy-cfg/sluice-facts.ts';
import { emptyConfig } from '../../shared/model/empty-config.ts';
import { resolveDefaults } from '../../shared/model/resolve-defaults.ts';
import { canonicalJson, sha256 } from '../../shared/protocol/canonical-json.ts';
import type { Version } from '../node/activate.ts';
import { hasAccount } from './accounts.ts';
import type { Arguments } from './arguments.ts';
import { asksForOrigins, noteOrigins, numberInOrder } from './note-places.ts';
import { softwareVersion } from './versions.ts';

const longest = '24d';

/** A file or folder that cannot be opened: nothing else is read. */
export class UnreadableFile extends Error {}

/** The files hold not one line to read, as they are folders without files. */
export class NoFile extends Error {}

/** What the system says of an error: "No such file or directory". */
export function systemMessage({ errno, message }: NodeJS.ErrnoException): string {
  if (errno === undefined) return message;
  const text = getSystemErrorMessage(errno);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The files that a name stands for: itself, or for a folder for its files that end in ".cfg", by name (management manual 2.6, "-f"). */
function findFiles(name: string): string[] {
  if (!statSync(name).isDirectory()) return [name];
  const inside = readdirSync(name).filter((file) => file.endsWith('.cfg') && !file.startsWith('.'));
  return inside.sort().map((file) => join(name, file));
}

function readFiles(names: readonly string[], findViolations: CfgInput['findViolations']): CfgReading {
  let current = '';
  try {
    const files = names
      .flatMap((name) => {
        current = name;
        return findFiles(name);
      })
      .map((name) => {
        current = name;
        return { name, text: readFileSync(name, 'utf8') };
      });
    if (files.length === 0) throw new NoFile('no configuration file is given');
    return readHaproxyCfg({
      files,
      facts: sluiceFacts(process.env),
      environment: {
        ...process.env,
        HAPROXY_LOCALPEER: 'sluice',
        HAPROXY_CFGFILES: files.map(({ name }) => name).join(';'),
      },
      readFile: (path) => readFileSync(path, 'utf8'),
      readPatternBytes: (path) => readFileSync(path),
      patternEncoding: 'latin1',
      hasAccount,
      findViolations,
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).errno === undefined) throw error;
    const why = systemMessage(error as NodeJS.ErrnoException);
    throw new UnreadableFile(`config : Cannot open configuration file/directory ${current} : ${why}`);
  }
}

/**
 * Reads all files. Only a config that is out of the ordinary is held against the schemas, which cost more to load than most
 * files to read. Throws UnreadableFile, NoFile.
 */
export async function readConfiguration(names: readonly string[]): Promise<CfgReading> {
  const reading = readFiles(names, () => []);
  if (!reading.valid || isOrdinary(reading.config)) return reading;
  const { findConfigViolations } = await import('../../shared/haproxy-cfg/find-config-violations.ts');
  return readFiles(names, findConfigViolations);
}

/** Whether there is anything to serve. */
export function hasListener({ config }: CfgReading): boolean {
  return (config.frontends ?? []).some(({ disabled, binds = [] }) => disabled !== true && binds.length > 0);
}

/** The version that a node runs; the uid of each resource is its path. */
export function toVersion(reading: CfgReading, number: number): Version {
  const { config } = reading;
  // Without hard-stop-after, HAProxy lets connections last as long as they like after a soft stop.
  const global = { hardStopAfter: longest, ...config.global };
  const snapshot = resolveDefaults({ ...emptyConfig, ...config, global }, (path) => path);
  numberInOrder(snapshot, reading);
  let json = canonicalJson(snapshot);
  if (asksForOrigins(json)) {
    noteOrigins(snapshot, reading);
    json = canonicalJson(snapshot);
  }
  return { epoch: 'file', version: number, hash: sha256(json), json, snapshot };
}

/** Writes the messages to standard error as HAProxy does: who speaks comes first, and only when there is an alert. */
export function tellDiagnostics(reading: Pick<CfgReading, 'diagnostics' | 'skipped'>, args: Arguments): void {
  if (args.quiet) return;
  const told = reading.diagnostics.filter(({ severity }) => severity !== 'diag' || args.diagnostics);
  if (told.some(({ severity }) => severity === 'alert' || severity === 'warning')) {
    tell({ severity: 'notice' }, `sluice version is ${softwareVersion()} (HAProxy ${compatibleVersion})`);
    tell({ severity: 'notice' }, `path to executable is ${process.execPath}`);
  }
  const ineffective = args.diagnostics ? reading.skipped.map(toDiagnostic) : [];
  for (const diagnostic of [...told, ...ineffective]) {
    process.stderr.write(`${formatDiagnostic(diagnostic, process.pid)}\n`);
  }
}

function toDiagnostic({ file, line, text, reason }: CfgReading['skipped'][number]): Diagnostic {
  return { severity: 'diag', file, line, text: `'${text}' has no effect: ${reason}.` };
}

/** The last words over a configuration that cannot be used. */
export function tellFatal(reading: CfgReading, args: Arguments): void {
  if (args.quiet) return;
  const alert = (text: string) => {
    process.stderr.write(`${formatDiagnostic({ severity: 'alert', file: '', line: 0, text }, process.pid)}\n`);
  };
  const files = new Set(reading.diagnostics.filter(({ severity }) => severity === 'alert').map(({ file }) => file));
  for (const file of files) if (file !== '') alert(`Error(s) found in configuration file : ${file}`);
  alert('Fatal errors found in configuration.');
}

/** A message that is not about the configuration: "[NOTICE]   (123) : text". */
export function tell({ severity }: Pick<Diagnostic, 'severity'>, text: string): void {
  process.stderr.write(`${`[${severity.toUpperCase()}]`.padEnd(11)}(${process.pid}) : ${text}\n`);
}
