/** Reads the head of an HTTP/1 request strictly (RFC 9112) and writes the one that goes to the server. */
import type { RequestView } from '../rules/sample-context.ts';
import { listHasToken } from './field-names.ts';
import { FieldTable } from './message-head.ts';

/** Request line, fields of token, colon and visible text, then an empty line: anything else is refused. */
const requestSyntax =
  /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+ [\x21-\x7e]+ HTTP\/1\.[01]\r\n(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*\r\n)*\r\n$/;

/** reg-name, IPv4 or bracketed IPv6, with or without a port (RFC 3986 section 3.2). */
const authoritySyntax = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9\-._~%!$&'()*+,;=]*)(?::[0-9]{0,5})?$/;

/** The head of a request. One object serves all requests of a worker in turn; see {@link FieldTable}. */
export class RequestHead implements RequestView {
  readonly fields = new FieldTable();
  method = '';
  /** The target as the client wrote it. */
  target = '';
  /** Path and query, from the first "/"; "*" for `OPTIONS *`. */
  pathAndQuery = '';
  minorVersion = 1;
  /** Whether the client lets the connection live after this request. */
  persistent = true;
  /** Protocol to upgrade to; "" for none. */
  upgrade = '';
  #path = '';
  #pathOf = '';

  /**
   * Reads a whole head, up to and with the empty line. Answers 0, or the status to refuse it with: 400 for anything
   * malformed or ambiguous and for too many fields, 405 for CONNECT.
   */
  read(text: string): number {
    if (!requestSyntax.test(text)) return 400;
    const methodEnd = text.indexOf(' ');
    const targetEnd = text.indexOf(' ', methodEnd + 1);
    this.method = text.slice(0, methodEnd);
    this.target = text.slice(methodEnd + 1, targetEnd);
    this.minorVersion = text.charCodeAt(targetEnd + 8) - 48;
    const fields = this.fields;
    if (!fields.scan(text, targetEnd + 11)) return 400;
    if (fields.hasTransferEncoding && this.minorVersion === 0) return 400;
    if (fields.hostCount > 1 || (fields.hostCount === 0 && this.minorVersion === 1)) return 400;
    if (!authoritySyntax.test(fields.host)) return 400;
    const refused = this.#readTarget();
    if (refused !== 0) return refused;
    this.persistent = fields.isPersistent(this.minorVersion);
    const upgrades = fields.upgrade !== '' && this.minorVersion === 1 && listHasToken(fields.connection, 'upgrade');
    this.upgrade = upgrades ? fields.upgrade : '';
    return 0;
  }

  /** Origin form, absolute form or "*" (RFC 9112 section 3.2); the authority of an absolute target must be that of Host. */
  #readTarget(): number {
    const target = this.target;
    if (target.charCodeAt(0) === 47) {
      this.pathAndQuery = target;
      return 0;
    }
    if (this.method === 'CONNECT') return 405;
    if (target === '*') {
      this.pathAndQuery = target;
      return this.method === 'OPTIONS' ? 0 : 400;
    }
    const absolute = /^https?:\/\/([^/?#]*)/i.exec(target);
    if (absolute === null) return 400;
    const authority = absolute[1] as string;
    if (authority === '' || !authoritySyntax.test(authority)) return 400;
    if (this.fields.hostCount === 1 && this.fields.host.toLowerCase() !== authority.toLowerCase()) return 400;
    if (this.fields.hostCount === 0) this.fields.host = authority;
    const rest = target.slice(absolute[0].length);
    this.pathAndQuery = rest.startsWith('/') ? rest : `/${rest}`;
    return 0;
  }

  /** The path without the query; "" for `OPTIONS *`. Cut out once, however many rules ask. */
  get path(): string {
    const { pathAndQuery } = this;
    if (this.#pathOf === pathAndQuery) return this.#path;
    this.#pathOf = pathAndQuery;
    const query = pathAndQuery.indexOf('?');
    this.#path = query >= 0 ? pathAndQuery.slice(0, query) : pathAndQuery === '*' ? '' : pathAndQuery;
    return this.#path;
  }

  get host(): string {
    return this.fields.host;
  }

  /** Whether sending the request twice means no more than sending it once (RFC 9110 section 9.2.2). */
  get idempotent(): boolean {
    const method = this.method;
    return (
      method === 'GET' ||
      method === 'HEAD' ||
      method === 'OPTIONS' ||
      method === 'PUT' ||
      method === 'DELETE' ||
      method === 'TRACE'
    );
  }

  /**
   * The head for the server: what was understood, without hop-by-hop fields, with `added` lines at the end. It is of HTTP/1.1
   * where it can be: a request of HTTP/1.0 that names no host stays what it is (RFC 9112 section 3.2).
   */
  write(added: string): string {
    const { fields } = this;
    let framing = fields.chunked ? 'transfer-encoding: chunked\r\n' : '';
    if (fields.hostCount === 0 && fields.host !== '') framing += `host: ${fields.host}\r\n`;
    if (this.upgrade !== '') framing += `connection: upgrade\r\nupgrade: ${this.upgrade}\r\n`;
    return `${this.method} ${this.pathAndQuery} HTTP/1.${fields.hostCount > 0 || fields.host !== '' ? 1 : 0}\r\n${fields.passedOn()}${framing}${added}\r\n`;
  }
}
