/** Compiles a text with "%[sample]" and log variables in it, as arguments of rules have them (manual 2.6, section 8.2.6). */
import { type LogFlags, type LogPart, parseLogFormat } from '../../shared/language/log-format.ts';
import { type LogVariableName, logVariables } from '../../shared/language/log-variables.ts';
import { parseSample } from '../../shared/language/parse-sample.ts';
import { toBytes } from '../../shared/language/regular-expression.ts';
import type { Place } from '../../shared/language/sample-types.ts';
import { parseText, textVariables } from '../../shared/language/text-format.ts';
import { type CaptureList, captureWriters } from './captures.ts';
import { compileSampleText } from './compile-sample.ts';
import { hexAddress, hexadecimal, hexDigits } from './hexadecimal.ts';
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
  const write = contextWriters[name] ?? compileSampleText(parseSample(textVariables[name] ?? 'str()'));
  if (type === 'number' || type === 'plain') return withNothing(flags.hex ? inHexadecimal(name, write) : write, flags);
  return withFlags(flags.hex && type === 'address' ? (context) => hexAddress(write(context)) : write, flags, isForHead);
}

/** What no sample is the same as. */
const contextWriters: Partial<Record<LogVariableName, WriteText>> = {
  CC: ({ captures }) => captures?.requestCookie ?? '',
  CS: ({ captures }) => captures?.responseCookie ?? '',
  HM: ofRequest(({ method }) => method),
  HP: ofRequest(({ target }) => target.replace(/\?.*/, '')),
  HPO: ofRequest(({ target }) => (target === '*' ? '' : target.replace(/^[A-Za-z]+:\/\/[^/]*|\?.*/g, ''))),
  HQ: ofRequest(({ target }) => /\?.*/.exec(target)?.[0] ?? ''),
  // The whole target, as the client wrote it.
  HU: ofRequest(({ target }) => target),
  HV: ofRequest(({ minorVersion }) => `HTTP/1.${minorVersion}`),
  ID: ({ uniqueId }) => uniqueId ?? '',
  ST: ({ response, request, kept }) =>
    String(response?.status ?? (request === undefined && kept === undefined ? 0 : -1)),
  ms: ({ environment }) => String(Math.floor(environment.now()) % 1_000),
  pid: ({ environment }) => String(environment.pid),
  r: ofRequest(({ method, target, minorVersion }) => `${method} ${target} HTTP/1.${minorVersion}`),
  rt: ({ count }) => String(count),
  s: ({ serverConnection }) => serverConnection?.server.name ?? '<NOSRV>',
};

/** What the client asked for; as in the log, "<BADREQ>" before it is known to be a request. */
function ofRequest(read: (kept: KeptRequest) => string): WriteText {
  return ({ kept }) => (kept === undefined ? '<BADREQ>' : read(kept));
}

/** What is never quoted is "" in quotes where it is not known. */
function withNothing(write: WriteText, { quote }: LogFlags): WriteText {
  return quote ? (context) => write(context) || '""' : write;
}

function inHexadecimal(name: LogVariableName, write: WriteText): WriteText {
  const digits = hexDigits[name];
  if (digits === undefined) return write;
  return (context) => {
    const text = write(context);
    return text === '' ? '' : hexadecimal(Number(text), digits);
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
