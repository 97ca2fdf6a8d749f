/** Where logs go and what stands in them: `log`, `log-format`, `log-tag` and the options that have to do with logging. */
import { type Static, Type } from 'typebox';
import { closedObject } from './fields.ts';
import { logFacilities, logLevels, logLineFormats } from './vocabulary.ts';

/** One of these words. */
function oneOf<const Word extends string>(words: readonly Word[], description: string) {
  return Type.Unsafe<Word>(Type.String({ enum: [...words], description }));
}

const levelField = (description: string) => Type.Optional(oneOf(logLevels, description));

export const logTargetSchema = closedObject(
  {
    address: Type.String({
      minLength: 1,
      maxLength: 200,
      description:
        'Where to send: an IP address with a UDP port ("127.0.0.1:514", "[::1]:514", "ipv4@..." or "ipv6@..."; port 514 when none is given), the path of a unix datagram socket, "stdout", "stderr" or "fd@1". "global" stands for the targets of global; such an entry has no other field.',
      examples: ['127.0.0.1:514'],
    }),
    length: Type.Optional(
      Type.Integer({
        minimum: 80,
        maximum: 65_535,
        description: 'Longest line in bytes, header included (len); what is beyond is cut off. Default: 1024.',
      }),
    ),
    format: Type.Optional(
      oneOf(
        logLineFormats,
        'How a line is framed. "local": priority, date, tag and process number. "rfc3164": the same with the name of the host. "rfc5424": as that RFC says. "priority": only the priority. "short": only the level. "timed": level and date. "iso": only the date. "raw": nothing but the text. Default: "local", or "rfc3164" when global.logSendHostname is set.',
      ),
    ),
    facility: Type.Optional(oneOf(logFacilities, 'Syslog facility. Default: "local0".')),
    level: levelField('Send only lines at least as grave as this level. Default: "debug".'),
    minLevel: levelField('Send graver lines as if they were of this level. Default: "emerg".'),
    sample: Type.Optional(
      closedObject(
        {
          ranges: Type.String({
            pattern: '^[1-9][0-9]*(-[1-9][0-9]*)?(,[1-9][0-9]*(-[1-9][0-9]*)?)*$',
            maxLength: 1_000,
            description: 'Which lines of each sample are sent, counted from 1.',
            examples: ['1,3-5'],
          }),
          size: Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Lines in a sample.' }),
        },
        { description: 'Sends only some of the lines, in turn. Default: all of them.' },
      ),
    ),
  },
  { title: 'LogTarget', description: 'Somewhere to send logs to (log).' },
);
export type LogTarget = Static<typeof logTargetSchema>;

export const logsField = (description: string) =>
  Type.Optional(Type.Array(logTargetSchema, { maxItems: 50, description: `${description} Default: none.` }));

export const logTagField = Type.Optional(
  Type.String({
    pattern: '^[\\x21-\\x7e]{1,48}$',
    description: 'What a line names as the program it comes from (log-tag). Default: that of global, else "haproxy".',
  }),
);

const flag = (description: string) => Type.Optional(Type.Boolean({ description: `${description} Default: false.` }));

/** What a frontend says of its logs besides where they go, and defaults may say for many. */
export const logOptions = {
  logTag: logTagField,
  logFormat: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 8_192,
      description:
        'What stands in a line: "httplog", "tcplog", "httpslog" or "clf" (the options of these names; "clf" is option httplog clf), "default" for a line at the start of each connection, or a format with variables such as "%ci %ST %{+Q}r" (log-format). Default: "default".',
      examples: ['httplog'],
    }),
  ),
  errorLogFormat: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 8_192,
      description:
        'Format of lines about connections that brought no request one could read (error-log-format). Default: the value of logFormat.',
    }),
  ),
  logFormatSd: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 8_192,
      description:
        'Structured data of lines to targets with format rfc5424 (RFC 5424 section 6.3), as a format like that of logFormat (log-format-sd). Default: none.',
      examples: ['[request@1234 status="%ST" id="%{+E}ID"]'],
    }),
  ),
  dontlognull: flag('Whether connections on which the client sent nothing are left out (option dontlognull).'),
  dontlogNormal: flag(
    'Whether everything is left out that had no error, timeout, retry or redispatch and no status of 500 or more (option dontlog-normal).',
  ),
  logSeparateErrors: flag('Whether what dontlogNormal would keep is logged at level err (option log-separate-errors).'),
  logasap: flag(
    'Whether a line is written as soon as the head of a response has come, or a TCP connection to a server stands; times and sizes that are not final have a "+" (option logasap).',
  ),
};
