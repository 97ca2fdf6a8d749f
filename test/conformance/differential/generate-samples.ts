/** Sample expressions out of everything that the catalogues have and that says the same twice. */
import type { ArgumentSpec } from '../../../shared/language/argument-types.ts';
import type { Converter, Fetch } from '../../../shared/language/catalogue.ts';
import { converters } from '../../../shared/language/converters.ts';
import { fetches } from '../../../shared/language/fetches.ts';
import { canBecome, findPlaceProblem, type Place, type SampleType } from '../../../shared/language/sample-types.ts';
import { variableConditions } from '../../../shared/model/vocabulary.ts';
import type { Dice } from './dice.ts';
import { mapName } from './files.ts';
import type { Scene } from './scene.ts';
import {
  addresses,
  cookieNames,
  delimiters,
  parameterNames,
  plainWords,
  regexes,
  replacements,
  requestFields,
  responseFields,
  texts,
} from './words.ts';

export interface SampleText {
  readonly text: string;
  readonly type: SampleType;
}

/**
 * Chance, the clock, ports, which are others each time, counts of what is under way and of bytes, which HAProxy counts in a
 * form of its own; hosts in targets, whose names HAProxy looks up; where a file stands; what makes HAProxy crash:
 * groups that are not compared with others, and counters of arrays for addresses that are in no table yet.
 */
const restless =
  /^(?:re[qs]\.hdrs(?:_bin)?|url_(?:ip|port)|bc_dst_port|re[qs]\.hdr_names|date.*|rand|uuid|(?:fc_|bc_)?src_port|(?:be|fe|dst|srv|table)_.*rate|(?:be|fe|dst|srv)_conn|.*conn_free|connslots|stopping|thread|hostname|.*bytes.*|so_id|last_rule_(?:file|line)|http_auth_group|src_(?:inc|clr)_gpc|ssl_c_(?!used).*)$/;

const steady = [...fetches.values()].filter(({ name, since }) => since === undefined && !restless.test(name));
/** HAProxy 2.6 has none of what came later, and may crash with many "debug". */
const allConverters = [...converters.values()].filter(
  ({ name, since }) => since === undefined && !/^(?:debug|table_.*bytes.*)$/.test(name),
);

/** Those of counters that are tracked may do without: they know their table. */
const namesTable = ({ name, arguments: specs }: Fetch | Converter) =>
  !/^sc[0-2]?_/.test(name) && specs.some(({ type }) => type === 'other-table' || type === 'table');

/** Whether what is asked for is there and says the same twice: of a body that is not waited for any part may have come. */
function isThere({ name, needs, ...called }: Fetch, place: Place, scene: Scene): boolean {
  if (scene.tables.length === 0 && namesTable({ name, needs, ...called })) return false;
  if (place === 'http-request' && needs === 'body') return scene.buffersBodies;
  // In mode tcp HAProxy knows the method only once something else of the request has been asked for.
  if (place === 'tcp' && name === 'method') return false;
  // In mode http the two count bytes each in its own form.
  if (place.startsWith('http') && /content$/.test(needs)) return false;
  // What of these is known in the log depends on what is still in HAProxy's buffers and what of it has ended.
  return !(place.endsWith('log') && /^(?:status|cur_.*|fc_http_major)$/.test(name));
}

/** Fetches by the place they can stand at and the scene, those that look at the message more often than constants. */
const known = new Map<string, readonly Fetch[]>();

export function fetchesAt(place: Place, scene: Scene): readonly Fetch[] {
  const key = `${place} ${scene.buffersBodies} ${scene.tables.length > 0}`;
  let found = known.get(key);
  if (found === undefined) {
    const here = steady.filter(
      (fetch) => findPlaceProblem(fetch.needs, place) === undefined && isThere(fetch, place, scene),
    );
    const telling = here.filter(
      ({ name, needs }) => (needs !== 'nothing' && needs !== 'node') || name === 'var' || name === 'str',
    );
    found = [...here, ...telling, ...telling.filter(({ needs }) => /^(?:request|response|message|body)$/.test(needs))];
    known.set(key, found);
  }
  return found;
}

