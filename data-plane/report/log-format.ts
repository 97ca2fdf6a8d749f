/** Compiles a log format to a function that writes a line from a record, with HAProxy's way to write each variable. */
import { hostname } from 'node:os';
import type { LogFlags, LogFormat } from '../../shared/language/log-format.ts';
import { type LogVariable, type LogVariableName, logVariables } from '../../shared/language/log-variables.ts';
import { toBytes } from '../../shared/language/regular-expression.ts';
import { type CaptureList, captureWriters } from '../rules/captures.ts';
import { compileSampleText } from '../rules/compile-sample.ts';
import { hexAddress, hexadecimal, hexDigits } from '../rules/hexadecimal.ts';
import type { SampleContext, SampleEnvironment } from '../rules/sample-context.ts';
import type { AccessRecord } from './access-record.ts';
import { gmtDate, localDate, localMilliseconds } from './log-dates.ts';
import { RecordContext } from './record-context.ts';

/** Lines have one character for each byte. */
export type WriteLine = (record: AccessRecord) => string;

/** "" stands for "nothing known" in texts and addresses, which is written as "-". */
type Read = (record: AccessRecord) => string | number;

export interface LogContext {
  readonly pid: number;
  /** Whether times and sizes are not final: they get a "+". */
  readonly asap: boolean;
  /** What samples ask of the worker. */
  readonly environment: SampleEnvironment;
}

interface Step {
  readonly separates: boolean;
  /** Whether no double space is left behind where it writes nothing. */
  readonly vanishes: boolean;
  readonly text: string;
  readonly write: WriteLine | undefined;
}

/** Makes the function that writes a line. */
export function compileLogFormat(format: LogFormat, context: LogContext): WriteLine {
  const readers = readersFor(context);
  const steps = format.map((part): Step => {
    if (part.kind === 'separator') return { separates: true, vanishes: false, text: ' ', write: undefined };
    if (part.kind === 'sample') {
      const write = compileLogSample(compileSampleText(part.sample), part.flags, context.environment);
      return { separates: false, vanishes: false, text: '', write };
    }
    if (part.kind === 'text') return { separates: false, vanishes: false, text: toBytes(part.text), write: undefined };
    const write = compileVariable(part.name, part.flags, readers[part.name]);
    return { separates: false, vanishes: logVariables[part.name].type === 'captures', text: '', write };
  });
  return (record) => {
    let line = '';
    let separated = true;
    for (const { separates, vanishes, text, write } of steps) {
      if (separates) {
        if (!separated) line += ' ';
        separated = true;
      } else {
        const written = write === undefined ? text : write(record);
        line += written;
        if (written !== '' || !vanishes) separated = false;
      }
    }
    return line;
  };
}

/** A sample is looked at when the line is written: what is gone by then, the language has refused. */
function compileLogSample(
  read: (context: SampleContext) => string,
  { quote, escape: escapes }: LogFlags,
  environment: SampleEnvironment,
): WriteLine {
  const view = new RecordContext(environment);
  return (record) => {
    const text = lineText(read(view.of(record)));
    if (text === '') return quote ? '""' : '-';
    const shown = escapes ? escaped(text) : text;
    return quote ? `"${shown}"` : shown;
  };
}

/**
 * The bytes of a sample as text of a line. HAProxy passes control characters on; here they cannot end a line and begin
 * another.
 */
function lineText(bytes: string): string {
  if (/^[^\x00-\x1f\x7f]*$/.test(bytes)) return bytes;
  return bytes.replace(/[\x00-\x1f\x7f]/g, (character) => `#${hexadecimal(character.charCodeAt(0), 2)}`);
}

/** Whether everything in a line is known when a connection or request has just begun. */
export function isEarly(format: LogFormat): boolean {
  return format.every((part) => part.kind !== 'sample' && (part.kind !== 'variable' || logVariables[part.name].early));
}

/** Whether a format has one of these variables. */
export function uses(format: LogFormat, ...names: readonly LogVariableName[]): boolean {
  return format.some((part) => part.kind === 'variable' && names.includes(part.name));
}

function compileVariable(name: LogVariableName, flags: LogFlags, read: Read): WriteLine {
  const { type }: LogVariable = logVariables[name];
  if (type === 'captures') {
    const write = captureWriters(flags)[name as CaptureList];
    return ({ captures }) => (captures === undefined ? '' : write(captures));
  }
  if (type === 'plain') return (record) => String(read(record));
  if (type === 'number') return numberWriter(flags, flags.hex ? (hexDigits[name] ?? 0) : 0, read);
  const nothing = flags.quote ? '""' : name === 'HQ' || name === 'HPO' ? '' : '-';
  const show = type === 'address' && flags.hex ? hexAddress : textWriter(flags);
  return (record) => {
    const text = String(read(record));
    return text === '' ? nothing : show(text);
  };
}

/** With `digits` above 0 in hexadecimal of at least so many digits. */
function numberWriter({ quote }: LogFlags, digits: number, read: Read): WriteLine {
  return (record) => {
    const value = read(record);
    if (value === '') return quote ? '""' : '-';
    return digits === 0 ? String(value) : hexadecimal(Number(value), digits);
  };
}

function textWriter({ quote, escape: escapes }: LogFlags): (text: string) => string {
  const shown = escapes ? escaped : (text: string) => text;
  return quote ? (text) => `"${shown(text)}"` : shown;
}

