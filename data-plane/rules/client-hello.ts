/** Reads TLS handshake messages in what one side has sent, as far as expressions ask (RFC 8446 section 4, RFC 5246 section 7.4). */

/** What a client tells in its first message; it has to come whole in one record. */
export interface ClientHello {
  /** undefined for none, here and below. */
  readonly serverName: string | undefined;
  /** The first protocol offered. */
  readonly protocol: string | undefined;
  /** Whether elliptic curves are named (RFC 8422 section 5.1). */
  readonly namesCurves: boolean;
  /** 0 without the extension, 1 with an empty one, 2 with a ticket (RFC 5077 section 3.2); undefined where that cannot be read. */
  readonly ticket: 0 | 1 | 2 | undefined;
}

/** "incomplete": more bytes may make it one; undefined: whatever comes, it is none. */
export type Found<Kind> = Kind | 'incomplete' | undefined;

const handshakeRecord = 0x16;
const recordHead = 5;
const messageHead = 4;
/** A client hello with an empty list of extensions, one cipher suite and one compression method. */
const shortestHello = 49;
/** No record is longer (RFC 5246 section 6.2.3). */
const longestRecord = 2 ** 14 + 2_048;

/** Record types of SSLv3 and TLS; a first byte beyond them is no record. */
function isRecordType(type: number): boolean {
  return (type >= 0x14 && type <= 0x17) || type === 0xff;
}

/** The type of a handshake message that has come whole. */
export function findHelloType(bytes: Buffer): Found<number> {
  if (bytes.length === 0) return 'incomplete';
  if (!isRecordType(bytes[0] as number)) return undefined;
  if (bytes.length < recordHead + messageHead) return 'incomplete';
  if (bytes.readUInt16BE(1) < 0x0300 || bytes.readUInt16BE(3) < messageHead) return undefined;
  const length = bytes.readUIntBE(6, 3);
  return bytes.length < recordHead + messageHead + length ? 'incomplete' : bytes[5];
}

/** The version that the first message of a client names: major times 65536 plus minor. `limit` bounds its length. */
export function findVersion(bytes: Buffer, limit: number): Found<number> {
  if (bytes.length === 0) return 'incomplete';
  if (!isRecordType(bytes[0] as number)) return findVersion2(bytes);
  if (bytes.length < 11) return 'incomplete';
  const length = bytes.readUInt16BE(3);
  if (bytes.readUInt16BE(1) < 0x0300 || length < 6 || length > longestRecord) return undefined;
  return bytes.length < Math.min(limit, recordHead + length) ? 'incomplete' : versionAt(bytes, 9);
}

function versionAt(bytes: Buffer, at: number): number {
  return ((bytes[at] as number) << 16) + (bytes[at + 1] as number);
}

/** A CLIENT-HELLO of SSLv2, with which clients of old began (RFC 5246 appendix E.2). */
function findVersion2(bytes: Buffer): Found<number> {
  const isShort = ((bytes[0] as number) & 0x80) !== 0;
  const head = isShort ? 2 : 3;
  if (bytes.length < head + 1) return 'incomplete';
  if (bytes[head] !== 1) return undefined;
  if (bytes.length < head + 9) return 'incomplete';
  const announced = bytes.readUInt16BE(0) & (isShort ? 0x7fff : 0x3fff);
  const padding = isShort ? 0 : (bytes[2] as number);
  const rest = bytes.readUInt16BE(head + 3) + bytes.readUInt16BE(head + 5) + bytes.readUInt16BE(head + 7);
  if (announced !== 9 + rest + padding) return undefined;
  return bytes.length < head + 9 + rest + padding ? 'incomplete' : versionAt(bytes, head + 1);
}

/** What has been read of buffers, since many rules may ask the same of one. */
const known = new WeakMap<Buffer, { readonly hello: Found<ClientHello> }>();

