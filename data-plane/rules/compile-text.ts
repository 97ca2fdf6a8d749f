/** Compiles a text with "%[sample]" and log variables in it, as arguments of rules have them (manual 2.6, section 8.2.6). */
import { type LogFlags, type LogPart, parseLogFormat } from '../../shared/language/log-format.ts';
import { type LogVariableName, logVariables } from '../../shared/language/log-variables.ts';
import { parseSample } from '../../shared/language/parse-sample.ts';
import { toBytes } from '../../shared/language/regular-expression.ts';
import type { Place } from '../../shared/language/sample-types.ts';
import { parseText, textVariables } from '../../shared/language/text-format.ts';
import { gmtDate, localDate, localMilliseconds } from '../report/log-dates.ts';
import { type CaptureList, captureWriters } from './captures.ts';
import { compileSampleText } from './compile-sample.ts';
import { demandRecord } from './compile-scope.ts';
import { hexAddress, hexadecimal, hexDigits } from './hexadecimal.ts';
import { requestTexts } from './request-texts.ts';
import type { KeptRequest, SampleContext } from './sample-context.ts';

export type WriteText = (context: SampleContext) => string;

/** Whether a text depends on what it is written for; if not, it is what {@link compileText} answers for any context. */
export function usesSamples(text: string): boolean {
  return text.includes('%') && parseLogFormat(text).some(({ kind }) => kind === 'variable' || kind === 'sample');
}

/**
 * The function that writes the text; the result has one character for each byte. A sample that is not there leaves
 * nothing. What is meant for a head has no quotes around samples, and line ends and other control characters in one are
 * written as "%0D"; any other text is as it would be in the log. Throws LanguageError.
 */
export function compileText(format: string, where: Place, isForHead = true): WriteText {
  if (!format.includes('%')) {
    const text = toBytes(format);
    return () => text;
  }
  const steps = parseText(format, where).map((part) => compilePart(part, isForHead));
  const [only] = steps;
  if (steps.length === 1 && only !== undefined) return only;
  return (context) => {
    let text = '';
    for (const step of steps) text += step(context);
    return text;
  };
}

/** The same, but that runs of spaces are one separator, which is left out where nothing stands before it. */
export function compileMergedText(format: string, where: Place): WriteText {
  const steps = parseText(format, where, true).map((part) =>
    part.kind === 'separator' ? undefined : compilePart(part, true),
  );
  return (context) => {
    let text = '';
    for (const step of steps) {
      if (step !== undefined) text += step(context);
      else if (text !== '' && !text.endsWith(' ')) text += ' ';
    }
    return text;
  };
}

function compilePart(part: LogPart, isForHead: boolean): WriteText {
  switch (part.kind) {
    case 'separator':
      return () => ' ';
    case 'text': {
      const text = toBytes(part.text);
      return () => text;
    }
    case 'sample':
      return withFlags(
        compileSampleText(part.sample),
        isForHead ? { ...part.flags, quote: false } : part.flags,
        isForHead,
      );
    case 'variable':
      return compileVariable(part.name, part.flags, isForHead);
  }
}

function compileVariable(name: LogVariableName, flags: LogFlags, isForHead: boolean): WriteText {
  const { type } = logVariables[name];
  if (type === 'captures') {
    const write = captureWriters(flags)[name as CaptureList];
    return ({ captures }) => (captures === undefined ? '' : write(captures));
  }
  const write = contextWriters[name] ?? compileSampleVariable(name) ?? compileNoted(name);
  if (type === 'plain') return write;
  if (type === 'number') return numberWriter(name, write, flags);
  return flags.hex && type === 'address' ? addressWriter(write, flags) : withFlags(write, flags, isForHead);
}

function compileSampleVariable(name: LogVariableName): WriteText | undefined {
  const sample = textVariables[name];
  return sample === undefined ? undefined : compileSampleText(parseSample(sample));
}

/** Times between moments that come later. */
const unreached: ReadonlySet<LogVariableName> = new Set<LogVariableName>(['TR', 'Tc', 'Td', 'Tq', 'Tr', 'Tw']);

/**
 * What is noted for the log; in rules on connections nothing is. How long the client took is known once the rules on its
 * request are over, as in HAProxy.
 */
