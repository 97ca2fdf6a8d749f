/** Fetches of responses that are no header fields. */
import { constant, type FetchCompilers, plain } from '../compiled.ts';

export const responseFetches: FetchCompilers = {
  'res.cache_hit': () => constant(false),
  'res.cache_name': () => ({ get: () => undefined }),
  'res.comp': () => constant(false),
  'res.comp_algo': () => ({ get: () => undefined }),
  status: plain(({ response, status }) => response?.status ?? (status || undefined)),
  'res.ver': plain(({ response }) => (response === undefined ? undefined : `1.${response.minorVersion}`)),
  'capture.res.hdr': ([slot = '']) => {
    const number = Number(slot);
    return { get: ({ captures }) => captures?.response[number] };
  },
  // Of what a server said: answers of Sluice have none.
  'capture.res.ver': plain(({ responseVersion }) => (responseVersion < 0 ? undefined : `HTTP/1.${responseVersion}`)),
};
