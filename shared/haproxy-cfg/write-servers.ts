/** The lines of binds, servers and health checks. */
import type { Bind } from '../model/bind.ts';
import { isPortless } from '../model/bind-address.ts';
import type { HealthCheck } from '../model/health-check.ts';
import type { DefaultServer, Server } from '../model/server.ts';
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
  const { method, uri, version, headers = [], expect } = check;
  const request = [
    ...(method === undefined ? [] : ['meth', method]),
    ...(uri === undefined ? [] : ['uri', quoteWord(uri)]),
    ...(version === undefined ? [] : ['ver', version]),
    ...headers.flatMap(({ name, value }) => ['hdr', quoteWord(name), quoteWord(value)]),
  ];
  return [
    'option httpchk',
    ...(request.length === 0 ? [] : [`http-check send ${request.join(' ')}`]),
    ...(expect === undefined ? [] : [`http-check expect status ${expect.status}`]),
  ];
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
