/** What an exchange needs of the client connection it serves. */
import type { Socket } from 'node:net';
import type { AccessRecord } from '../report/access-record.ts';
import type { TrackedCounters } from '../tables/tracked-counters.ts';
import type { FrontendRuntime } from '../worker/runtime.ts';
import type { ClientAddresses } from './client-address.ts';

export interface ExchangeClient extends ClientAddresses {
  readonly socket: Socket;
  /** Replaced by that of the running version when a request begins. */
  frontend: FrontendRuntime;
  /** What the connection tracks in stick tables from its beginning; undefined for nothing. */
  readonly tracked: TrackedCounters | undefined;
  /** What is noted of the request for the log of `frontend`; undefined when there is none. */
  readonly record: AccessRecord | undefined;
  /** The record for the log of `frontend` after that was replaced. */
  recordForFrontend(): AccessRecord | undefined;
  /** Requests read so far on this connection. */
  readonly requests: number;
  /** Bytes that have come and are not dealt with. */
  readonly pendingLength: number;
  /** These bytes, valid during the call that asked for them. */
  readonly pending: Buffer;
  /** Takes the next `length` bytes that wait as latin1 text. */
  takeText(length: number): string;
  /** Writes a head and the next `length` bytes that wait to a socket, in one write. */
  sendWithPending(socket: Socket, head: string, length: number): void;
  /** Throws the next `length` bytes that wait away. */
  skip(length: number): void;
  /** Has the exchange take what waits as body of its request. */
  feedBody(): void;
  /** Bytes of the client that may be written to a socket as they are: a copy where its read buffer is used again. */
  lasting(buffer: Buffer, start: number, end: number): Buffer;
  /** A socket has not written all of what `lasting` gave it. */
  stillWriting(): void;
  pause(): void;
  resume(): void;
  /** Expects the client to send or take bytes within its timeout. */
  armClientTimeout(): void;
  disarmClientTimeout(): void;
  /** The exchange is over; `keep` tells whether the connection lives on. */
  exchangeDone(keep: boolean): void;
  /** The exchange cannot be brought to an orderly end. */
  close(): void;
}
