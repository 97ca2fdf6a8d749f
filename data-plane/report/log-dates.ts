/** Dates as logs write them. The text of a second is kept, since many lines fall into the same one. */

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Formats whole seconds (ms since 1970), each only once in a row. */
function keepLast(format: (date: Date) => string): (milliseconds: number) => string {
  let second = Number.NaN;
  let text = '';
  return (milliseconds) => {
    const now = Math.floor(milliseconds / 1_000);
    if (now !== second) {
      second = now;
      text = format(new Date(now * 1_000));
    }
    return text;
  };
}

const two = (value: number) => String(value).padStart(2, '0');
const localTime = (date: Date) => `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;

/** The difference to UTC as "+0200". */
function zone(date: Date, colon = ''): string {
  const minutes = -date.getTimezoneOffset();
  const distance = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(distance / 60))}${colon}${two(distance % 60)}`;
}

/** "06/Feb/2009:12:14:14", local time. */
const localSecond = keepLast(
  (date) => `${two(date.getDate())}/${months[date.getMonth()]}/${date.getFullYear()}:${localTime(date)}`,
);
const localZone = keepLast((date) => zone(date));

/** "06/Feb/2009:12:14:14.655", local time; takes milliseconds since 1970, as all of these. */
export function localMilliseconds(milliseconds: number): string {
  return `${localSecond(milliseconds)}.${String(Math.floor(milliseconds) % 1_000).padStart(3, '0')}`;
}

/** "06/Feb/2009:12:14:14 +0100", local time. */
export function localDate(milliseconds: number): string {
  return `${localSecond(milliseconds)} ${localZone(milliseconds)}`;
}

/** "06/Feb/2009:11:14:14 +0000". */
export const gmtDate = keepLast((date) => {
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  return `${two(date.getUTCDate())}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}:${time} +0000`;
});

/** "Feb  6 12:14:14", local time (RFC 3164 section 4.1.2). */
export const syslogDate = keepLast(
  (date) => `${months[date.getMonth()]} ${String(date.getDate()).padStart(2)} ${localTime(date)}`,
);

const isoSecond = keepLast(
  (date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${localTime(date)}`,
);
const isoZone = keepLast((date) => zone(date, ':'));

/** "2009-02-06T12:14:14.655000+01:00", local time (RFC 5424 section 6.2.3). */
export function isoDate(milliseconds: number): string {
  const fraction = String(Math.floor(milliseconds) % 1_000).padStart(3, '0');
  return `${isoSecond(milliseconds)}.${fraction}000${isoZone(milliseconds)}`;
}
