/** The converter "language": the best of a list of languages by an Accept-Language field (RFC 9110 section 12.5.4). */
import { toBytes } from '../../../shared/language/regular-expression.ts';
import type { Convert } from '../compiled.ts';

/** Quality of one element in thousandths; 1000 without one. */
function quality(parameters: string): number {
  const found = /^\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*$/.exec(parameters);
  return found === null ? 1_000 : Math.round(Number(found[1]) * 1_000);
}

export function language(languages: string, fallback: string | undefined): Convert {
  const known = toBytes(languages).split(';');
  const otherwise = fallback === undefined ? undefined : toBytes(fallback);
  return (value) => {
    let best = otherwise;
    let bestQuality = 0;
    for (const element of (value as string).split(',')) {
      const [name = '', parameters = ''] = element.trim().split(';', 2);
      const tag = name.trim();
      const base = tag.split('-')[0] ?? '';
      const match = known.find((each) => each === tag) ?? known.find((each) => each === base);
      const weight = quality(parameters);
      if (match === undefined || weight <= bestQuality) continue;
      best = match;
      bestQuality = weight;
    }
    return best;
  };
}