/** The first message of a client. A buffer must not change once it was looked at here. */
export function findClientHello(bytes: Buffer): Found<ClientHello> {
  const before = known.get(bytes);
  if (before !== undefined) return before.hello;
  const hello = readClientHello(bytes);
  known.set(bytes, { hello });
  return hello;
}

function readClientHello(bytes: Buffer): Found<ClientHello> {
  if (bytes.length === 0) return 'incomplete';
  if (bytes[0] !== handshakeRecord) return undefined;
  if (bytes.length < 3) return 'incomplete';
  if ((bytes[1] as number) < 3) return undefined;
  if (bytes.length < recordHead + 1) return 'incomplete';
  if (bytes[recordHead] !== 1) return undefined;
  if (bytes.length < recordHead + messageHead) return 'incomplete';
  const end = recordHead + messageHead + bytes.readUIntBE(6, 3);
  if (bytes.readUInt16BE(3) < shortestHello) return undefined;
  if (bytes.length < end) return 'incomplete';
  const extensions = findExtensions(bytes, recordHead + messageHead, end);
  return extensions === undefined ? undefined : readExtensions(bytes, extensions.start, extensions.end);
}

/** Where the extensions stand, past version, random, session id, cipher suites and compression methods. */
function findExtensions(bytes: Buffer, start: number, end: number): { start: number; end: number } | undefined {
  if (end - start < 35 || bytes.readUInt16BE(start) < 0x0301) return undefined;
  const sessionId = bytes[start + 34] as number;
  const ciphers = start + 35 + sessionId;
  if (sessionId > 32 || ciphers + 2 > end) return undefined;
  const cipherBytes = bytes.readUInt16BE(ciphers);
  const methods = ciphers + 2 + cipherBytes;
  if (cipherBytes < 2 || methods + 1 > end) return undefined;
  const methodBytes = bytes[methods] as number;
  const list = methods + 1 + methodBytes;
  if (methodBytes < 1 || list + 2 > end) return undefined;
  const stop = list + 2 + bytes.readUInt16BE(list);
  return stop > end ? undefined : { start: list + 2, end: stop };
}

const serverNameExtension = 0;
const curvesExtension = 10;
const protocolsExtension = 16;
const ticketExtension = 35;

function readExtensions(bytes: Buffer, start: number, end: number): ClientHello {
  let serverName: string | undefined;
  let protocol: string | undefined;
  let namesCurves = false;
  let ticket: ClientHello['ticket'];
  let at = start;
  while (at + 4 <= end) {
    const type = bytes.readUInt16BE(at);
    const length = bytes.readUInt16BE(at + 2);
    const data = at + 4;
    if (data + length > end) break;
    if (type === serverNameExtension) serverName ??= readServerName(bytes, data, data + length);
    else if (type === protocolsExtension) protocol ??= readProtocol(bytes, data, data + length);
    else if (type === curvesExtension) namesCurves = true;
    else if (type === ticketExtension) ticket ??= length > 0 ? 2 : 1;
    at = data + length;
  }
  // What follows an extension that is too long is nothing that can be told.
  if (at + 4 > end) ticket ??= 0;
  return { serverName, protocol, namesCurves, ticket };
}

/** The first name of the list, if it is one of a host (RFC 6066 section 3). */
function readServerName(bytes: Buffer, start: number, end: number): string | undefined {
  if (end - start < 5 || bytes.readUInt16BE(start) > end - start - 2 || bytes[start + 2] !== 0) return undefined;
  const stop = start + 5 + bytes.readUInt16BE(start + 3);
  return stop > end ? undefined : bytes.toString('latin1', start + 5, stop);
}

/** The first protocol of the list (RFC 7301 section 3.1). */
function readProtocol(bytes: Buffer, start: number, end: number): string | undefined {
  if (end - start < 3) return undefined;
  const stop = start + 3 + (bytes[start + 2] as number);
  return stop > end ? undefined : bytes.toString('latin1', start + 3, stop);
}
