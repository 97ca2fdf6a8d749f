/** The lines that have to do with logs. */
import type { Defaults } from '../model/defaults.ts';
import type { LogTarget } from '../model/log-target.ts';
import { quoteWord } from './quote-word.ts';

type LogField =
  | 'logs'
  | 'logTag'
  | 'logFormat'
  | 'errorLogFormat'
  | 'logFormatSd'
  | 'dontlognull'
  | 'dontlogNormal'
  | 'logSeparateErrors'
  | 'logasap';
type LogSettings = { readonly [Field in LogField]?: Defaults[Field] | undefined };

const flags = [
  ['dontlognull', 'dontlognull'],
  ['dontlogNormal', 'dontlog-normal'],
  ['logSeparateErrors', 'log-separate-errors'],
  ['logasap', 'logasap'],
] as const;

/** `inherits` tells whether there are defaults, to whose targets the lines of a proxy would only add. */
export function writeLogs(settings: LogSettings, inherits = false): string[] {
  const { logs, logTag, errorLogFormat, logFormatSd } = settings;
  return [
    ...(logs !== undefined && (inherits || logs.length === 0) ? ['no log'] : []),
    ...(logs ?? []).map(writeTarget),
    ...(logTag === undefined ? [] : [`log-tag ${quoteWord(logTag)}`]),
    ...writeFormat(settings.logFormat),
    ...(errorLogFormat === undefined ? [] : [`error-log-format ${quoteWord(errorLogFormat)}`]),
    ...(logFormatSd === undefined ? [] : [`log-format-sd ${quoteWord(logFormatSd)}`]),
    ...flags.flatMap(([field, word]) =>
      settings[field] === undefined ? [] : [`${settings[field] ? '' : 'no '}option ${word}`],
    ),
  ];
}

function writeFormat(format: string | undefined): string[] {
  switch (format) {
    case undefined:
    case 'default':
      return [];
    case 'httplog':
    case 'httpslog':
    case 'tcplog':
      return [`option ${format}`];
    case 'clf':
      return ['option httplog clf'];
    default:
      return [`log-format ${quoteWord(format)}`];
  }
}

function writeTarget({ address, length, format, sample, facility, level, minLevel }: LogTarget): string {
  if (address === 'global') return 'log global';
  const words = ['log', quoteWord(address)];
  if (length !== undefined) words.push('len', String(length));
  if (format !== undefined) words.push('format', format);
  if (sample !== undefined) words.push('sample', `${sample.ranges}:${sample.size}`);
  words.push(facility ?? 'local0');
  if (level !== undefined || minLevel !== undefined) words.push(level ?? 'debug');
  if (minLevel !== undefined) words.push(minLevel);
  return words.join(' ');
}
