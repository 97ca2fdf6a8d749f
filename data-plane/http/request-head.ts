/** Reads the head of an HTTP/1 request strictly (RFC 9112) and writes the one that goes to the server. */
import type { EditableRequest } from '../rules/editable-head.ts';
import { NewField } from '../rules/new-field.ts';
import type { RequestView } from '../rules/sample-context.ts';
import { EditableMessage } from './editable-message.ts';
import { listHasToken } from './field-names.ts';

/**
 * Request line, fields of token, colon and visible text, then an empty line: anything else is refused. A fragment is no part
 * of a target (RFC 9112 section 3.2).
 */
const requestSyntax =
  /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+ [\x21\x22\x24-\x7e]+ HTTP\/1\.[01]\r\n(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*\r\n)*\r\n$/;

/** reg-name, IPv4 or bracketed IPv6, with or without a port (RFC 3986 section 3.2). */
const authoritySyntax = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9\-._~%!$&'()*+,;=]*)(?::[0-9]{0,5})?$/;

const methodSyntax = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const pathSyntax = /^\/[\x21-\x7e]*$/;

const host = new NewField('host');

/** The head of a request. One object serves all requests of a worker in turn; see FieldTable. */
export class RequestHead extends EditableMessage implements EditableRequest, RequestView {
  method = '';
  /** The target as the client wrote it, or rules have since. */
  target = '';
  /** Path and query, from the first "/"; "*" for `OPTIONS *`. */
  pathAndQuery = '';
  minorVersion = 1;
  /** Whether the client lets the connection live after this request. */
  persistent = true;
  /** Protocol to upgrade to; "" for none. */
  upgrade = '';
  /** Scheme and authority that a rule has put before the path; "" for none. */
  #origin = '';
  /** A server is to get HTTP/1.1; see {@link write}. */
  #namesHost = true;
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
    this.#origin = '';
    this.minorVersion = text.charCodeAt(targetEnd + 8) - 48;
    const fields = this.fields;
    if (!fields.scan(text, targetEnd + 11)) return 400;
    if (fields.hasTransferEncoding && this.minorVersion === 0) return 400;
    if (fields.hostCount > 1 || (fields.hostCount === 0 && this.minorVersion === 1)) return 400;
    if (!authoritySyntax.test(fields.host)) return 400;
    const refused = this.#readTarget();
    if (refused !== 0) return refused;
    this.#namesHost = fields.hostCount > 0 || fields.host !== '';
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

  // What rules change.

  /** The whole target: an absolute one stays so for rules, though its path alone is sent on. */
  get uri(): string {
    return this.target;
  }

  /** CONNECT means something else altogether, so nothing becomes it. */
  setMethod(method: string): boolean {
    if (!methodSyntax.test(method) || method === 'CONNECT') return false;
    this.method = method;
    return true;
  }

  setPathAndQuery(text: string): boolean {
    if (!pathSyntax.test(text) || !this.fields.grow(text.length - this.pathAndQuery.length)) return false;
    this.pathAndQuery = text;
    this.target = (/^https?:\/\/[^/?#]*/i.exec(this.target)?.[0] ?? '') + text;
    return true;
  }

  setUri(text: string): boolean {
    if (text.startsWith('/')) {
      if (!this.setPathAndQuery(text)) return false;
      this.#origin = '';
      this.target = text;
      return true;
    }
    const [, origin, authority, rest] = /^([a-z][a-z0-9+.-]*:\/\/([^/?#]+))(.*)$/is.exec(text) ?? [];
    if (origin === undefined || authority === undefined || authority === '' || !authoritySyntax.test(authority)) {
      return false;
    }
    if (!this.setPathAndQuery(rest?.startsWith('/') === true ? rest : `/${rest ?? ''}`)) return false;
    this.#origin = origin;
    this.target = text;
    return this.setHeader(host.with(authority));
  }

  override setHeader(field: NewField): boolean {
    const isHost = field.lowerCaseName === 'host';
    if (isHost && !authoritySyntax.test(field.value)) return false;
    if (!super.setHeader(field)) return false;
    if (isHost) this.#hostChanged();
    return true;
  }

  override removeHeader(lowerCaseName: string): void {
    super.removeHeader(lowerCaseName);
    if (lowerCaseName === 'host') this.#hostChanged();
    else if (lowerCaseName === 'connection' || lowerCaseName === 'upgrade') this.upgrade = '';
  }

  override removeHeaders(test: (lowerCaseName: string) => boolean): void {
    super.removeHeaders(test);
    if (test('host')) this.#hostChanged();
    if (test('connection') || test('upgrade')) this.upgrade = '';
  }

  override replaceHeader(field: number, value: string): boolean {
    const isHost = this.fields.name(field).toLowerCase() === 'host';
    if (isHost && !authoritySyntax.test(value)) return false;
    if (!super.replaceHeader(field, value)) return false;
    if (isHost) this.#hostChanged();
    return true;
  }

  #hostChanged(): void {
    const { fields } = this;
    const field = fields.find('host');
    fields.host = field < 0 ? '' : fields.value(field);
    fields.hostCount = field < 0 ? 0 : 1;
    if (field >= 0) this.#namesHost = true;
    this.#origin = this.#origin.replace(/\/\/.*$/, `//${fields.host}`);
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
   * where it can be: a request of HTTP/1.0 that names no host stays what it is (RFC 9112 section 3.2). One whose Host a rule
   * has removed stays of HTTP/1.1, as in HAProxy: its body may be in chunks.
   */
  write(added: string): string {
    const { fields } = this;
    let framing = fields.chunked ? 'transfer-encoding: chunked\r\n' : '';
    if (fields.hostCount === 0 && fields.host !== '') framing += `host: ${fields.host}\r\n`;
    if (this.upgrade !== '') framing += `connection: upgrade\r\nupgrade: ${this.upgrade}\r\n`;
    return `${this.method} ${this.#origin}${this.pathAndQuery} HTTP/1.${this.#namesHost ? 1 : 0}\r\n${fields.passedOn()}${framing}${added}\r\n`;
  }
}
