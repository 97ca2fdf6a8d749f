/** Converters that write dates. */
import type { Convert, ConverterCompilers } from '../compiled.ts';
import { asInteger, parseInteger } from '../sample-value.ts';
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

export const dateConverters: ConverterCompilers = {
  http_date: ([offset, unit]) => httpDate(offset, unit),
  ltime: ([format = '', offset]) => strftime('local', format, offset),
  utime: ([format = '', offset]) => strftime('utc', format, offset),
};