/** A sample that can be taken at the place; now and then one that cannot, or that does not fit its converter. */
export function sampleText(dice: Dice, place: Place): SampleText {
  const anywhere = steady.filter(
    (each) => findPlaceProblem(each.needs, place) !== undefined || isThere(each, place, dice.scene),
  );
  const isOdd = place !== 'connection' && dice.once(60);
  const fetch = dice.pick(isOdd ? anywhere : fetchesAt(place, dice.scene));
  return convert(dice, fetch.name + callText(dice, fetch), fetch.type);
}

/** Converters behind a sample, none in half of the cases. */
export function convert(dice: Dice, start: string, of: SampleType): SampleText {
  let text = start;
  let type = of;
  for (let left = dice.pick([0, 0, 0, 1, 1, 2, 3]); left > 0; left--) {
    // HAProxy reckons with booleans without making them numbers.
    const fits = (each: Converter) =>
      canBecome(type, each.input) &&
      // HAProxy gives odd dates for times before 1970.
      (!/^(?:http_date|[lu]time)$/.test(each.name) || text === 'int(1700000000)') &&
      !(type === 'bool' && each.output === 'sint') &&
      !(dice.scene.tables.length === 0 && namesTable(each));
    const fitting = dice.once(50) ? allConverters : allConverters.filter(fits);
    const converter = dice.pick(fitting);
    text += `,${converter.name}${callText(dice, converter)}`;
    type = converter.output === 'same' ? type : converter.output;
    // HAProxy converts no addresses from maps, and may crash when it is told to.
    if (/^map_.*_ip$/.test(converter.name)) break;
  }
  return { text, type };
}

/** The arguments in parentheses; "" for none. */
export function callText(dice: Dice, called: Fetch | Converter): string {
  const given: string[] = [];
  for (const spec of called.arguments) {
    // Without a name HAProxy takes attributes of Set-Cookie for cookies, and sees nothing of "Connection: close".
    const isNamed = /^(?:res\.cook|scook|.*hdr)/.test(called.name);
    // Without a path HAProxy gives nothing of a token.
    const isPath = called.name.startsWith('jwt_') && spec.name === 'path';
    const isTable = spec.type === 'table' || spec.type === 'other-table';
    if (isTable && dice.scene.tables.length === 0) break;
    if (spec.optional && !isNamed && !isPath && dice.once(isTable && namesTable(called) ? 40 : 3)) break;
    given.push(inParentheses(argumentText(dice, called, spec)));
  }
  if (dice.once(150)) given.push('extra');
  return given.length === 0 ? '' : `(${given.join(',')})`;
}

