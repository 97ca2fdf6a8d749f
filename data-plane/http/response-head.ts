/** Reads the head of an HTTP/1 response strictly (RFC 9112) and writes the one that goes to the client. */
import { FieldTable } from './message-head.ts';

const responseSyntax =
  /^HTTP\/1\.[01] [1-5][0-9][0-9](?: [\t\x20-\x7e\x80-\xff]*)?\r\n(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*\r\n)*\r\n$/;

/** How the end of a message's content is found (RFC 9112 section 6.3). */
export type Framing = 'none' | 'length' | 'chunked' | 'close';

/** The head of a response. One object serves all responses of a worker in turn; see {@link FieldTable}. */
export class ResponseHead {
  readonly fields = new FieldTable();
  status = 0;
  minorVersion = 1;
  /** Whether the server lets the connection live after this response. */
  persistent = true;
  framing: Framing = 'none';

  /** Reads a whole head, up to and with the empty line, that answers a request by `method`; false when it is malformed. */
  read(text: string, method: string): boolean {
    if (!responseSyntax.test(text)) return false;
    this.minorVersion = text.charCodeAt(7) - 48;
    this.status = (text.charCodeAt(9) - 48) * 100 + (text.charCodeAt(10) - 48) * 10 + text.charCodeAt(11) - 48;
    const fields = this.fields;
    if (!fields.scan(text, text.indexOf('\r') + 2)) return false;
    if (fields.hasTransferEncoding && this.minorVersion === 0) return false;
    this.persistent = fields.isPersistent(this.minorVersion);
    if (this.status < 200 || this.status === 204 || this.status === 304 || method === 'HEAD') this.framing = 'none';
    else if (fields.chunked) this.framing = 'chunked';
    else if (fields.contentLength >= 0) this.framing = fields.contentLength === 0 ? 'none' : 'length';
    else this.framing = 'close';
    return true;
  }

  /** The head for the client; `connection` is the value of its Connection field, "" for none. */
  write(connection: string, chunked: boolean): string {
    const text = this.fields.text;
    const statusAndReason = text.slice(9, text.indexOf('\r'));
    let added = chunked ? 'transfer-encoding: chunked\r\n' : '';
    if (connection !== '') added += `connection: ${connection}\r\n`;
    return `HTTP/1.1 ${statusAndReason}\r\n${this.fields.passedOn()}${added}\r\n`;
  }

  /** The head of a 101 answer: the protocol it switches to stays named (RFC 9110 section 15.2.2). */
  writeUpgrade(): string {
    const text = this.fields.text;
    const upgrade = `connection: upgrade\r\nupgrade: ${this.fields.upgrade}\r\n`;
    return `HTTP/1.1 ${text.slice(9, text.indexOf('\r'))}\r\n${this.fields.passedOn()}${upgrade}\r\n`;
  }
}
