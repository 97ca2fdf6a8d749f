/** Fetches of the request line and of what else is in a request but header fields (manual 2.6, section 7.3.6). */
import { readIpAddress } from '../../../shared/address.ts';
import { toBytes } from '../../../shared/language/regular-expression.ts';
import { readAuthorization, readBasic } from '../basic-credentials.ts';
import { type FetchCompilers, type Get, plain } from '../compiled.ts';
import { avalanche, sdbm } from '../converters/short-hashes.ts';
import type { HeaderFields, RequestView, SampleContext } from '../sample-context.ts';
import { asBytes, integerBytes, type MaybeValue } from '../sample-value.ts';

/** Something of a request; undefined without one. */
function of(read: (request: RequestView, context: SampleContext) => MaybeValue): Get {
  return (context) => (context.request === undefined ? undefined : read(context.request, context));
}

const path: Get = of(({ path: text }) => (text === '' ? undefined : text));
const base = (request: RequestView) => request.host + request.path;
/** `OPTIONS *` has no path. */
const pathAndQuery = (request: RequestView) => (request.path === '' ? '' : request.pathAndQuery);
const withQuery = (request: RequestView) => request.host + pathAndQuery(request);
const hash = (text: string) => avalanche(sdbm(text));

/** The query, without "?"; undefined where there is none. */
function query({ target }: RequestView): string | undefined {
  const mark = target.indexOf('?');
  return mark < 0 ? undefined : target.slice(mark + 1);
}

const authority = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/(?:\[([^\]]*)\]|([^:/?#]*))(?::([0-9]*))?/;

function targetAddress({ target }: RequestView): MaybeValue {
  const [, six, host = ''] = authority.exec(target) ?? [];
  const text = six ?? host;
  return readIpAddress(text);
}

function targetPort({ target }: RequestView): MaybeValue {
  const found = authority.exec(target);
  if (found === null) return undefined;
  const port = found[3];
  return port === undefined || port === '' ? 80 : Number(port);
}

/** The user of a list whose name and password came with the request; undefined for anybody else. */
function acceptedUser(fields: HeaderFields, list: string, { environment }: SampleContext): string | undefined {
  const given = readBasic(fields);
  if (given === undefined) return undefined;
  const accepts = environment.proxies.userlists.get(list)?.accepts(given.user, given.password) === true;
  return accepts ? given.user : undefined;
}

/** The scheme of credentials that can be read, as HAProxy writes it. */
function schemeOf(fields: HeaderFields): string | undefined {
  if (readBasic(fields) !== undefined) return 'Basic';
  return readAuthorization(fields)?.scheme.toLowerCase() === 'bearer' ? 'Bearer' : undefined;
}

/** The token of a field: without one in the field that is named there is "", which HAProxy gives. */
function bearer(header: string | undefined): Get {
  const isNamed = header !== undefined && header !== '';
  const name = isNamed ? toBytes(header).toLowerCase() : 'authorization';
  return of((request) => {
    const found = readAuthorization(request.fields, name);
    if (found?.scheme.toLowerCase() === 'bearer') return found.rest;
    return isNamed ? '' : undefined;
  });
}

/** A method that HAProxy has a number for. */
function wellKnown(method: string | undefined): string | undefined {
  return method !== undefined && knownMethods.has(method) ? method : undefined;
}

const knownMethods = new Set(['OPTIONS', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'TRACE', 'CONNECT']);

/** Path and query as they came, whatever rules have made of them; in mode tcp nothing is kept. */
function keptUri({ kept }: SampleContext): MaybeValue {
  const target = kept?.target;
  return target === '*' ? undefined : target?.replace(/^[A-Za-z]+:\/\/[^/]*/, '');
}

export const requestFetches: FetchCompilers = {
  base: plain(of(base)),
  base32: plain(of((request) => hash(base(request)))),
  'base32+src': plain(
    of((request, { connection }) => integerBytes(BigInt(hash(base(request))), 4) + asBytes(connection.source)),
  ),
  baseq: plain(of(withQuery)),
  http_auth_bearer: ([header]) => ({ get: bearer(header) }),
  http_auth: ([list = '']) => ({
    get: of(({ fields }, context) =>
      readBasic(fields) === undefined ? undefined : acceptedUser(fields, list, context) !== undefined,
    ),
  }),
  http_auth_group: ([list = '']) => ({ get: of(({ fields }, context) => acceptedUser(fields, list, context)) }),
  http_auth_pass: plain(of(({ fields }) => readBasic(fields)?.password)),
  http_auth_type: plain(of(({ fields }) => schemeOf(fields))),
  http_auth_user: plain(of(({ fields }) => readBasic(fields)?.user)),
  http_first_req: plain(({ request, kept, connection }) =>
    request === undefined && kept === undefined ? undefined : connection.requests <= 1,
  ),
  // HAProxy keeps the number of the method as it came, whatever rules make of it, and looks at the head for any other.
  method: plain(({ request, kept }) => wellKnown(kept?.method) ?? request?.method),
  path: plain(path),
  pathq: plain(of(({ pathAndQuery, path: text }) => (text === '' ? undefined : pathAndQuery))),
  query: plain(of(query)),
  'req.proto_http': plain(of(() => true)),
  'req.ver': plain(of(({ minorVersion }) => `1.${minorVersion}`)),
  url: plain(of(({ target }) => target)),
  url32: plain(of((request) => hash(withQuery(request)))),
  'url32+src': plain(
    of((request, { connection }) => integerBytes(BigInt(hash(withQuery(request))), 4) + asBytes(connection.source)),
  ),
  url_ip: plain(of(targetAddress)),
  url_port: plain(of(targetPort)),
  'capture.req.method': plain(({ kept }) => kept?.method),
  'capture.req.uri': plain(keptUri),
  'capture.req.ver': plain(({ kept }) => (kept === undefined ? undefined : `HTTP/1.${kept.minorVersion}`)),
  'capture.req.hdr': ([slot = '']) => {
    const number = Number(slot);
    return { get: ({ captures }) => captures?.request[number] };
  },
  'unique-id': plain(({ uniqueId }) => uniqueId),
};
