/** Compiles what a version says of logs. */
import { type LogFormat, parseLogFormat } from '../../../shared/language/log-format.ts';
import type { SnapshotFrontend } from '../../../shared/model/snapshot.ts';
import { AccessLog, type AccessLogSettings, type LineCount } from '../../report/access-log.ts';
import type { ProxyCounters } from '../../report/counters.ts';
import { compileLogFormat, isEarly, uses } from '../../report/log-format.ts';
import { compileLogTargets } from '../../report/syslog.ts';
import type { Demands } from '../../rules/compile-scope.ts';
import type { SampleEnvironment } from '../../rules/sample-context.ts';

/** The log of a frontend, undefined when nothing is to be noted for it or for texts of rules. Throws Error when this node cannot send to one of its targets. */
export function compileFrontendLog(
  { name, mode, log }: SnapshotFrontend,
  counters: ProxyCounters,
  lineCount: LineCount,
  environment: SampleEnvironment,
  demands: Demands,
): AccessLog | undefined {
  if (log === null) return demands.record ? new AccessLog(name, counters, lineCount, notesOnly(mode)) : undefined;
  // Lines name the node's process, which outlives its workers.
  const pid = process.ppid;
  const format = parseLogFormat(log.format);
  const errorFormat = log.errorFormat === '' ? undefined : parseLogFormat(log.errorFormat);
  const dataFormat = log.dataFormat === '' ? undefined : parseLogFormat(log.dataFormat);
  const all = [...format, ...(errorFormat ?? []), ...(dataFormat ?? [])];
  const context = { pid, asap: log.asap, environment };
  return new AccessLog(name, counters, lineCount, {
    isHttp: mode === 'http',
    targets: compileLogTargets(log, pid),
    writeLine: compileLogFormat(format, context),
    writeErrorLine: errorFormat === undefined ? undefined : compileLogFormat(errorFormat, context),
    writeData: dataFormat === undefined ? undefined : compileLogFormat(dataFormat, context),
    early: isEarly(format) && isEarly(dataFormat ?? []),
    asap: log.asap,
    dontlognull: log.dontlognull,
    dontlogNormal: log.dontlogNormal,
    separateErrors: log.separateErrors,
    needsLocalAddress: usesLocalAddress(all),
    needsSourceAddress: uses(all, 'bi', 'bp') || usesSample(all, /^bc_src/),
  });
}

/** Everything is noted as for a log, and nothing is written. */
function notesOnly(mode: 'http' | 'tcp'): AccessLogSettings {
  return {
    isHttp: mode === 'http',
    targets: undefined,
    writeLine: () => '',
    writeErrorLine: undefined,
    writeData: undefined,
    early: false,
    asap: false,
    dontlognull: true,
    dontlogNormal: true,
    separateErrors: false,
    needsLocalAddress: false,
    needsSourceAddress: false,
  };
}

function usesLocalAddress(format: LogFormat): boolean {
  return uses(format, 'fi', 'fp') || usesSample(format, /^(?:(?:fc_)?dst|so_)/);
}

function usesSample(format: LogFormat, name: RegExp): boolean {
  return format.some((part) => part.kind === 'sample' && name.test(part.sample.fetch.name));
}
