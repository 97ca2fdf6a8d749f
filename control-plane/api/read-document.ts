/** Reads the document of a resource from a body: name from the URL, `status` dropped, checked against its schema. */
import type { TSchema } from 'typebox';
import { findViolations } from '../../shared/validate.ts';
import type { Fields } from '../config/resource-kinds.ts';
import { wrongBody } from './validate-request.ts';

/**
 * The document in a body. `name` is the one in the URL, undefined when the body must bring it or there is none. Throws
 * invalid-request with a pointer for each thing that is wrong.
 */
export function readDocument(schema: TSchema, body: unknown, name?: string): Fields {
  let document = withoutStatus(body);
  if (name !== undefined && isRecord(document)) {
    if (document.name === undefined) document = { name, ...document };
    else if (document.name !== name) {
      throw wrongBody([
        { pointer: '/name', detail: `must be "${name}", as in the URL, or absent; names never change` },
      ]);
    }
  }
  const violations = findViolations(schema, document);
  if (violations.length > 0) throw wrongBody(violations);
  return document as Fields;
}

/** Leaves out what the server added to a document and its children, so that what was read can be written back. */
export function withoutStatus(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const { status, ...document } = value;
  // A deny rule has a status of its own, which is a number.
  if (status !== undefined && !isServerMade(status)) document.status = status;
  for (const [field, member] of Object.entries(document)) {
    if (Array.isArray(member) && member.some((item) => isRecord(item) && isServerMade(item.status))) {
      document[field] = member.map(withoutStatus);
    }
  }
  return document;
}

function isServerMade(status: unknown): boolean {
  return isRecord(status) && typeof status.uid === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
