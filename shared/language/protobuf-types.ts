/** Arguments of protobuf and ungrpc (configuration manual 2.6, section 7.3.1). */

/** Types of fields that are integers here, each with the wire type it is sent in. */
export const protobufTypes = {
  int32: 0,
  int64: 0,
  uint32: 0,
  uint64: 0,
  sint32: 0,
  sint64: 0,
  bool: 0,
  enum: 0,
  fixed64: 1,
  sfixed64: 1,
  double: 1,
  fixed32: 5,
  sfixed32: 5,
  float: 5,
} as const;

export type ProtobufType = keyof typeof protobufTypes;

/** Why a text is no path of field numbers such as "48.59.1"; undefined when it is one. */
export function findFieldNumberProblem(text: string): string | undefined {
  return /^[0-9]+(?:\.[0-9]+)*$/.test(text) ? undefined : `"${text}" is no field number such as 1 or 48.59.1`;
}
