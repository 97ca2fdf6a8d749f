/** Global: settings of a node as a whole. */
import { type Static, Type } from 'typebox';
import { maxconnField } from './connection-limits.ts';
import { closedObject, descriptionField, durationField } from './fields.ts';
import { globalVariableSchema } from './global-variables.ts';
import { logsField, logTagField } from './log-target.ts';
import { statsFields } from './stats-socket.ts';

const maxSizeField = (whose: string, word: string) =>
  Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 4_294_967_295,
      description: `Most bytes that variables of ${whose} take (tune.vars.${word}-max-size). 0 for no limit. Default: 0.`,
    }),
  );

/** Limits of message heads and variables, by the names of HAProxy's global keywords `tune.*`. */
const tuneSchema = closedObject(
  {
    bufsize: Type.Optional(
      Type.Integer({
        minimum: 1_024,
        maximum: 1_048_576,
        description:
          'Longest head of a message in bytes (tune.bufsize). Longer requests are refused with 431, longer responses with 502. Default: 16384.',
      }),
    ),
    http: Type.Optional(
      closedObject(
        {
          maxhdr: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 32_767,
              description: 'Most header fields in one head (tune.http.maxhdr). Default: 101.',
            }),
          ),
        },
        { description: 'Limits of HTTP messages.' },
      ),
    ),
    vars: Type.Optional(
      closedObject(
        {
          globalMaxSize: maxSizeField('all of a worker together', 'global'),
          procMaxSize: maxSizeField('all of a worker together', 'proc'),
          sessMaxSize: maxSizeField('one connection, those of its requests with them', 'sess'),
          txnMaxSize: maxSizeField('one request and its response together', 'txn'),
          reqresMaxSize: maxSizeField('one request, or one response', 'reqres'),
          checkMaxSize: maxSizeField('one health check', 'check'),
        },
        {
          description:
            'Limits of variables. One counts 80 bytes, and a text its length beside; what is set beyond a limit is not set.',
        },
      ),
    ),
  },
  { title: 'Tune', description: 'Limits that every connection of a node is held to.' },
);

export const globalSchema = closedObject(
  {
    description: Type.Optional(descriptionField),
    nbproc: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 64,
        description:
          'Worker processes of a node that was not started with --workers. Default: the number of its cores.',
      }),
    ),
    maxconn: Type.Optional(maxconnField('clients to all frontends together')),
    tune: Type.Optional(tuneSchema),
    logs: logsField('The log targets that "global" stands for elsewhere.'),
    logTag: logTagField,
    logSendHostname: Type.Optional(
      Type.String({
        pattern: '^[\\x21-\\x7e]{0,255}$',
        description:
          'Name of the host in lines of the formats rfc3164 and rfc5424 (log-send-hostname); "" for that of the machine. Default: no name, and the format "local".',
      }),
    ),
    hardStopAfter: Type.Optional(durationField('How long connections may last after a node was told to stop.', '30s')),
    setVars: Type.Optional(
      Type.Array(globalVariableSchema, {
        maxItems: 1_000,
        description:
          'Variables of the process, set in this order before a version serves its first request (set-var, set-var-fmt). Expressions look at nothing but constants, the clock, the environment and variables before them. With a new version those are set whose definition, or one that it names, is another; the others keep what was made of them; those that are defined no more are forgotten.',
      }),
    ),
    ...statsFields,
  },
  { title: 'Global', description: 'Settings of a node as a whole.' },
);
export type Global = Static<typeof globalSchema>;
