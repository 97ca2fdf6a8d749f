/** The types of arguments of fetches and converters: how each is checked when it is read. */
import { getHashes } from 'node:crypto';
import { isIpAddress, parseNetwork } from '../address.ts';
import { findFixTag } from './fix-tags.ts';
import { findJwtAlgorithmProblem } from './jwt-algorithms.ts';
import { findFieldNumberProblem } from './protobuf-types.ts';
import { findRegexProblem } from './regular-expression.ts';
import { hint } from './suggest.ts';

export type ArgumentType =
  | 'string'
  | 'integer'
  | 'offset'
  | 'boolean'
  | 'hex'
  | 'method'
  | 'digest'
  | 'key'
  | 'operand'
  | 'field-number'
  | 'fix-tag'
  | 'base64'
  | 'jwt-algorithm'
  | 'jwt-key'
  | 'ipv4'
  | 'ipv6'
  | 'address'
  | 'mask4'
  | 'mask6'
  | 'variable'
  | 'condition'
  | 'acl'
  | 'regex'
  | 'backend'
  | 'frontend'
  | 'server'
  | 'table'
  | 'other-table'
  | 'userlist'
  | 'map';

export interface ArgumentSpec {
  readonly name: string;
  readonly type: ArgumentType;
  readonly optional: boolean;
  /** The only texts it may be. */
  readonly oneOf?: readonly string[];
}

/** Scopes of variables and how long each lives. */
export const variableScopes = ['proc', 'sess', 'txn', 'req', 'res', 'check'] as const;
export type VariableScope = (typeof variableScopes)[number];

/** Why a text cannot be an argument; undefined when it can. */
export function findArgumentProblem(spec: ArgumentSpec, text: string): string | undefined {
  if (spec.oneOf !== undefined && !spec.oneOf.includes(text)) {
    return `"${text}" is none of ${spec.oneOf.join(', ')}${hint(text, spec.oneOf)}`;
  }
  return checks[spec.type](text);
}

const digests = new Set(getHashes().map((name) => name.toLowerCase()));

const isBase64 = (text: string) => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);

const integer = /^[+-]?[0-9]+$/;

const none = () => undefined;

const checks: Readonly<Record<ArgumentType, (text: string) => string | undefined>> = {
  string: none,
  integer: (text) => (integer.test(text) ? undefined : `"${text}" is no integer`),
  offset: (text) => (integer.test(text) ? undefined : `"${text}" is no offset, such as 10, +2 or -1`),
  boolean: (text) => (/^(?:true|false|0|1)$/i.test(text) ? undefined : `"${text}" is none of true, false, 1 and 0`),
  hex: (text) => (/^(?:[0-9A-Fa-f]{2})*$/.test(text) ? undefined : `"${text}" is no pairs of hexadecimal digits`),
  method: (text) =>
    /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(text) ? undefined : `"${text}" is no method (RFC 9110 section 9.1)`,
  digest: (text) =>
    digests.has(text.toLowerCase())
      ? undefined
      : `there is no digest "${text}"${hint(text, ['sha256', 'sha1', 'sha512', 'md5'])}`,
  key: (text) =>
    isBase64(text) || findVariableProblem(text) === undefined
      ? undefined
      : `the key "${text}" is neither Base64 nor a variable`,
  base64: (text) =>
    isVariable(text) || (text !== '' && isBase64(text)) ? undefined : `"${text}" is neither Base64 nor a variable`,
  'field-number': findFieldNumberProblem,
  'fix-tag': (text) => (findFixTag(text) === undefined ? `Unknown FIX tag name '${text}'` : undefined),
  'jwt-algorithm': (text) => (isVariable(text) ? undefined : findJwtAlgorithmProblem(text)),
  'jwt-key': none,
  operand: (text) => (integer.test(text) ? undefined : findVariableProblem(text)),
  ipv4: (text) => (isIpAddress(text) && !text.includes(':') ? undefined : `"${text}" is no IPv4 address`),
  ipv6: (text) => (isIpAddress(text) && text.includes(':') ? undefined : `"${text}" is no IPv6 address`),
  address: (text) => (isIpAddress(text) ? undefined : `"${text}" is no IP address`),
  mask4: (text) => findMaskProblem(text, 32),
  mask6: (text) => findMaskProblem(text, 128),
  variable: findVariableProblem,
  condition: findConditionProblem,
  acl: none,
  regex: (text) => findRegexProblem(text, false),
  backend: none,
  frontend: none,
  server: none,
  table: none,
  'other-table': none,
  userlist: none,
  map: none,
};

