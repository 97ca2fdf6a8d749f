/** Compiles a log format to a function that writes a line from a record, with HAProxy's way to write each variable. */
import type { LogFlags, LogFormat } from '../../shared/language/log-format.ts';
import { type LogVariable, type LogVariableName, logVariables } from '../../shared/language/log-variables.ts';
import { toBytes } from '../../shared/language/regular-expression.ts';
import { type CaptureList, captureWriters } from '../rules/captures.ts';
import { compileSampleText } from '../rules/compile-sample.ts';
import { hexAddress, hexadecimal, hexDigits } from '../rules/hexadecimal.ts';
import type { SampleContext, SampleEnvironment } from '../rules/sample-context.ts';
import type { AccessRecord } from './access-record.ts';
import { logValues, type Read } from './log-values.ts';
import { RecordContext } from './record-context.ts';

/** Lines have one character for each byte. */
export type WriteLine = (record: AccessRecord) => string;

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
  const steps = format.map((part): Step => {
    if (part.kind === 'separator') return { separates: true, vanishes: false, text: ' ', write: undefined };
    if (part.kind === 'sample') {
      const write = compileLogSample(compileSampleText(part.sample), part.flags, context.environment);
      return { separates: false, vanishes: false, text: '', write };
    }
    if (part.kind === 'text') return { separates: false, vanishes: false, text: toBytes(part.text), write: undefined };
    const write = compileVariable(part.name, part.flags, readerOf(part.name, context));
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

/** What grows until the end. */
const unfinished: ReadonlySet<LogVariableName> = new Set<LogVariableName>(['B', 'Ta', 'Tt', 'Tu']);

function readerOf(name: LogVariableName, { pid, asap }: LogContext): Read {
  if (name === 'pid') return () => pid;
  const read = logValues[name];
  return asap && unfinished.has(name) ? (record) => `+${read(record)}` : read;
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
