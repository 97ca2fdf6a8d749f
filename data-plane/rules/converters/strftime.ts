/** Writes a time by a format as of strftime(3) in the C locale. */

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** A moment taken apart; fields as of struct tm. */
interface Parts {
  readonly seconds: number;
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly weekday: number;
  readonly yearDay: number;
  /** Minutes east of Greenwich, and the name of the zone. */
  readonly offset: number;
  readonly zone: string;
}

function takeApart(seconds: number, zone: 'utc' | 'local'): Parts {
  const moment = new Date(seconds * 1_000);
  const offset = zone === 'utc' ? 0 : 0 - moment.getTimezoneOffset();
  const shifted = new Date(moment.getTime() + offset * 60_000);
  const year = shifted.getUTCFullYear();
  const yearDay = Math.floor((shifted.getTime() - Date.UTC(year, 0, 1)) / 86_400_000);
  return {
    seconds,
    year,
    month: shifted.getUTCMonth(),
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
    weekday: shifted.getUTCDay(),
    yearDay,
    offset,
    zone: zone === 'utc' ? 'GMT' : zoneName(moment),
  };
}

function zoneName(moment: Date): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' }).formatToParts(moment);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'UTC';
}

const pad = (value: number, width = 2, fill = '0') => String(value).padStart(width, fill);
const hour12 = (hour: number) => hour % 12 || 12;

/** Week and year by ISO 8601. */
function isoWeek({ year, yearDay, weekday }: Parts): { week: number; year: number } {
  const monday = (weekday + 6) % 7;
  const week = Math.floor((yearDay - monday + 10) / 7);
  if (week < 1) return { week: weeksIn(year - 1), year: year - 1 };
  return week > weeksIn(year) ? { week: 1, year: year + 1 } : { week, year };
}

function weeksIn(year: number): number {
  const first = new Date(Date.UTC(year, 0, 1)).getUTCDay();
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return first === 4 || (isLeap && first === 3) ? 53 : 52;
}

function zoneOffset({ offset }: Parts): string {
  const minutes = Math.abs(offset);
  return `${offset < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}${pad(minutes % 60)}`;
}

const writers: Readonly<Record<string, (parts: Parts) => string>> = {
  a: ({ weekday }) => (days[weekday] ?? '').slice(0, 3),
  A: ({ weekday }) => days[weekday] ?? '',
  b: ({ month }) => (months[month] ?? '').slice(0, 3),
  B: ({ month }) => months[month] ?? '',
  c: (parts) => write('%a %b %e %H:%M:%S %Y', parts),
  C: ({ year }) => pad(Math.floor(year / 100)),
  d: ({ day }) => pad(day),
  D: (parts) => write('%m/%d/%y', parts),
  e: ({ day }) => pad(day, 2, ' '),
  F: (parts) => write('%Y-%m-%d', parts),
  g: (parts) => pad(isoWeek(parts).year % 100),
  G: (parts) => String(isoWeek(parts).year),
  h: (parts) => write('%b', parts),
  H: ({ hour }) => pad(hour),
  I: ({ hour }) => pad(hour12(hour)),
  j: ({ yearDay }) => pad(yearDay + 1, 3),
  k: ({ hour }) => pad(hour, 2, ' '),
  l: ({ hour }) => pad(hour12(hour), 2, ' '),
  m: ({ month }) => pad(month + 1),
  M: ({ minute }) => pad(minute),
  n: () => '\n',
  p: ({ hour }) => (hour < 12 ? 'AM' : 'PM'),
  P: ({ hour }) => (hour < 12 ? 'am' : 'pm'),
  r: (parts) => write('%I:%M:%S %p', parts),
  R: (parts) => write('%H:%M', parts),
  s: ({ seconds }) => String(seconds),
  S: ({ second }) => pad(second),
  t: () => '\t',
  T: (parts) => write('%H:%M:%S', parts),
  u: ({ weekday }) => String(weekday || 7),
  U: ({ yearDay, weekday }) => pad(Math.floor((yearDay + 7 - weekday) / 7)),
  V: (parts) => pad(isoWeek(parts).week),
  w: ({ weekday }) => String(weekday),
  W: ({ yearDay, weekday }) => pad(Math.floor((yearDay + 7 - ((weekday + 6) % 7)) / 7)),
  x: (parts) => write('%m/%d/%y', parts),
  X: (parts) => write('%H:%M:%S', parts),
  y: ({ year }) => pad(year % 100),
  Y: ({ year }) => String(year),
  z: zoneOffset,
  Z: ({ zone }) => zone,
  '%': () => '%',
};

function write(format: string, parts: Parts): string {
  return format.replace(/%([A-Za-z%])/g, (all, letter: string) => writers[letter]?.(parts) ?? all);
}

/** `seconds` since 1970; letters that mean nothing stay as they are. */
export function formatTime(format: string, seconds: number, zone: 'utc' | 'local'): string {
  const parts = takeApart(seconds, zone);
  return Number.isNaN(parts.year) ? '' : write(format, parts);
}