function findMaskProblem(text: string, bits: number): string | undefined {
  if (/^[0-9]{1,3}$/.test(text) && Number(text) <= bits) return undefined;
  if (isIpAddress(text) && text.includes(':') === (bits === 128)) return undefined;
  return `"${text}" is no mask: a number of bits up to ${bits}, or an address such as ${bits === 32 ? '255.255.255.0' : 'ffff:ffff::'}`;
}

/** What "when" can ask; "!" before one asks for the opposite. */
export const whenConditions = ['acl', 'error', 'forwarded', 'normal', 'processed', 'stopping', 'toapplet'] as const;
export type WhenCondition = (typeof whenConditions)[number];

function findConditionProblem(text: string): string | undefined {
  const name = text.replace(/^!/, '');
  if (whenConditions.some((known) => known === name)) return undefined;
  const known = whenConditions.map((each) => `'${each}'`).join(', ');
  return `unsupported condition '${name}'. Expects [!] and one of ${known}${hint(name, whenConditions)}`;
}

/** Why a text is no name of a variable such as "txn.user"; undefined when it is one. */
export function findVariableProblem(text: string): string | undefined {
  const [scope = '', ...rest] = text.split('.');
  if (!variableScopes.some((known) => known === scope)) {
    return `"${text}" is no variable: its name begins with proc, sess, txn, req, res or check and a dot${hint(scope, variableScopes)}`;
  }
  if (!/^[A-Za-z0-9_.]+$/.test(rest.join('.'))) {
    return `"${text}" is no variable: letters, digits, "_" and "." follow the scope`;
  }
  return undefined;
}

/** Whether an argument that may be something else names a variable. */
export function isVariable(text: string): boolean {
  return findVariableProblem(text) === undefined;
}

/**
 * The IP address or network that a pattern names, in its full form; undefined for any other text. "10.1" is short for
 * 10.0.0.1, and the last number of such a form may be as large as the bytes it stands for.
 */
export function expandAddress(text: string): string | undefined {
  if (parseNetwork(text) !== undefined) return text;
  const [address = '', mask, ...more] = text.split('/');
  if (more.length > 0 || !/^[0-9]+(?:\.[0-9]{1,3}){0,3}$/.test(address)) return undefined;
  const parts = address.split('.').map(Number);
  const last = parts.pop() as number;
  const count = 4 - parts.length;
  if (last >= 256 ** count) return undefined;
  for (let byte = count - 1; byte >= 0; byte--) parts.push(Math.floor(last / 256 ** byte) % 256);
  const full = parts.join('.');
  const bits = mask === undefined ? '' : `/${maskBits(mask) ?? mask}`;
  return parseNetwork(full + bits) === undefined ? undefined : full + bits;
}

/** A network such as 10.2.0.0/255.0.255.0, whose mask has holes: the four bytes of each; undefined for any other text. */
export function splitHoledMask(text: string): { address: number[]; mask: number[] } | undefined {
  const [address = '', mask = '', ...more] = text.split('/');
  if (more.length > 0 || !mask.includes('.') || maskBits(mask) !== undefined) return undefined;
  const [from, by] = [parseNetwork(address)?.base, parseNetwork(mask)?.base];
  if (from?.kind() !== 'ipv4' || by?.kind() !== 'ipv4') return undefined;
  return { address: from.toByteArray(), mask: by.toByteArray() };
}

/** The length of a dotted mask such as 255.255.0.0; undefined when it is none or has holes. */
function maskBits(mask: string): number | undefined {
  const parts = mask.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255))) return undefined;
  const bits = parts.map((part) => part.toString(2).padStart(8, '0')).join('');
  return /^1*0*$/.test(bits) ? bits.lastIndexOf('1') + 1 : undefined;
}
