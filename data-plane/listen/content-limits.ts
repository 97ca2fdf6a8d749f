/** How much of what a side sends may wait for rules: by the version in force, the same for all connections of a worker. */

/** What HAProxy keeps of each buffer for what is added to messages, in bytes (tune.maxrewrite), but at most half of it. */
const mostReserve = 1_024;

export const contentLimits = {
  /** A buffer as HAProxy has them, in bytes (tune.bufsize). */
  buffer: 16_384,
  /** How much of it content may fill. */
  content: 15_360,
};

export function setContentLimits({ bufsize }: { bufsize: number }): void {
  contentLimits.buffer = bufsize;
  contentLimits.content = bufsize - Math.min(mostReserve, bufsize >> 1);
}
