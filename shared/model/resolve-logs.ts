/** Turns what a config says of logs into what a node carries out: "global" and defaults put in, named formats spelled out. */
import { expandLogFormat, isHttpLogFormat } from '../language/named-log-formats.ts';
import type { Backend } from './backend.ts';
import type { Defaults } from './defaults.ts';
import type { Frontend } from './frontend.ts';
import type { Global } from './global.ts';
import type { LogTarget } from './log-target.ts';
import type { SnapshotFrontendLog, SnapshotLogTarget, SnapshotLogTargets } from './snapshot.ts';

/** The logs of a frontend; null when they go nowhere. */
export function resolveFrontendLog(
  frontend: Frontend,
  defaults: Defaults,
  global: Global,
  mode: 'http' | 'tcp',
): SnapshotFrontendLog | null {
  const where = resolveTargets(frontend, defaults, global);
  if (where === null) return null;
  const option = (name: 'dontlognull' | 'dontlogNormal' | 'logSeparateErrors' | 'logasap') =>
    frontend[name] ?? defaults[name] ?? false;
  const format = frontend.logFormat ?? fitting(defaults.logFormat ?? 'default', mode);
  // HAProxy's default format tells of requests, not of connections without one.
  const errorFormat = frontend.errorLogFormat ?? defaults.errorLogFormat ?? (format === 'default' ? '' : format);
  return {
    ...where,
    format: expandLogFormat(format, mode),
    errorFormat: expandLogFormat(errorFormat, mode),
    // Nor has a line in that format structured data.
    dataFormat: format === 'default' ? '' : (frontend.logFormatSd ?? defaults.logFormatSd ?? ''),
    dontlognull: option('dontlognull'),
    dontlogNormal: option('dontlogNormal'),
    separateErrors: option('logSeparateErrors'),
    asap: option('logasap'),
  };
}

/** Defaults serve proxies of both modes: where they name a format of HTTP, others take tcplog, as in HAProxy. */
function fitting(format: string, mode: 'http' | 'tcp'): string {
  return mode === 'tcp' && isHttpLogFormat(format) ? 'tcplog' : format;
}

/** Where changes of a backend's servers are logged; null for nowhere. */
export function resolveBackendLog(backend: Backend, defaults: Defaults, global: Global): SnapshotLogTargets | null {
  return resolveTargets(backend, defaults, global);
}

function resolveTargets(proxy: Frontend | Backend, defaults: Defaults, global: Global): SnapshotLogTargets | null {
  const named = proxy.logs ?? defaults.logs ?? [];
  const targets = named.flatMap((target) => (target.address === 'global' ? (global.logs ?? []) : [target]));
  if (targets.length === 0) return null;
  return {
    targets: targets.map((target) => resolveTarget(target, global)),
    tag: proxy.logTag ?? defaults.logTag ?? global.logTag ?? 'haproxy',
    hostname: global.logSendHostname ?? null,
  };
}

function resolveTarget(target: LogTarget, global: Global): SnapshotLogTarget {
  return {
    address: target.address,
    length: target.length ?? 1_024,
    format: target.format ?? (global.logSendHostname === undefined ? 'local' : 'rfc3164'),
    facility: target.facility ?? 'local0',
    level: target.level ?? 'debug',
    minLevel: target.minLevel ?? 'emerg',
    sample: target.sample === undefined ? null : { ranges: readRanges(target.sample.ranges), size: target.sample.size },
  };
}

/** "1,3-5" as [[1, 1], [3, 5]]. */
export function readRanges(text: string): [number, number][] {
  return text.split(',').map((range) => {
    const [first = '', last = first] = range.split('-');
    return [Number(first), Number(last)];
  });
}
