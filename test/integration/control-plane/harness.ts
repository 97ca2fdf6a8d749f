/** A control plane in this process on a free port, and a client that speaks JSON with it. */
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { type ControlPlane, createApp } from '../../../control-plane/app.ts';
import { openMemoryStore } from '../../../control-plane/store/sqlite-store.ts';
import type { Store } from '../../../control-plane/store/store.ts';
import { type Clock, systemClock } from '../../../shared/clock.ts';
import { createLogger } from '../../../shared/logger.ts';

/** What tests read out of answers; they know what they asked for. */
// biome-ignore lint/suspicious/noExplicitAny: the bodies of all routes in one place
export type Body = any;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface Client {
  readonly url: string;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  put(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  patch(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  delete(path: string, headers?: Record<string, string>): Promise<Answer>;
}

export interface Started extends Client {
  readonly controlPlane: ControlPlane;
}

/** Starts a control plane that the end of the test closes. */
export async function startControlPlane(
  test: TestContext,
  options: { clock?: Clock; token?: string; store?: Store } = {},
): Promise<Started> {
  const { clock = systemClock, store = openMemoryStore(), token } = options;
  const controlPlane = await createApp({
    store,
    clock,
    logger: createLogger('test', 'silent'),
    listenHost: '127.0.0.1',
    exposed: false,
    ...(token !== undefined && { token }),
  });
  await controlPlane.app.listen({ host: '127.0.0.1', port: 0 });
  test.after(() => controlPlane.close());
  const { port } = controlPlane.app.server.address() as AddressInfo;
  return { controlPlane, ...clientOf(`http://127.0.0.1:${port}`) };
}

/** A client of the API at an address; text bodies are sent as they are, others as JSON. */
export function clientOf(url: string): Client {
  async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const response = await fetch(url + path, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      body: isJson && text !== '' ? JSON.parse(text) : text,
    };
  }
  return {
    url,
    call,
    get: (path, headers) => call('GET', path, undefined, headers),
    put: (path, body, headers) => call('PUT', path, body, headers),
    post: (path, body, headers) => call('POST', path, body, headers),
    patch: (path, body, headers) => call('PATCH', path, body, headers),
    delete: (path, headers) => call('DELETE', path, undefined, headers),
  };
}

export const app = { servers: [{ name: 's1', address: '127.0.0.1', port: 9001 }] };
export const web = { binds: [{ name: 'public', address: '127.0.0.1', port: 8081 }], defaultBackend: 'app' };

/** Puts the backend `app` and the frontend `web` that uses it. */
export async function putSite(client: Client): Promise<void> {
  for (const [path, body] of [
    ['/v1/backends/app', app],
    ['/v1/frontends/web', web],
  ] as const) {
    const { status } = await client.put(path, body);
    if (status !== 201) throw new Error(`${path} answered ${status}`);
  }
}
