/** `option` lines of proxies. */
import { headerNamePolicies } from '../../model/http-options.ts';
import type { ProxyDraft } from '../proxy-draft.ts';
import type { KeywordStatus, Statement } from '../statement.ts';
import { readHttpchk } from './http-check-lines.ts';
import { logOptions } from './log-lines.ts';

/** Options that are taken without effect, and why. */
const withoutEffect: Readonly<Record<string, string>> = {
  abortonclose: 'a request in the queue whose client is gone leaves it in any case',
  clitcpka: 'the kernel does not probe connections',
  contstats: 'counters are always kept up to date',
  'disable-h2-upgrade': 'connections are of HTTP/1 only',
  'http-no-delay': 'nothing is ever delayed',
  'http-pretend-keepalive': 'servers are always told that connections are kept, unless they are closed',
  'idle-close-on-response': 'idle connections end with their worker, after the response in progress',
  'independent-streams': 'each direction has its own timeout',
  nolinger: 'connections that end in an error are reset in any case',
  'prefer-last-server': 'connections to servers are shared',
  'socket-stats': 'binds are not counted one by one',
  'splice-auto': 'Node.js cannot splice',
  'splice-request': 'Node.js cannot splice',
  'splice-response': 'Node.js cannot splice',
  srvtcpka: 'the kernel does not probe connections',
  'tcp-smart-accept': 'connections are accepted as they come',
  'tcp-smart-connect': 'connections are opened as they are needed',
  tcpka: 'the kernel does not probe connections',
};

const modes = ['http-keep-alive', 'http-server-close', 'httpclose'] as const;

type Handler = (statement: Statement, draft: ProxyDraft) => void;

const handlers: Readonly<Record<string, Handler>> = {
  ...Object.fromEntries(
    modes.map(
      (mode) => [mode, (statement, draft) => setConnectionMode(statement, draft, mode)] satisfies [string, Handler],
    ),
  ),
  allbackups: ({ negated }, { settings }) => {
    settings.allBackups = !negated;
  },
  forwardfor: (statement, { settings }) => {
    if (statement.negated) delete settings.forwardfor;
    else readForwardfor(statement, settings);
  },
  originalto: (statement, { settings }) => readOriginalto(statement, settings),
  'log-health-checks': ({ negated }, { settings }) => {
    settings.logHealthChecks = !negated;
  },
  persist: ({ negated }, { settings }) => {
    settings.persist = !negated;
  },
  redispatch: ({ negated }, { settings }) => {
    settings.redispatch = !negated;
  },
  ...logOptions,
  forwarded: readForwarded,
  httpchk: readHttpchk,
  'http-buffer-request': ({ negated }, { settings }) => {
    settings.httpBufferRequest = !negated;
  },
  'http-restrict-req-hdr-names': readHeaderNamePolicy,
  'http-ignore-probes': ({ negated }, { settings }) => {
    settings.httpIgnoreProbes = !negated;
  },
};

/** As in global-lines.ts, for the name after "option". */
export function optionStatus(name: string): KeywordStatus | undefined {
  if (Object.hasOwn(handlers, name)) return { reason: undefined };
  const reason = withoutEffect[name];
  return reason === undefined ? undefined : { reason };
}

export function readOption(statement: Statement, draft: ProxyDraft): void {
  const name = statement.keyword.slice('option '.length);
  const reason = withoutEffect[name];
  const handler = handlers[name];
  if (handler !== undefined) handler(statement, draft);
  else if (reason !== undefined) statement.skip(reason);
  else if (statement.negated) statement.skip('this is so unless said otherwise');
  else statement.refuse(`'option ${name}'`);
}

function setConnectionMode({ negated }: Statement, { settings }: ProxyDraft, mode: (typeof modes)[number]): void {
  if (!negated) settings.httpConnectionMode = mode;
  else if (settings.httpConnectionMode === mode || settings.httpConnectionMode === undefined) {
    settings.httpConnectionMode = 'http-keep-alive';
  }
}

function readHeaderNamePolicy(statement: Statement, { settings }: ProxyDraft): void {
  const [word] = statement.args;
  const policy = headerNamePolicies.find((known) => known === word);
  if (policy !== undefined) settings.httpRestrictReqHdrNames = policy;
  else {
    const expected = "option 'http-restrict-req-hdr-names' expects 'preserve', 'reject' or 'delete' option.";
    statement.alert(`invalid parameter '${word}'. ${expected}`);
  }
}

function readForwardfor(statement: Statement, settings: ProxyDraft['settings']): void {
  const forwardfor: NonNullable<typeof settings.forwardfor> = {};
  const { args } = statement;
  for (let at = 0; at < args.length; at++) {
    const word = args[at];
    if (word === 'if-none') forwardfor.ifNone = true;
    else if ((word === 'except' || word === 'header') && args[at + 1] !== undefined)
      forwardfor[word] = args[++at] as string;
    else {
      statement.alert("'option forwardfor' only supports optional values: 'except', 'header' and 'if-none'.");
      return;
    }
  }
  settings.forwardfor = forwardfor;
}

function readOriginalto(statement: Statement, settings: ProxyDraft['settings']): void {
  const originalto: NonNullable<typeof settings.originalto> = {};
  const { args } = statement;
  for (let at = 0; at < args.length; at += 2) {
    const [word, value] = args.slice(at, at + 2);
    if ((word !== 'except' && word !== 'header') || value === undefined) {
      statement.alert("'option originalto' only supports optional values: 'except' and 'header'.");
      return;
    }
    originalto[word] = value;
  }
  settings.originalto = originalto;
}

/** `option forwarded [proto] [host] [by] [for]`, as HAProxy has it since 2.8; without words: proto and for. */
function readForwarded(statement: Statement, { settings }: ProxyDraft): void {
  const { args, negated } = statement;
  delete settings.forwarded;
  if (negated) return;
  const known = ['proto', 'host', 'by', 'for'];
  const unknown = args.find((word) => !known.includes(word));
  if (unknown !== undefined) {
    statement.refuse(`'option forwarded' : '${unknown}'`);
    return;
  }
  const [proto, host, by, tells] = known.map((word) => args.includes(word));
  const given = { proto: proto === true, host: host === true, by: by === true, for: tells === true };
  settings.forwarded = args.length === 0 ? {} : given;
}
