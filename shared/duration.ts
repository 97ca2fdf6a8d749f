/** Durations as operators write them ("250ms", "5s", "1h") and as the code counts them (whole milliseconds). */

const unitInMilliseconds = { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export const durationPattern = '^[0-9]{1,10}(us|ms|s|m|h|d)$';
const durationExpression = new RegExp(durationPattern);

/** HAProxy keeps timers in signed 32-bit milliseconds (configuration manual 2.5 "Time format"): about 24.8 days. */
export const longestDuration = 2_147_483_647;

/**
 * Milliseconds of a duration such as "5s"; a fraction below one millisecond counts as one.
 * undefined when the text is no duration or longer than {@link longestDuration}.
 */
export function parseDuration(text: string): number | undefined {
  const match = durationExpression.exec(text);
  if (match === null) return undefined;
  const unit = match[1] as keyof typeof unitInMilliseconds;
  const milliseconds = Math.ceil(Number(text.slice(0, -unit.length)) * unitInMilliseconds[unit]);
  return milliseconds <= longestDuration ? milliseconds : undefined;
}

/** Milliseconds of a duration that a schema has already accepted; throws RangeError on any other text. */
export function durationToMilliseconds(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined) throw new RangeError(`"${text}" is not a duration such as 250ms, 5s or 1h`);
  return milliseconds;
}
