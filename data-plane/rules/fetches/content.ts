/** Fetches of what one side has sent, before it is understood (configuration manual 2.6, section 7.3.5). */
import { toBytes } from '../../../shared/language/regular-expression.ts';
import { type ClientHello, type Found, findClientHello, findHelloType, findVersion } from '../client-hello.ts';
import { type CompiledFetch, type FetchCompilers, type Get, plain } from '../compiled.ts';
import { findRdpCookie } from '../rdp-cookie.ts';
import type { ContentView } from '../sample-context.ts';
import type { MaybeValue } from '../sample-value.ts';

/** Bytes not told from others that may still come: the answer may be another then. */
function later(content: ContentView): undefined {
  content.mayChange = true;
  return undefined;
}

/** Something of the bytes of one side; nothing where there are none to look at. */
function of(read: (bytes: Buffer, content: ContentView) => MaybeValue): Get {
  return ({ content }) => (content?.bytes === undefined ? undefined : read(content.bytes, content));
}

const length: Get = ({ content }) => {
  if (content === undefined) return undefined;
  content.mayChange = true;
  return content.length;
};

function bytesAt(bytes: Buffer, content: ContentView, start: number, count: number): MaybeValue {
  if (start + count > content.limit) return undefined;
  return start + count > bytes.length ? later(content) : bytes.toString('latin1', start, start + count);
}

/** Bytes by offset and number; 0 for all that are there. */
function payload([offset, count]: readonly (string | undefined)[]): CompiledFetch {
  const start = Number(offset);
  const wanted = Number(count);
  if (start < 0 || wanted < 0) return { get: () => undefined };
  if (wanted > 0) return { get: of((bytes, content) => bytesAt(bytes, content, start, wanted)) };
  return {
    get: of((bytes, content) => {
      content.mayChange = true;
      return start > bytes.length ? undefined : bytes.toString('latin1', start);
    }),
  };
}

/** Bytes whose number stands at an offset in so many bytes, the highest first; they follow there, or begin elsewhere. */
function payloadLengthValue([offset, size, from]: readonly (string | undefined)[]): CompiledFetch {
  const at = Number(offset);
  const digits = Number(size);
  const isRelative = from?.startsWith('+') === true || from?.startsWith('-') === true;
  const start = from === undefined ? at + digits : isRelative ? at + digits + Number(from) : Number(from);
  return {
    get: of((bytes, content) => {
      if (at + digits > bytes.length) return later(content);
      let count = 0;
      for (let digit = 0; digit < digits; digit++) count = count * 256 + (bytes[at + digit] as number);
      return count === 0 ? undefined : bytesAt(bytes, content, start, count);
    }),
  };
}

/** What was found, once it is known. */
function known<Kind>(
  find: (bytes: Buffer, content: ContentView) => Found<Kind>,
  read: (found: Kind) => MaybeValue,
): Get {
  return of((bytes, content) => {
    const found = find(bytes, content);
    if (found === 'incomplete') return later(content);
    return found === undefined ? undefined : read(found);
  });
}

const ofHello = (read: (hello: ClientHello) => MaybeValue) => plain(known<ClientHello>(findClientHello, read));
const helloType = plain(known<number>(findHelloType, (type) => type));

function rdpCookie(nameText = '', count: boolean): CompiledFetch {
  const name = toBytes(nameText);
  const find = (bytes: Buffer, content: ContentView): MaybeValue => {
    const cookie = findRdpCookie(bytes, name);
    if (cookie === 'incomplete') return later(content);
    if (count) return cookie === undefined ? 0 : 1;
    return cookie;
  };
  if (!count) return { get: of(find) };
  // In mode http, where there are no bytes, there is none.
  return {
    get: ({ content }) => {
      if (content === undefined) return undefined;
      return content.bytes === undefined ? 0 : find(content.bytes, content);
    },
  };
}

export const contentFetches: FetchCompilers = {
  payload,
  payload_lv: payloadLengthValue,
  'req.len': plain(length),
  'req.payload': payload,
  'req.payload_lv': payloadLengthValue,
  'req.rdp_cookie': ([name]) => rdpCookie(name, false),
  'req.rdp_cookie_cnt': ([name]) => rdpCookie(name, true),
  'req.ssl_alpn': ofHello(({ protocol }) => protocol),
  'req.ssl_ec_ext': ofHello(({ namesCurves }) => (namesCurves ? true : undefined)),
  'req.ssl_hello_type': helloType,
  'req.ssl_sni': ofHello(({ serverName }) => serverName),
  'req.ssl_st_ext': ofHello(({ ticket }) => ticket),
  'req.ssl_ver': plain(
    known<number>(
      (bytes, { limit }) => findVersion(bytes, limit),
      (version) => version,
    ),
  ),
  'res.len': plain(length),
  'res.payload': payload,
  'res.payload_lv': payloadLengthValue,
  'res.ssl_hello_type': helloType,
  wait_end: plain(({ content }) => (content === undefined || content.final ? true : later(content))),
};
