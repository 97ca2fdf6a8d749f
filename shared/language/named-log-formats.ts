/** The log formats that have a name, as HAProxy defines them (configuration manual 2.6, sections 8.2.1 to 8.2.4). */
import { hint } from './suggest.ts';

const httplog =
  '%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r';

const formats = {
  httplog: { format: httplog, needsHttp: true },
  // The samples at its end, which tell of TLS, are what they are on a connection without it.
  httpslog: { format: `${httplog} 0/-/-/-/0 -/%sslv/%sslc`, needsHttp: true },
  clf: {
    format:
      '%{+Q}o %{-Q}ci - - [%trg] %r %ST %B "" "" %cp %ms %ft %b %s %TR %Tw %Tc %Tr %Ta %tsc %ac %fc %bc %sc %rc %sq %bq %CC %CS %hrl %hsl',
    needsHttp: true,
  },
  tcplog: {
    format: '%ci:%cp [%t] %ft %b/%s %Tw/%Tc/%Tt %B %ts %ac/%fc/%bc/%sc/%rc %sq/%bq',
    needsHttp: false,
  },
  default: { format: '', needsHttp: false },
} as const;
type FormatName = keyof typeof formats;

function isFormatName(text: string): text is FormatName {
  return Object.hasOwn(formats, text);
}

/** Whether a value of `logFormat` is the name of a format that needs mode http. */
export function isHttpLogFormat(text: string): boolean {
  return isFormatName(text) && formats[text].needsHttp;
}

/** The format that a value of `logFormat` stands for: a named one, else the text itself. */
export function expandLogFormat(text: string, mode: 'http' | 'tcp'): string {
  if (!isFormatName(text)) return text;
  return text === 'default'
    ? `Connect from %ci:%cp to %fi:%fp (%f/${mode === 'http' ? 'HTTP' : 'TCP'})`
    : formats[text].format;
}

/** What is wrong with a word that looks like the name of a format and is none; undefined when nothing is. */
export function findFormatNameProblem(text: string): string | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || isFormatName(text)) return undefined;
  const names = Object.keys(formats);
  return `"${text}" is no log format (${names.join(', ')}) and has no variable such as %ci${hint(text, names)}`;
}
