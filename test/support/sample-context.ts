/** What expressions look at, made up for tests: a request that was really read, and proxies that are only records. */
import assert from 'node:assert/strict';
import { RequestHead } from '../../data-plane/http/request-head.ts';
import { ResponseHead } from '../../data-plane/http/response-head.ts';
import { PatternTable } from '../../data-plane/patterns/pattern-table.ts';
import { ProcessVariables } from '../../data-plane/rules/process-variables.ts';
import type {
  BackendView,
  ContentView,
  FrontendView,
  SampleContext,
  ServerView,
} from '../../data-plane/rules/sample-context.ts';
import type { RuleContext } from '../../data-plane/rules/transaction.ts';
import { Variables } from '../../data-plane/rules/variables.ts';
import { parseSocketAddress } from '../../shared/address.ts';

const counters = { currentSessions: 0, queued: 0, sessionRate: 0, requestRate: 0 };

export function serverView(name: string, more: Partial<ServerView> = {}): ServerView {
  return {
    name,
    id: 1,
    address: '192.0.2.80',
    port: 80,
    state: 'up',
    backup: false,
    weight: 1,
    initialWeight: 1,
    maxconn: 0,
    active: 0,
    counters,
    ...more,
  };
}

export function backendView(name: string, servers: readonly ServerView[], queued = 0): BackendView {
  const timeouts = { server: 60_000, tunnel: 0 };
  return { name, id: 2, counters: { ...counters, queued }, timeouts, servers, allBackups: false };
}

export interface MadeUp {
  /** "GET /path"; "" for mode tcp. */
  readonly line?: string;
  /** Lines of the request head. */
  readonly fields?: readonly string[];
  /** Status line and lines of the response head. */
  readonly response?: readonly string[];
  readonly address?: string;
  readonly backends?: readonly BackendView[];
  readonly now?: number;
  readonly content?: ContentView;
}

export function sampleContext({
  line = 'GET /',
  fields = ['Host: example.org'],
  response,
  address = '192.0.2.7',
  backends = [],
  now = 1_600_000_000_123.456,
  content,
}: MadeUp): SampleContext {
  const frontend: FrontendView = {
    name: 'web',
    id: 1,
    binds: [],
    counters,
    timeouts: { client: 30_000 },
    defaultBackend: backends[0],
    uniqueId: undefined,
  };
  let head: RequestHead | undefined;
  if (line !== '') {
    head = new RequestHead();
    assert.equal(head.read(Buffer.from([`${line} HTTP/1.1`, ...fields, '', ''].join('\r\n')).toString('latin1')), 0);
  }
  let answer: ResponseHead | undefined;
  if (response !== undefined) {
    answer = new ResponseHead();
    assert.equal(answer.read([...response, '', ''].join('\r\n'), 'GET'), true);
  }
  const client = {
    source: parseSocketAddress(address),
    port: 40_000,
    destination: parseSocketAddress('192.0.2.1'),
    localPort: 8_080,
  };
  const variables = new ProcessVariables();
  return {
    request: head,
    response: answer,
    kept: head,
    status: 0,
    responseVersion: -1,
    connection: { ...client, original: client, requests: 1 },
    content,
    body: head === undefined ? undefined : { data: '', size: Math.max(0, head.fields.contentLength), whole: true },
    responseBody: undefined,
    frontend,
    backend: backends[0],
    serverConnection: undefined,
    hasFailed: false,
    stream: undefined,
    variables: new Variables(variables),
    captures: undefined,
    uniqueId: undefined,
    count: 0,
    tracked: undefined,
    record: undefined,
    environment: {
      proxies: {
        backends: new Map(backends.map((backend) => [backend.name, backend])),
        userlists: new Map(),
        frontendsByName: new Map([['web', frontend]]),
      },
      now: () => now,
      random: () => 0.5,
      stopping: false,
      pid: 1,
      patterns: new PatternTable(() => {}),
      variables,
      debug: () => {},
    },
  };
}

/** The same for rules that may change a request; what they do beside it goes nowhere. */
export function ruleContext(request: RequestHead): RuleContext {
  return {
    ...sampleContext({}),
    request,
    kept: request,
    transaction: {
      ownServerTimeout: 0,
      ownTunnelTimeout: 0,
      priorityClass: 0,
      priorityOffset: 0,
      lastRule: undefined,
      setLogLevel: () => {},
      setTimeout: () => {},
      setPriorityClass: () => {},
      setPriorityOffset: () => {},
      noteFinalRule: () => {},
      noteAnsweringRule: () => {},
      sendEarlyHint: () => {},
      hasBody: () => true,
      hasResponseBody: () => true,
    },
    setAddress: () => {},
    setPort: () => {},
    track: () => {},
  };
}
