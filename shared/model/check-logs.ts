/** Checks what no schema can of logs: that addresses can be read, ranges fit and formats parse. */
import { type LogFormat, parseLogFormat } from '../language/log-format.ts';
import { logVariables } from '../language/log-variables.ts';
import { expandLogFormat, findFormatNameProblem, isHttpLogFormat } from '../language/named-log-formats.ts';
import { findPlaceProblem } from '../language/sample-types.ts';
import { LanguageError } from '../language/tokenize.ts';
import { findNameProblem, type ProxyNames } from './check-samples.ts';
import { parseLogAddress } from './log-address.ts';
import type { LogTarget } from './log-target.ts';
import { readRanges } from './resolve-logs.ts';
import type { Mode } from './snapshot.ts';

type Report = (pointer: string, detail: string) => void;

/** `mayBeGlobal` tells whether "global" can stand here. */
export function checkLogs(logs: readonly LogTarget[] | undefined, mayBeGlobal: boolean, report: Report): void {
  for (const [index, target] of (logs ?? []).entries()) {
    const pointer = `/logs/${index}`;
    const address = parseLogAddress(target.address);
    if ('problem' in address) report(`${pointer}/address`, address.problem);
    else if (address.kind === 'global') {
      if (!mayBeGlobal) report(`${pointer}/address`, '"global" cannot stand in global itself');
      if (Object.keys(target).length > 1) report(pointer, '"global" takes everything from global: no other field');
    }
    if (target.sample !== undefined) checkSample(target.sample, `${pointer}/sample`, report);
  }
}

function checkSample({ ranges, size }: NonNullable<LogTarget['sample']>, pointer: string, report: Report): void {
  for (const [first, last] of readRanges(ranges)) {
    if (first > last) report(`${pointer}/ranges`, `the range ${first}-${last} ends before it begins`);
    else if (last > size) report(`${pointer}/ranges`, `${last} is beyond the size of a sample, ${size}`);
  }
}

interface Formats {
  readonly logFormat?: string | undefined;
  readonly errorLogFormat?: string | undefined;
  readonly logFormatSd?: string | undefined;
}

const formatFields = ['logFormat', 'errorLogFormat', 'logFormatSd'] as const;

/** Checks the formats of a frontend, or of defaults when `mode` is undefined; names are told where a frontend uses them. */
export function checkFrontendLogs(proxy: Formats, mode: Mode | undefined, report: Report, names?: ProxyNames): void {
  for (const field of formatFields) {
    const text = proxy[field];
    if (text !== undefined) checkFormat(text, mode, names, (detail) => report(`/${field}`, detail));
  }
}

/**
 * What a frontend in mode tcp takes from its defaults may need mode http, which tells only here. Formats that have a name
 * are no problem: the one for TCP takes their place.
 */
export function checkInheritedLogs(
  frontend: Formats,
  defaults: Formats,
  mode: Mode,
  names: ProxyNames,
  report: Report,
): void {
  for (const field of formatFields) {
    const text = defaults[field];
    if (text === undefined || frontend[field] !== undefined) continue;
    if (isHttpLogFormat(text)) continue;
    const reportInherited = (detail: string) => report(`/${field}`, `from its defaults: ${detail}`);
    checkHttpOnly(text, mode, reportInherited);
    checkNames(text, mode, names, reportInherited);
  }
}

function checkFormat(
  text: string,
  mode: Mode | undefined,
  names: ProxyNames | undefined,
  report: (detail: string) => void,
): void {
  const problem = findFormatNameProblem(text);
  if (problem !== undefined) report(problem);
  else if (isHttpLogFormat(text)) {
    if (mode === 'tcp') report(`"${text}" needs mode http; use "tcplog"`);
  } else {
    try {
      parseLogFormat(expandLogFormat(text, 'http'), 'http-log');
    } catch (error) {
      if (!(error instanceof LanguageError)) throw error;
      report(`column ${error.column}: ${error.message}`);
      return;
    }
    checkHttpOnly(text, mode, report);
    if (names !== undefined) checkNames(text, mode ?? 'http', names, report);
  }
}

function checkNames(text: string, mode: Mode, names: ProxyNames, report: (detail: string) => void): void {
  for (const part of readFormat(text, mode)) {
    const problem = part.kind === 'sample' ? findNameProblem(part.sample, names) : undefined;
    if (problem !== undefined && part.kind === 'sample') report(`column ${part.column}: ${problem}`);
  }
}

/** Nothing where it cannot be read, which is reported where the text stands. */
function readFormat(text: string, mode: Mode): LogFormat {
  try {
    return parseLogFormat(expandLogFormat(text, mode));
  } catch (error) {
    if (!(error instanceof LanguageError)) throw error;
    return [];
  }
}

function checkHttpOnly(text: string, mode: Mode | undefined, report: (detail: string) => void): void {
  if (mode !== 'tcp') return;
  for (const part of readFormat(text, mode)) {
    if (part.kind === 'variable' && logVariables[part.name].needsHttp) {
      report(`column ${part.column}: "%${part.name}" needs mode http`);
    } else if (part.kind === 'sample') {
      const { name, needs } = part.sample.fetch;
      const problem = findPlaceProblem(needs, 'tcp-log');
      if (problem !== undefined) report(`column ${part.column}: "${name}" ${problem}`);
    }
  }
}