/** Quoted where it has characters that end an argument. */
function inParentheses(text: string): string {
  if (text === ' ') return "' '";
  if (!/[,()'"\\]/.test(text)) return text;
  return text.includes("'") ? `"${text.replaceAll(/["\\]/g, '\\$&')}"` : `'${text}'`;
}

export function variableText(dice: Dice): string {
  return dice.pick(['txn.a', 'txn.b', 'req.a', 'sess.s', 'res.r', 'proc.p@', 'txn.none']);
}

function argumentText(dice: Dice, called: Fetch | Converter, spec: ArgumentSpec): string {
  if (dice.once(150)) return dice.pick(texts);
  if (spec.oneOf !== undefined) return dice.pick(spec.oneOf);
  switch (spec.type) {
    case 'integer':
      return String(integerArgument(dice, called.name, spec.name));
    case 'boolean':
      return dice.pick(['true', 'false', '0', '1']);
    case 'hex':
      return dice.pick(['', '41', '4142', 'c3a9', '09', '00']);
    case 'base64':
      return dice.pick(['MDEyMzQ1Njc4OWFiY2RlZg==', 'MDEyMzQ1Njc4OWFi', 'txn.b']);
    case 'field-number':
      return dice.pick(['1', '2', '1.2', '2.1.1']);
    case 'fix-tag':
      return dice.pick(['35', 'MsgType', '8', 'CheckSum']);
    case 'jwt-algorithm':
      return dice.pick(['HS256', 'none', 'HS512', 'txn.a']);
    case 'method':
      return dice.pick(['GET', 'POST', 'PURGE', 'get']);
    case 'digest':
      return dice.pick(['sha256', 'sha1', 'md5', 'sha512']);
    case 'key':
      return dice.pick(['YWJj', 'a2V5', 'txn.b']);
    case 'operand':
      return dice.once(4) ? variableText(dice) : String(dice.pick([0, 1, 2, 7, -3, 255, 9_000_000_000]));
    case 'ipv4':
      return dice.pick(addresses.filter((address) => !address.includes(':')));
    case 'ipv6':
      return dice.pick(['::1', '2001:db8::5', '::ffff:1.2.3.4']);
    case 'mask4':
      return dice.pick(['8', '24', '32', '0', '255.255.0.0']);
    case 'mask6':
      return dice.pick(['64', '128', '16', 'ffff::']);
    case 'variable':
      return variableText(dice);
    case 'regex':
      return dice.pick(regexes.filter((regex) => regex !== ''));
    case 'backend':
      return dice.pick(['b@-0', 'b@-1']);
    case 'frontend':
      return 'f@';
    case 'server':
      return dice.pick(['b@-0/s1', 'b@-1/s1']);
    case 'table':
    case 'other-table':
      return dice.scene.tables.length === 0 ? 'b@-0' : dice.pick(dice.scene.tables);
    case 'userlist':
      return dice.once(40) ? 'nobody' : 'users';
    case 'map':
      return mapText(dice, called.name);
    case 'offset':
      return dice.pick(['0', '2', '+1', '-1']);
    default:
      return stringArgument(dice, called.name, spec.name);
  }
}

function mapText(dice: Dice, converter: string): string {
  if (converter === 'map' && dice.scene.editsFiles && dice.once(2)) return '@-edit.map';
  return mapName(converter === 'map' ? 'str' : converter.slice('map_'.length));
}

function integerArgument(dice: Dice, name: string, argument: string): number {
  if (argument === 'truncate') return dice.pick([0, 1]);
  if (name === 'int') return dice.pick([0, 1, 5, -7, 1_700_000_000, 4_294_967_296]);
  if (name.startsWith('be2')) return dice.pick([1, 2, 3, 1]);
  if (name === 'http_date' || name.endsWith('time')) return dice.pick([0, 3600, -60]);
  // HAProxy crashes with slots below 0.
  if (name.startsWith('capture')) return dice.pick([0, 1]);
  if (/^(?:bytes|.*dr.*)$/.test(name)) return dice.pick([0, 1, 2, 3, -1, -2, 100]);
  if (/^(?:field|word)$/.test(name)) return dice.pick([1, 2, 3, -1, -2, 1, 2]);
  return dice.pick([0, 1]);
}

function stringArgument(dice: Dice, called: string, name: string): string {
  if (name === 'default') {
    if (called.endsWith('_ip')) return dice.pick(addresses);
    return called.endsWith('_int') ? dice.pick(['0', '5', '-1']) : dice.pick(plainWords);
  }
  if (called === 'mqtt_field_value') {
    return dice.pick(name === 'field' ? ['client_identifier', 'username', 'flags', '17'] : ['CONNECT', 'CONNACK', '1']);
  }
  if (called === 'env') return 'DIFFERENTIAL';
  if (name === 'name') {
    if (/cook/.test(called)) return dice.pick(cookieNames);
    if (/^url/.test(called)) return dice.pick(parameterNames);
    const names = /^(?:res|shdr)/.test(called) ? responseFields : requestFields;
    return dice.pick([...names, ...names, 'Host', 'Cookie', 'Set-Cookie', 'Content-Length']);
  }
  if (/^delimiter/.test(name) || name === 'separator') return dice.pick(delimiters);
  if (name === 'characters') return dice.pick(['a', '/', ' "', '/p', '01']);
  // HAProxy reads on behind one that ends with a backslash.
  if (name === 'replacement') return dice.pick(replacements.filter((text) => !/%|\\$/.test(text)));
  if (name === 'format') return dice.pick(['%Y-%m-%d', '%H:%M', '%a %b', '%s']);
  if (name === 'languages') return dice.pick(['de;en', 'fr', 'en;fr;de']);
  if (name === 'path') return dice.pick(['$.a', '$.c.d', '$.b', '$.alg']);
  if (name === 'condition') return dice.pick(variableConditions);
  if (name === 'header') return dice.pick(['x-a', 'Authorization']);
  return dice.once(4) ? dice.pick(texts) : dice.pick(plainWords);
}
