/** What an answer that Sluice makes consists of: a content and header fields. Rules and error pages have it. */
import { Type } from 'typebox';
import { closedObject, headerValuePattern } from './fields.ts';
import { formatField } from './rule-object.ts';
import { headerNamePattern } from './vocabulary.ts';

export const replyContent = {
  string: Type.Optional(
    Type.String({ maxLength: 65_536, description: 'The content as it is, sent as UTF-8; "" for none.' }),
  ),
  lfString: Type.Optional(
    Type.String({ maxLength: 65_536, description: 'The content as a log-format string, made for each answer.' }),
  ),
  contentType: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 1_000,
      pattern: headerValuePattern,
      description: 'Content-Type of the answer; needed with a content that is not empty.',
    }),
  ),
  headers: Type.Optional(
    Type.Array(
      closedObject({
        name: Type.String({ pattern: headerNamePattern, description: 'Name of the header field.' }),
        value: formatField('Its value.'),
      }),
      {
        maxItems: 50,
        description: 'Header fields of the answer, but not of an error page or error file. Default: none.',
      },
    ),
  ),
};
