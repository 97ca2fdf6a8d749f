/** What a site has beside its rules: captures, stick tables, error pages, unique ids, files of its own. */
import type { Dice } from './dice.ts';
import { keyText } from './generate-rules.ts';
import { sampleText } from './generate-samples.ts';
import { word } from './quoting.ts';
import { plainScene, type Scene } from './scene.ts';
import { cookieNames, requestFields, responseFields, texts } from './words.ts';

/** Lines of the sections of a site. */
export interface Features {
  readonly scene: Scene;
  readonly frontend: readonly string[];
  /** Of the first backend. */
  readonly backend: readonly string[];
}

const stored = [
  ...['gpc0', 'gpc1', 'gpt0', 'conn_cnt', 'conn_cur', 'sess_cnt', 'http_req_cnt', 'http_err_cnt', 'http_fail_cnt'],
  ...['gpc0_rate(1h)', 'gpc1_rate(1h)', 'conn_rate(1h)', 'sess_rate(1h)', 'http_req_rate(1h)', 'http_err_rate(1h)'],
];

/** In place of "gpc0" and its kin. */
const storedArrays = ['gpc(2)', 'gpt(2)', 'gpc_rate(2,1h)'];

const keyTypes = ['ip', 'string', 'string len 4', 'integer', 'binary len 6', 'ipv6'];

/** Periods of rates are longer than any test. */
export function tableLine(dice: Dice): string {
  const arrays = dice.once(3);
  const data = (arrays ? [...stored.filter((name) => !/^gp/.test(name)), ...storedArrays] : stored).filter(
    () => !dice.once(4),
  );
  return `stick-table type ${dice.pick(keyTypes)} size 1k expire 1h${data.length === 0 ? '' : ` store ${data.join(',')}`}`;
}

function captures(dice: Dice): { lines: string[]; requestSlots: number; responseSlots: number } {
  const length = () => dice.pick([1, 4, 20, 200]);
  const ofRequest = dice.list(0, 2, () =>
    dice.once(3)
      ? `declare capture request len ${length()}`
      : captureLine('request', dice.pick(requestFields), length()),
  );
  const ofResponse = dice.list(0, 2, () =>
    dice.once(3)
      ? `declare capture response len ${length()}`
      : captureLine('response', dice.pick(responseFields), length()),
  );
  const cookie = dice.once(2)
    ? [`capture cookie ${dice.pick(cookieNames)}${dice.pick(['', '='])} len ${length()}`]
    : [];
  return {
    lines: [...ofRequest, ...ofResponse, ...cookie],
    requestSlots: ofRequest.length,
    responseSlots: ofResponse.length,
  };
}

function captureLine(side: 'request' | 'response', field: string, length: number): string {
  return `capture ${side} header ${field} len ${length}`;
}

function errorPageLine(dice: Dice): string {
  const status = dice.pick([400, 403, 404, 500, 503]);
  return dice.choose([
    () => 'errorfiles pages',
    () => 'errorfiles pages 403',
    () => `errorfile ${status} ${dice.pick(['403', '404', '500'])}.http`,
    () => `errorloc30${dice.pick([2, 3])} ${status} /sorry`,
    () => `http-error status ${status} content-type text/plain string ${word(dice.pick(texts))} hdr X-Error yes`,
    () => `http-error status ${status} errorfile 500.http`,
  ]);
}

/** Features of a site in mode http; each in some sites only. */
export function httpFeatures(dice: Dice): Features {
  dice.scene = plainScene;
  const captured = dice.once(4) ? captures(dice) : { lines: [], requestSlots: 0, responseSlots: 0 };
  const frontend = [...captured.lines];
  const backend: string[] = [];
  const tables: string[] = [];
  if (dice.once(5)) {
    frontend.push(tableLine(dice));
    tables.push('f@');
  }
  if (dice.once(5)) {
    backend.push(tableLine(dice));
    tables.push('b@-0');
  }
  if (tables.includes('b@-0') && dice.once(3)) backend.push(stickLine(dice));
  const buffersBodies = dice.once(6);
  if (buffersBodies) frontend.push('option http-buffer-request');
  const editsFiles = dice.once(8);
  if (editsFiles) {
    frontend.push('acl edited path -f @-edit.acl', 'http-request set-var(txn.b) req.hdr(x-a),map(@-edit.map,none)');
  }
  if (dice.once(8)) {
    const first = dice.pick(['%ci', '%HM', '%f-%b', '%r']);
    const { text } = sampleText(dice, 'http-request');
    // Of a request that is gone HAProxy still says that it was one.
    const sample = text.startsWith('req.proto_http') ? 'path' : text;
    frontend.push(`unique-id-format ${word(`${first}-%[${sample}]`)}`);
    if (dice.once(2)) frontend.push('unique-id-header X-Unique');
  }
  if (dice.once(6)) frontend.push(errorPageLine(dice));
  if (dice.once(10)) backend.push(errorPageLine(dice));
  const { requestSlots, responseSlots } = captured;
  return { scene: { tables, requestSlots, responseSlots, buffersBodies, editsFiles }, frontend, backend };
}

function stickLine(dice: Dice): string {
  const kind = dice.pick(['on', 'match', 'store-request', 'on', 'store-response']);
  const sample = keyText(dice, kind === 'store-response' ? 'http-response' : 'http-request');
  return `stick ${kind} ${word(dice.once(3) ? 'src' : sample)}`;
}

/** A rule of authentication in the form that most have. */
export function authLines(dice: Dice): string[] {
  if (!dice.once(8)) return [];
  const group = dice.once(2) ? '{ http_auth_group(users) admins }' : '{ http_auth(users) }';
  return [`http-request auth realm here unless ${group}`];
}
