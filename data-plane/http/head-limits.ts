/** The limits that message heads are held to: those of the version in force, the same for all connections of a worker. */

export const headLimits = {
  /** Longest head in bytes (HAProxy: tune.bufsize less its reserve). */
  bytes: 16_384,
  /** Most header fields in one head (HAProxy: tune.http.maxhdr). */
  fields: 101,
  /** Longest request target in bytes. */
  target: 8_192,
};

/** Puts the limits of a version in force; what is being read is held to them at once. */
export function setHeadLimits({ bufsize, maxhdr }: { bufsize: number; maxhdr: number }): void {
  headLimits.bytes = bufsize;
  headLimits.fields = maxhdr;
  headLimits.target = Math.min(8_192, bufsize);
}
