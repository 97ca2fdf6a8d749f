/** Captures: what a frontend keeps of messages for the log, in numbered slots (configuration manual 2.6, sections 8.7 and 8.8). */
import { type Static, Type } from 'typebox';
import { closedObject } from './fields.ts';
import { ruleObject } from './rule-object.ts';
import { headerNamePattern } from './vocabulary.ts';

const lengthField = (what: string) =>
  Type.Integer({ minimum: 1, maximum: 65_535, description: `Most bytes that are kept of ${what}.` });

const captureSchema = closedObject(
  {
    header: Type.Optional(
      Type.String({
        pattern: headerNamePattern,
        description:
          'Header field whose last line of this name is kept (capture request header, capture response header). Default: none, and rules fill the slot (declare capture).',
      }),
    ),
    length: lengthField('a value'),
  },
  { title: 'Capture', description: 'One slot.' },
);
export type Capture = Static<typeof captureSchema>;

/** Slots that rules of defaults fill. */
export const inheritedCapturesField = Type.Array(
  closedObject({ length: lengthField('a value') }, { title: 'InheritedCapture', description: 'One slot.' }),
  {
    maxItems: 1_000,
    description:
      'Slots for what the http-request rules of these defaults keep of requests. A frontend that takes the defaults has them before its own.',
  },
);

/** What frontends say of captures. */
export const captureFields = {
  requestCaptures: Type.Optional(
    Type.Array(captureSchema, {
      maxItems: 1_000,
      description:
        'Slots for what is kept of requests, numbered from 0: %hr and %hrl in the log, capture.req.hdr in expressions.',
    }),
  ),
  responseCaptures: Type.Optional(
    Type.Array(captureSchema, {
      maxItems: 1_000,
      description:
        'Slots for what is kept of responses, numbered from 0: %hs and %hsl in the log, capture.res.hdr in expressions.',
    }),
  ),
  captureCookie: Type.Optional(
    closedObject(
      {
        name: Type.String({
          pattern: '^[\\x21-\\x2b\\x2d-\\x3a\\x3c-\\x7e]{1,256}$',
          description: 'What the cookie begins with: the beginning of its name, or the whole name and "=".',
        }),
        length: lengthField('name, "=" and value together'),
      },
      {
        title: 'CaptureCookie',
        description:
          'Keeps the first such cookie that the client sends and the first that the server sets (capture cookie): %CC and %CS in the log.',
      },
    ),
  ),
};

export interface CaptureSettings {
  readonly requestCaptures?: readonly Capture[] | undefined;
  readonly responseCaptures?: readonly Capture[] | undefined;
}

export const captureRuleSchema = ruleObject('CaptureRule', 'Keeps a sample in a slot of the frontend.', {
  action: Type.Literal('capture'),
  expression: Type.String({ minLength: 1, maxLength: 8_192, description: 'A sample expression.' }),
  slot: Type.Integer({
    minimum: 0,
    maximum: 999,
    description:
      'Number of the slot: of requestCaptures in rules on requests, of responseCaptures in rules on responses; those of its defaults come before those of a frontend. The rule of a backend does nothing for frontends without that slot.',
  }),
});
export type CaptureRule = Static<typeof captureRuleSchema>;
