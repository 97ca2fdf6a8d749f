/** Unique ids of requests: how they are made, and whether servers are told (unique-id-format, unique-id-header). */
import { Type } from 'typebox';
import { headerNamePattern } from './vocabulary.ts';

/** What frontends say of unique ids, and defaults may say for many. */
export const uniqueIdFields = {
  uniqueIdFormat: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 8_192,
      description:
        'The unique id of each request, a log-format string of what is known of the client and its request: %ID in the log, unique-id in expressions. Default: no ids.',
      examples: ['%{+X}o %ci:%cp_%fi:%fp_%Ts_%rt:%pid'],
    }),
  ),
  uniqueIdHeader: Type.Optional(
    Type.String({
      pattern: headerNamePattern,
      description: 'Header field that tells servers the unique id. Default: none.',
    }),
  ),
};
