/** Converters that write dates. */
import type { Convert, ConverterCompilers } from '../compiled.ts';
import { asInteger, type Integer, parseInteger } from '../sample-value.ts';
import { formatTime } from './strftime.ts';

const perSecond = { s: 1, ms: 1_000, us: 1_000_000 } as const;

function httpDate(offset: string | undefined, unit: string | undefined): Convert {
  const added = Number(parseInteger(offset || '0'));
  const factor = perSecond[(unit || 's') as keyof typeof perSecond];
  return (value) => {
    const moment = Number(asInteger(value)) + added;
    const seconds = Math.trunc(moment / factor);
    const fraction = factor === 1 ? '' : `.${moment % factor}`;
    return `${formatTime('%a, %d %b %Y %H:%M:%S', seconds, 'utc')}${fraction} GMT`;
  };
}

function strftime(zone: 'utc' | 'local', format: string, offset: string | undefined): Convert {
  const added = Number(parseInteger(offset || '0'));
  return (value) => formatTime(format, Number(asInteger(value)) + added, zone);
}

/** The same from parts of a second, whose nanoseconds stand at "%N"; `%3N` is the first three digits of them. */
function preciseTime(zone: 'utc' | 'local', unit: 'ms' | 'us', format: string, offset: string | undefined): Convert {
  const added = BigInt(parseInteger(offset || '0'));
  const factor = BigInt(perSecond[unit]);
  return (value) => {
    const moment = BigInt((asInteger(value) ?? 0) as Integer) + added;
    const rest = ((moment % factor) + factor) % factor;
    const nanoseconds = String((rest * 1_000_000_000n) / factor).padStart(9, '0');
    // "%%" is no beginning of anything.
    const written = format.replaceAll(/%%|%([1-9]?)N/g, (part, width: string) =>
      part === '%%' ? part : nanoseconds.slice(0, Number(width || 9)),
    );
    return formatTime(written, Number((moment - rest) / factor), zone);
  };
}

export const dateConverters: ConverterCompilers = {
  ms_ltime: ([format = '', offset]) => preciseTime('local', 'ms', format, offset),
  ms_utime: ([format = '', offset]) => preciseTime('utc', 'ms', format, offset),
  us_ltime: ([format = '', offset]) => preciseTime('local', 'us', format, offset),
  us_utime: ([format = '', offset]) => preciseTime('utc', 'us', format, offset),
  http_date: ([offset, unit]) => httpDate(offset, unit),
  ltime: ([format = '', offset]) => strftime('local', format, offset),
  utime: ([format = '', offset]) => strftime('utc', format, offset),
};
