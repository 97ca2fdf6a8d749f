/** Reads the head of an HTTP/1 response strictly (RFC 9112) and writes the one that goes to the client. */
import type { EditableResponse } from '../rules/editable-head.ts';
import { NewField } from '../rules/new-field.ts';
import { EditableMessage } from './editable-message.ts';
import { reasonPhrase } from './reason-phrase.ts';

const responseSyntax =
  /^HTTP\/1\.[01] [1-5][0-9][0-9](?: [\t\x20-\x7e\x80-\xff]*)?\r\n(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*\r\n)*\r\n$/;

const noContent = new NewField('content-length').with('0');

/** How the end of a message's content is found (RFC 9112 section 6.3). */
export type Framing = 'none' | 'length' | 'chunked' | 'close';

/** The head of a response. One object serves all responses of a worker in turn; see FieldTable. */
export class ResponseHead extends EditableMessage implements EditableResponse {
  status = 0;
  minorVersion = 1;
  /** Whether the server lets the connection live after this response. */
  persistent = true;
  framing: Framing = 'none';
  /** Of the request that is answered. */
  method = '';
  /** Status and reason that a rule has set; "" for those of the server. */
  #statusAndReason = '';

  /** How the content is framed has been settled: see {@link dropsBody} for statuses that can have none. */
  setStatus(status: number, reason: string): void {
    // A response 101 is more than a status: the connection is of another protocol after it.
    if (this.status === 101) return;
    // What had no content may stand under a status that has one: the client must know that none comes.
    if (isBodiless(this.status) && !isBodiless(status) && this.method !== 'HEAD' && this.framing === 'none') {
      this.fields.remove('content-length');
      this.fields.add(noContent);
    }
    this.status = status;
    this.#statusAndReason = `${status} ${reason === '' ? reasonPhrase(status) : reason}`;
  }

  /** Reads a whole head, up to and with the empty line, that answers a request by `method`; false when it is malformed. */
  read(text: string, method: string): boolean {
    if (!responseSyntax.test(text)) return false;
    this.method = method;
    this.#statusAndReason = '';
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

  /** Whether content comes that the client does not expect, since a rule changed the status or the method. */
  dropsBody(clientMethod: string): boolean {
    return this.framing !== 'none' && (clientMethod === 'HEAD' || isBodiless(this.status));
  }

  /** Whether the head says "chunked": that of a response to HEAD does so without any chunk behind it. */
  get saysChunked(): boolean {
    if (this.status === 204) return false;
    return this.framing === 'chunked' || (this.method === 'HEAD' && this.fields.chunked && !isBodiless(this.status));
  }

  /** The head for the client; `connection` is the value of its Connection field, "" for none. */
  write(connection: string, chunked: boolean): string {
    // A response 204 has no length (RFC 9110 section 8.6).
    if (this.status === 204 && this.fields.contentLength >= 0) this.fields.remove('content-length');
    let added = chunked ? 'transfer-encoding: chunked\r\n' : '';
    if (connection !== '') added += `connection: ${connection}\r\n`;
    return `HTTP/1.1 ${this.#statusLine}\r\n${this.fields.passedOn()}${added}\r\n`;
  }

  /** The head of a 101 answer: the protocol it switches to stays named (RFC 9110 section 15.2.2). */
  writeUpgrade(): string {
    const upgrade = `connection: upgrade\r\nupgrade: ${this.fields.upgrade}\r\n`;
    return `HTTP/1.1 ${this.#statusLine}\r\n${this.fields.passedOn()}${upgrade}\r\n`;
  }

  get #statusLine(): string {
    if (this.#statusAndReason !== '') return this.#statusAndReason;
    const { text } = this.fields;
    return text.slice(9, text.indexOf('\r'));
  }
}

/** Statuses whose responses end with their head (RFC 9110 section 6.4.1). */
function isBodiless(status: number): boolean {
  return status === 204 || status === 304;
}
