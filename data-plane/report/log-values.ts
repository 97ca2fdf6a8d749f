/** What each variable of a log format stands for in a record (configuration manual 2.6, section 8.2.6). */
import { hostname } from 'node:os';
import type { LogVariableName } from '../../shared/language/log-variables.ts';
import { requestTexts } from '../rules/request-texts.ts';
import type { KeptRequest } from '../rules/sample-context.ts';
import type { AccessRecord } from './access-record.ts';
import { gmtDate, localDate, localMilliseconds } from './log-dates.ts';

/** "" stands for "nothing known" in texts and addresses, which lines write as "-". */
export type Read = (record: AccessRecord) => string | number;

/** Something of the request, for those that have one. */
function ofRequest(read: (request: KeptRequest) => string): Read {
  return (record) => (record.isUnread ? '<BADREQ>' : read(record));
}

const idleOf = (record: AccessRecord) => Math.max(0, record.idle);
const requestDate = (record: AccessRecord) => record.acceptDate + idleOf(record);
const between = (from: number, to: number) => (to < 0 ? -1 : to - Math.max(0, from));
const termination = ({ termination: letters }: AccessRecord) => letters;

const host = hostname();
const nothing: Read = () => '';

/** How each variable is read once all is over. */
export const logValues: Readonly<Record<LogVariableName, Read>> = {
  B: ({ bytesOut }) => bytesOut,
  CC: ({ captures }) => captures?.requestCookie ?? '',
  CS: ({ captures }) => captures?.responseCookie ?? '',
  H: () => host,
  HM: ofRequest(requestTexts.HM),
  HP: ofRequest(requestTexts.HP),
  HPO: ofRequest(requestTexts.HPO),
  HQ: ofRequest(requestTexts.HQ),
  HU: ofRequest(requestTexts.HU),
  HV: ofRequest(requestTexts.HV),
  ID: (record) => record.uniqueId,
  ST: ({ status }) => status,
  T: ({ acceptDate }) => gmtDate(acceptDate),
  Ta: (record) => record.closed - idleOf(record),
  Tc: ({ serverChosen, connected }) => between(serverChosen, connected),
  Td: ({ log, connected, responseBegun, closed }) => {
    const begun = log.settings.isHttp ? responseBegun : connected;
    return begun < 0 ? -1 : closed - begun;
  },
  Th: () => 0,
  Ti: idleOf,
  Tl: ({ acceptDate }) => localDate(acceptDate),
  TR: (record) => between(idleOf(record), record.requestRead),
  Tq: ({ requestRead }) => requestRead,
  Tr: ({ connected, responseBegun }) => between(connected, responseBegun),
  Ts: ({ acceptDate }) => Math.floor(acceptDate / 1_000),
  Tt: ({ closed }) => closed,
  Tu: (record) => record.closed - idleOf(record),
  Tw: ({ requestRead, serverChosen }) => between(requestRead, serverChosen),
  U: ({ bytesIn }) => bytesIn,
  ac: ({ context }) => context.sessions.size,
  b: ({ backend, log }) => backend?.name ?? log.frontend,
  bc: ({ backendSessions }) => backendSessions,
  bi: ({ sourceAddress }) => sourceAddress,
  bp: ({ sourcePort }) => sourcePort || '',
  bq: ({ queuePosition }) => queuePosition,
  ci: ({ clientAddress }) => clientAddress,
  cp: ({ clientPort }) => clientPort,
  f: ({ log }) => log.frontend,
  fc: ({ log }) => log.counters.currentSessions,
  fi: ({ localAddress }) => localAddress,
  fp: ({ localPort }) => localPort || '',
  ft: ({ log }) => log.frontend,
  hr: nothing,
  hrl: nothing,
  hs: nothing,
  hsl: nothing,
  lc: ({ log }) => log.lineCount.lines,
  ms: ({ acceptDate }) => acceptDate % 1_000,
  pid: () => process.ppid,
  r: ofRequest(requestTexts.r),
  rc: ({ redispatched, retries }) => (redispatched ? `+${retries}` : retries),
  rt: ({ count }) => count,
  s: ({ server }) => server?.name ?? '<NOSRV>',
  sc: ({ serverSessions }) => serverSessions,
  si: ({ server }) => server?.address ?? '',
  sp: ({ server }) => server?.port ?? '',
  sq: () => 0,
  sslc: nothing,
  sslv: nothing,
  t: ({ acceptDate }) => localMilliseconds(acceptDate),
  tr: (record) => localMilliseconds(requestDate(record)),
  trg: (record) => gmtDate(requestDate(record)),
  trl: (record) => localDate(requestDate(record)),
  ts: termination,
  tsc: (record) => `${termination(record)}--`,
};

/** What reads otherwise while all is under way, since only the end tells it. */
const presentValues: Partial<Record<LogVariableName, Read>> = {
  Ta: (record) => -idleOf(record),
  Td: ({ log, connected, headRead }) => {
    const begun = log.settings.isHttp ? headRead : connected;
    return begun < 0 ? -1 : -begun;
  },
  Tr: ({ connected, headRead }) => between(connected, headRead),
  Tt: () => 0,
  Tu: (record) => -idleOf(record),
};

/** What a variable stands for at this moment. */
export function presentValue(record: AccessRecord, name: LogVariableName): string | number {
  return (presentValues[name] ?? logValues[name])(record);
}
