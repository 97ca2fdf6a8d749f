/** Error files: whole responses that take the place of Sluice's own error pages (errorfile, errorloc). */
import { type Static, Type } from 'typebox';
import { closedObject, descriptionField, headerValuePattern, nameField } from './fields.ts';
import { replyContent } from './reply-content.ts';
import { errorStatuses, headerNamePattern } from './vocabulary.ts';

export const errorFileSchema = closedObject(
  {
    name: nameField('Name of the error file, unique among error files.'),
    description: Type.Optional(descriptionField),
    path: Type.Optional(
      Type.String({
        pattern: '^[\\x21-\\x7e]{1,1000}$',
        description: 'Path of the file it was read from, by which an exported haproxy.cfg names it.',
      }),
    ),
    silent: Type.Optional(
      Type.Literal(true, {
        description:
          'Answer nothing and close the connection, as an empty file such as /dev/null does. All but name, description and path is left out then.',
      }),
    ),
    status: Type.Optional(
      Type.Integer({
        minimum: 200,
        maximum: 599,
        description: 'Status to answer instead of the one it stands for. Default: that one.',
      }),
    ),
    reason: Type.Optional(
      Type.String({
        pattern: headerValuePattern,
        maxLength: 200,
        description: 'Reason phrase after the status. Default: the standard one.',
      }),
    ),
    headers: Type.Optional(
      Type.Array(
        closedObject({
          name: Type.String({ pattern: headerNamePattern, description: 'Name of the header field.' }),
          value: Type.String({ pattern: headerValuePattern, maxLength: 8_192, description: 'Its value.' }),
        }),
        {
          maxItems: 50,
          description:
            'Header fields in order. Content-Length, Connection and Transfer-Encoding are written by Sluice. Default: content-type text/html and cache-control no-cache.',
        },
      ),
    ),
    content: Type.Optional(
      Type.String({ maxLength: 65_536, description: 'The content, sent as UTF-8. Default: none.' }),
    ),
  },
  {
    title: 'ErrorFile',
    description: "A whole response that takes the place of one of Sluice's own error pages (errorfile).",
  },
);
export type ErrorFile = Static<typeof errorFileSchema>;

const errorPageSchema = closedObject(
  {
    status: Type.Integer({
      enum: errorStatuses,
      description: `The status it is for: ${errorStatuses.join(', ')}.`,
    }),
    errorfile: Type.Optional(nameField('The error file to answer with.')),
    errorloc: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 8_192,
        pattern: headerValuePattern,
        description: 'Where to redirect the client instead.',
      }),
    ),
    ...replyContent,
    defaultErrorfiles: Type.Optional(
      Type.Literal(true, {
        description:
          'Answer with what would be answered without this proxy and its defaults: in a backend with the page of the frontend, in a frontend with that of Sluice.',
      }),
    ),
    code: Type.Optional(
      Type.Integer({
        enum: [302, 303],
        description: 'With errorloc: status of the redirection (errorloc302, errorloc303). Default: 302.',
      }),
    ),
  },
  { title: 'ErrorPage', description: 'What to answer in place of one of the error pages.' },
);
export type ErrorPage = Static<typeof errorPageSchema>;

/** What frontends, backends and defaults say of error pages. */
export const errorPagesField = Type.Array(errorPageSchema, {
  maxItems: errorStatuses.length,
  description:
    'Answers in place of error pages, one for each status at most, with one of errorfile, errorloc, string, lfString and defaultErrorfiles. Those of the backend go before those of the frontend; defaults fill in the statuses a proxy does not name. Default: the pages of Sluice.',
});
