/** The kinds of field that several resources share: names, durations, addresses, and how an object is closed. */
import { type TObject, type TProperties, Type } from 'typebox';
import { durationPattern } from '../duration.ts';

export const namePattern = '^[A-Za-z0-9_.:-]{1,128}$';

/** An object that refuses fields it does not know. */
export function closedObject<Properties extends TProperties>(
  properties: Properties,
  options: { description?: string; $id?: string; title?: string; examples?: unknown[] } = {},
): TObject<Properties> {
  return Type.Object(properties, { additionalProperties: false, ...options });
}

export function nameField(description: string) {
  return Type.String({ pattern: namePattern, description: `${description} Letters, digits, "_", ".", ":" and "-".` });
}

/** A duration with its unit; `fallback` tells in words what holds when it is absent. */
export function durationField(description: string, fallback: string) {
  return Type.String({
    pattern: durationPattern,
    description: `${description} A number with a unit: us, ms, s, m, h or d. Default: ${fallback}.`,
    examples: ['5s'],
  });
}

export const portField = (description: string) => Type.Integer({ minimum: 1, maximum: 65_535, description });

export const descriptionField = Type.String({ maxLength: 1_000, description: 'A remark for people; no effect.' });

export const modeField = Type.Union([Type.Literal('http'), Type.Literal('tcp')], {
  description:
    'What the proxy understands: "http" (requests and responses) or "tcp" (a stream of bytes). Default: "http".',
});

/** A header field value: no control character but tab (RFC 9110 section 5.5). */
export const headerValuePattern = '^[\\t\\x20-\\x7e\\x80-\\xff]*$';

/** A host name or IP address, without a port. */
export const hostPattern = '^[A-Za-z0-9_.:%-]{1,253}$';
