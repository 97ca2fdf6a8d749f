/** Header fields whose names some servers mistake for others (configuration manual 2.6, "option http-restrict-req-hdr-names"). */
import type { HeaderFields } from '../rules/sample-context.ts';

/** Whether the name has other characters than letters, digits and "-". */
export const isUnusualName = (name: string) => /[^A-Za-z0-9-]/.test(name);

export function hasUnusualName(fields: HeaderFields): boolean {
  for (let field = fields.next(0); field >= 0; field = fields.next(field + 1)) {
    if (isUnusualName(fields.name(field))) return true;
  }
  return false;
}