function compileNoted(name: LogVariableName): WriteText {
  demandRecord();
  const unknown = logVariables[name].type !== 'number' ? '' : unreached.has(name) ? '-1' : '0';
  if (name === 'TR' || name === 'Tq') {
    return ({ record, request }) =>
      record === undefined || request !== undefined ? unknown : String(record.tell(name));
  }
  const date = dates[name];
  return ({ record, environment }) => {
    if (record !== undefined) return String(record.tell(name));
    return date === undefined ? unknown : date(environment.now());
  };
}

/** Where nothing is noted, now is the date. */
const dates: Partial<Record<LogVariableName, (milliseconds: number) => string>> = {
  t: localMilliseconds,
  tr: localMilliseconds,
  trg: gmtDate,
  trl: localDate,
};

/** Something of the request, for those that have one. */
function ofRequest(read: (request: KeptRequest) => string): WriteText {
  return ({ kept }) => (kept === undefined ? '<BADREQ>' : read(kept));
}

const none: WriteText = () => '0';
const nothing: WriteText = () => '';

/** What no sample is the same as, and what is never known before all is over. */
const contextWriters: Partial<Record<LogVariableName, WriteText>> = {
  B: none,
  CC: ({ captures }) => captures?.requestCookie ?? '',
  CS: ({ captures }) => captures?.responseCookie ?? '',
  HM: ofRequest(requestTexts.HM),
  HP: ofRequest(requestTexts.HP),
  HPO: ofRequest(requestTexts.HPO),
  HQ: ofRequest(requestTexts.HQ),
  HU: ofRequest(requestTexts.HU),
  HV: ofRequest(requestTexts.HV),
  ID: ({ uniqueId }) => uniqueId ?? '',
  ST: ({ response, request, kept }) =>
    String(response?.status ?? (request === undefined && kept === undefined ? 0 : -1)),
  Th: none,
  U: none,
  bc: ({ backend }) => String(backend?.counters.currentSessions ?? 0),
  bi: ({ serverConnection }) => serverConnection?.sourceAddress ?? '',
  bp: ({ serverConnection }) => String(serverConnection?.sourcePort || ''),
  ms: ({ environment }) => String(Math.floor(environment.now()) % 1_000),
  pid: ({ environment }) => String(environment.pid),
  r: ofRequest(requestTexts.r),
  rt: ({ count }) => String(count),
  s: ({ serverConnection }) => serverConnection?.server.name ?? '<NOSRV>',
  sc: ({ serverConnection }) => String(serverConnection?.server.counters.currentSessions ?? 0),
  si: ({ serverConnection }) => serverConnection?.server.address ?? '',
  sp: ({ serverConnection }) => String(serverConnection?.server.port ?? ''),
  sq: none,
  sslc: nothing,
  sslv: nothing,
  ts: () => '--',
  tsc: () => '----',
};

/** What is no number is quoted as a text of nothing is. */
function numberWriter(name: LogVariableName, write: WriteText, { hex, quote }: LogFlags): WriteText {
  const digits = hex ? (hexDigits[name] ?? 0) : 0;
  if (digits === 0 && !quote) return write;
  const unknown = quote ? '""' : '';
  return (context) => {
    const number = write(context);
    return number === '' ? unknown : digits === 0 ? number : hexadecimal(Number(number), digits);
  };
}

/** An address in hexadecimal is never quoted. */
function addressWriter(write: WriteText, { quote }: LogFlags): WriteText {
  const unknown = quote ? '""' : '';
  return (context) => {
    const address = write(context);
    return address === '' ? unknown : hexAddress(address);
  };
}

/** Control characters but tab, which would end a line of a head, or worse, are written as in a URL. */
function visible(text: string): string {
  if (!/[\x00-\x08\x0a-\x1f\x7f]/.test(text)) return text;
  return text.replace(/[\x00-\x08\x0a-\x1f\x7f]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}

function withFlags(write: WriteText, { quote, escape: escapes }: LogFlags, isForHead: boolean): WriteText {
  if (!quote && !escapes) return isForHead ? (context) => visible(write(context)) : write;
  return (context) => {
    const written = write(context);
    const text = isForHead ? visible(written) : written;
    const shown = escapes ? text.replace(/["\\\]]/g, '\\$&') : text;
    return quote ? `"${shown}"` : shown;
  };
}
