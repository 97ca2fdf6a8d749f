/** The lines of binds, servers and health checks. */
import type { Bind } from '../model/bind.ts';
import { isPortless } from '../model/bind-address.ts';
import type { CheckStep, HealthCheck, HttpCheck } from '../model/health-check.ts';
import type { DefaultServer, Server } from '../model/server.ts';
import { emptyText } from './handlers/rule-words.ts';
import { quoteWord } from './quote-word.ts';

export function writeBind({ name, id, address, port, backlog }: Bind): string[] {
  const place = isPortless(address) ? quoteWord(address ?? '') : `${bracketed(address ?? '*')}:${port}`;
  return [
    `bind ${place} name ${name}${id === undefined ? '' : ` id ${id}`}${backlog === undefined ? '' : ` backlog ${backlog}`}`,
  ];
}

export function writeServer({ name, address, port, ...settings }: Server): string {
  return ['server', name, `${bracketed(address)}:${port}`, ...writeServerParameters(settings)].join(' ');
}

/** The parameters of a `server` or `default-server` line. */
export function writeServerParameters(settings: DefaultServer & Partial<Server>): string[] {
  const { check, backup, disabled, nonStick } = settings;
  const numbers = [
    ['id', settings.id],
    ['weight', settings.weight],
    ['minconn', settings.minconn],
    ['maxconn', settings.maxconn],
    ['slowstart', settings.slowstart],
    ['inter', settings.inter],
    ['fastinter', settings.fastinter],
    ['downinter', settings.downinter],
    ['rise', settings.rise],
    ['fall', settings.fall],
    ['port', settings.checkPort],
    ['addr', settings.checkAddress],
  ] as const;
  return [
    ...(check === undefined ? [] : [check ? 'check' : 'no-check']),
    ...(backup === true ? ['backup'] : []),
    ...(nonStick === true ? ['non-stick'] : []),
    ...(disabled === true ? ['disabled'] : []),
    ...numbers.flatMap(([word, value]) => (value === undefined ? [] : [word, String(value)])),
  ];
}

export function writeHealthCheck(check: HealthCheck | undefined): string[] {
  if (check === undefined || check.type === 'tcp') return [];
  const { method, uri, uriLf, version, headers = [], body, bodyLf, expect } = check;
  const request = [
    ...(method === undefined ? [] : ['meth', method]),
    ...(uri === undefined ? [] : ['uri', quoteWord(uri)]),
    ...(uriLf === undefined ? [] : ['uri-lf', quoteText(uriLf)]),
    ...(version === undefined ? [] : ['ver', version]),
    ...headers.flatMap(({ name, value }) => ['hdr', quoteWord(name), quoteText(value)]),
    ...(body === undefined ? [] : ['body', quoteWord(body)]),
    ...(bodyLf === undefined ? [] : ['body-lf', quoteText(bodyLf)]),
  ];
  const sends = request.length > 0 || check.beforeExpect !== undefined;
  return [
    'option httpchk',
    ...(check.beforeSend ?? []).map(writeStep),
    ...(sends ? [`http-check send ${request.join(' ')}`.trimEnd()] : []),
    ...(check.beforeExpect ?? []).map(writeStep),
    ...(expect === undefined && check.afterExpect === undefined ? [] : [writeExpect(expect)]),
    ...(check.afterExpect ?? []).map(writeStep),
  ];
}

function writeStep(step: CheckStep): string {
  const { action, variable } = step;
  if (step.action === 'unset-var') return `http-check ${action}(${variable})`;
  const text = step.action === 'set-var' ? quoteWord(step.expression) : quoteText(step.value);
  return `http-check ${action}(${[variable, ...(step.conditions ?? [])].join(',')}) ${text}`;
}

function writeExpect(expect: NonNullable<HttpCheck['expect']> = {}): string {
  const { status = '200-399', onSuccess, onError, comment, statusCode, okStatus, errorStatus, toutStatus } = expect;
  const texts = [
    ['comment', comment],
    ['ok-status', okStatus],
    ['error-status', errorStatus],
    ['tout-status', toutStatus],
    ['on-success', onSuccess],
    ['on-error', onError],
    ['status-code', statusCode],
  ] as const;
  const words = texts.flatMap(([word, text]) => (text === undefined ? [] : [word, quoteText(text)]));
  return ['http-check expect', ...words, 'status', status].join(' ');
}

/** An empty word would be a missing one. */
const quoteText = (text: string) => quoteWord(text === '' ? emptyText : text);

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
