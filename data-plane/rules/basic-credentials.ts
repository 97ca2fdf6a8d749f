/** The credentials of Basic authentication (RFC 7617). */
import type { HeaderFields } from './sample-context.ts';

/** The scheme of a field such as Authorization and what follows it; undefined without both. */
export function readAuthorization(
  fields: HeaderFields,
  name = 'authorization',
): { scheme: string; rest: string } | undefined {
  const field = fields.find(name, 0);
  if (field < 0) return undefined;
  const [, scheme = '', rest = ''] = /^([^ ]*) *(.*)$/s.exec(fields.value(field)) ?? [];
  return rest === '' ? undefined : { scheme, rest };
}

/** User and password, with one character for each byte. */
export function readBasic(fields: HeaderFields): { user: string; password: string } | undefined {
  const found = readAuthorization(fields);
  if (found?.scheme.toLowerCase() !== 'basic') return undefined;
  const { rest } = found;
  if (rest.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(rest)) return undefined;
  const text = Buffer.from(rest, 'base64').toString('latin1');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
