/** Who may do what: bearer tokens, and on an open loopback address the Host and Origin of the request. */
import type { IncomingHttpHeaders } from 'node:http';
import { isLoopback } from '../../shared/address.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { Scope } from '../store/store.ts';
import type { App } from './context.ts';
import { type Caller, includesScope, type TokenBook } from './token-book.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The scope a caller needs; "none" leaves the route open to all. */
    scope?: Scope | 'none';
  }
  interface FastifyRequest {
    caller: Caller;
  }
}

/** Who makes requests while no token exists. */
const localCaller: Caller = { name: 'local', scope: 'admin' };

/** Checks every request before its body is read; the caller is then `request.caller`. */
export function authenticateRequests(app: App, tokens: TokenBook, listenHost: string): void {
  app.decorateRequest('caller', null as unknown as Caller);
  app.addHook('onRequest', async (request) => {
    const scope =
      request.routeOptions.config?.scope ?? (request.method === 'GET' || request.method === 'HEAD' ? 'read' : 'write');
    request.caller = scope === 'none' ? localCaller : authorise(request.headers, tokens, listenHost, scope);
  });
}

/** The caller of a request that needs the scope. Throws unauthorized or forbidden. */
export function authorise(headers: IncomingHttpHeaders, tokens: TokenBook, listenHost: string, scope: Scope): Caller {
  if (!tokens.required) {
    checkLocal(headers, listenHost);
    return localCaller;
  }
  const secret = /^Bearer +([\x21-\x7e]+)$/i.exec(headers.authorization ?? '')?.[1];
  if (secret === undefined)
    throw new SluiceError('unauthorized', 'the request bears no token: "Authorization: Bearer ..."');
  const caller = tokens.find(secret);
  if (caller === undefined) throw new SluiceError('unauthorized', 'the token is not known');
  if (!includesScope(caller.scope, scope)) {
    throw new SluiceError(
      'forbidden',
      `this needs the scope ${scope}; token "${caller.name}" has the scope ${caller.scope}`,
    );
  }
  return caller;
}

/**
 * While the API is open to all on this machine, a web page must not reach it through a browser: neither by a name that
 * it makes resolve to loopback (the Host then is that name) nor by a request across origins (the Origin then is its own).
 */
function checkLocal(headers: IncomingHttpHeaders, listenHost: string): void {
  const host = hostNameOf(`http://${headers.host ?? ''}`);
  if (host === undefined || !(isLoopback(host) || host === listenHost)) {
    throw new SluiceError('forbidden', `the Host "${headers.host ?? ''}" is not this machine`);
  }
  const { origin } = headers;
  if (origin === undefined) return;
  const from = hostNameOf(origin);
  if (from === undefined || !(isLoopback(from) || from === host)) {
    throw new SluiceError('forbidden', `requests of the Origin "${origin}" are not allowed`);
  }
}

function hostNameOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  return new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
}