function escaped(text: string): string {
  return text.replace(/["\\\]]/g, '\\$&');
}

/** What is not printable, and '"' and "#", as "#" with two digits (configuration manual 2.6, section 8.6). */
function printable(text: string): string {
  return /^[\x20\x21\x24-\x7e]*$/.test(text)
    ? text
    : text.replace(/[^\x20\x21\x24-\x7e]/g, (character) => `#${hexadecimal(character.charCodeAt(0), 2)}`);
}

/** Something of the request, for those that have one. */
function ofRequest(read: (record: AccessRecord) => string): Read {
  return (record) => (record.isUnread ? '<BADREQ>' : printable(read(record)));
}

function targetUpToQuery({ target }: AccessRecord): string {
  const query = target.indexOf('?');
  return query < 0 ? target : target.slice(0, query);
}

function query({ target }: AccessRecord): string {
  const start = target.indexOf('?');
  return start < 0 ? '' : target.slice(start);
}

/** The target without the scheme and authority that an absolute one has. */
function path(record: AccessRecord): string {
  const target = targetUpToQuery(record);
  if (target === '*') return '';
  return target.startsWith('/') ? target : target.replace(/^[A-Za-z]+:\/\/[^/]*/, '');
}

const idleOf = (record: AccessRecord) => Math.max(0, record.idle);
const requestDate = (record: AccessRecord) => record.acceptDate + idleOf(record);
const between = (from: number, to: number) => (to < 0 ? -1 : to - Math.max(0, from));
const termination = ({ termination: letters }: AccessRecord) => letters;

/** How each variable is read. */
function readersFor({ pid, asap }: LogContext): Readonly<Record<LogVariableName, Read>> {
  const unfinished = (read: (record: AccessRecord) => number): Read => (asap ? (record) => `+${read(record)}` : read);
  const host = hostname();
  const nothing: Read = () => '';
  return {
    B: unfinished(({ bytesOut }) => bytesOut),
    CC: ({ captures }) => captures?.requestCookie ?? '',
    CS: ({ captures }) => captures?.responseCookie ?? '',
    H: () => host,
    HM: ofRequest(({ method }) => method),
    HP: ofRequest(targetUpToQuery),
    HPO: ofRequest(path),
    HQ: ofRequest(query),
    HU: ofRequest(({ target }) => target),
    HV: ofRequest(({ minorVersion }) => `HTTP/1.${minorVersion}`),
    ID: (record) => record.uniqueId,
    ST: ({ status }) => status,
    T: ({ acceptDate }) => gmtDate(acceptDate),
    Ta: unfinished((record) => record.closed - idleOf(record)),
    Tc: ({ serverChosen, connected }) => between(serverChosen, connected),
    Td: ({ log, connected, responseBegun, closed }) => {
      const begun = log.settings.isHttp ? responseBegun : connected;
      return begun < 0 ? -1 : closed - begun;
    },
    Th: () => 0,
    Ti: idleOf,
    Tl: ({ acceptDate }) => localDate(acceptDate),
    TR: (record) => between(idleOf(record), record.requestRead),
    Tq: ({ requestRead }) => requestRead,
    Tr: ({ connected, responseBegun }) => between(connected, responseBegun),
    Ts: ({ acceptDate }) => Math.floor(acceptDate / 1_000),
    Tt: unfinished(({ closed }) => closed),
    Tu: unfinished((record) => record.closed - idleOf(record)),
    Tw: ({ requestRead, serverChosen }) => between(requestRead, serverChosen),
    U: ({ bytesIn }) => bytesIn,
    ac: ({ context }) => context.sessions.size,
    b: ({ backend, log }) => backend?.name ?? log.frontend,
    bc: ({ backendSessions }) => backendSessions,
    bi: ({ sourceAddress }) => sourceAddress,
    bp: ({ sourcePort }) => sourcePort || '',
    bq: ({ queuePosition }) => queuePosition,
    ci: ({ clientAddress }) => clientAddress,
    cp: ({ clientPort }) => clientPort,
    f: ({ log }) => log.frontend,
    fc: ({ log }) => log.counters.currentSessions,
    fi: ({ localAddress }) => localAddress,
    fp: ({ localPort }) => localPort || '',
    ft: ({ log }) => log.frontend,
    hr: nothing,
    hrl: nothing,
    hs: nothing,
    hsl: nothing,
    lc: ({ log }) => log.lineCount.lines,
    ms: ({ acceptDate }) => acceptDate % 1_000,
    pid: () => pid,
    r: ofRequest(({ method, target, minorVersion }) => `${method} ${target} HTTP/1.${minorVersion}`),
    rc: ({ redispatched, retries }) => (redispatched ? `+${retries}` : retries),
    rt: ({ count }) => count,
    s: ({ server }) => server?.name ?? '<NOSRV>',
    sc: ({ serverSessions }) => serverSessions,
    si: ({ server }) => server?.address ?? '',
    sp: ({ server }) => server?.port ?? '',
    sq: () => 0,
    sslc: nothing,
    sslv: nothing,
    t: ({ acceptDate }) => localMilliseconds(acceptDate),
    tr: (record) => localMilliseconds(requestDate(record)),
    trg: (record) => gmtDate(requestDate(record)),
    trl: (record) => localDate(requestDate(record)),
    ts: termination,
    tsc: (record) => `${termination(record)}--`,
  };
}
