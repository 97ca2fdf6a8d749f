/** The clients of the benchmark: wrk for many small requests, curl for large bodies, own sockets for idle clients. */
import { execFile } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { programPath } from '../../lab/programs.ts';

const run = promisify(execFile);

/** What a load did: units of work that were done, and everything that went wrong, in words. */
export interface Load {
  work: number;
  errors: string[];
}

export interface WrkOptions {
  url: string;
  connections: number;
  seconds: number;
  method?: 'GET' | 'POST';
  bodyBytes?: number;
  /** A new connection for each request. */
  close?: boolean;
  /** As many hosts, h0.example.com and so on, are asked for in turn. */
  hosts?: number;
  /** As many folders before the path, /p0/ and so on, are asked for in turn. */
  paths?: number;
}

/** Requests with wrk on one thread; the work is the number of requests answered. */
export async function driveWrk(options: WrkOptions): Promise<Load> {
  const { url, connections, seconds, method = 'GET', bodyBytes = 0, close = false, hosts = 0, paths = 0 } = options;
  const args = ['-t1', `-c${connections}`, `-d${Math.ceil(seconds)}s`, '--timeout', '10s'];
  const env = {
    ...process.env,
    BENCH_METHOD: method,
    BENCH_BODY_BYTES: String(bodyBytes),
    BENCH_CLOSE: close ? '1' : '0',
    BENCH_HOSTS: String(hosts),
    BENCH_PATHS: String(paths),
  };
  const script = ['-s', join(import.meta.dirname, 'wrk.lua')];
  const { stdout } = await run(programPath('wrk'), [...args, ...script, url], { env, timeout: 120_000 });
  const line = /^result (.*)$/m.exec(stdout)?.[1];
  if (line === undefined) throw new Error(`wrk printed no result:\n${stdout}`);
  const { requests, ...failed } = JSON.parse(line) as Record<string, number> & { requests: number };
  const errors = Object.entries(failed).filter(([, count]) => count > 0);
  if (requests === 0) return { work: 0, errors: ['no request was answered'] };
  return { work: requests, errors: errors.map(([kind, count]) => `${count} ${kind} errors`) };
}

export interface TransferOptions {
  url: string;
  times: number;
  /** Bytes that each transfer moves. */
  bytes: number;
  /** The file to send; absent for a download. */
  upload?: string;
}

/** Large bodies with curl, one after the other on one connection; the work is in GB (1e9 bytes). */
export async function driveCurl({ url, times, bytes, upload }: TransferOptions): Promise<Load> {
  const direction = upload === undefined ? 'size_download' : 'size_upload';
  const format = ['--write-out', `%{stderr}%{http_code} %{${direction}}\\n`, '--output', '/dev/null'];
  const body = upload === undefined ? [] : ['--upload-file', upload, '--header', 'Expect:'];
  const args = ['--silent', '--max-time', '120', ...format, ...body, `${url}?[1-${times}]`];
  const lines = await run(programPath('curl'), args, { timeout: 300_000 }).then(
    (done) => done.stderr.trim().split('\n'),
    (error: Error) => [error.message],
  );
  const bad = lines.filter((line) => line !== `200 ${bytes}`);
  return {
    work: (times * bytes) / 1e9,
    errors: [...bad, ...(lines.length === times ? [] : ['transfers are missing'])],
  };
}

/** Clients that asked once and then keep their connection open without a word. */
export interface IdleClients {
  count: number;
  /** Connections that broke or never got an answer. */
  errors(): string[];
  close(): Promise<void>;
}

const openedAtOnce = 100;

/** Opens that many idle clients, 100 at a time; resolves once each has had its answer of `bodyBytes`. */
export async function openIdleClients(url: string, count: number, bodyBytes: number): Promise<IdleClients> {
  const sockets: Socket[] = [];
  const closed: Promise<unknown>[] = [];
  const broken: string[] = [];
  let closing = false;
  const open = () =>
    new Promise<void>((resolve) => {
      const { hostname, port, pathname, host } = new URL(url);
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      sockets.push(socket);
      closed.push(new Promise((resolve) => socket.once('close', resolve)));
      let answer = '';
      socket.setEncoding('latin1');
      socket.on('data', (text: string) => {
        answer += text;
        const head = answer.indexOf('\r\n\r\n');
        if (head < 0 || answer.length < head + 4 + bodyBytes) return;
        if (!answer.startsWith('HTTP/1.1 200')) broken.push(answer.slice(0, 20));
        answer = '';
        resolve();
      });
      socket.on('error', (error) => broken.push(error.message));
      socket.on('close', () => {
        if (!closing) broken.push('an idle connection was closed');
        resolve();
      });
      socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    });
  for (let opened = 0; opened < count; opened += openedAtOnce) {
    await Promise.all(Array.from({ length: Math.min(openedAtOnce, count - opened) }, open));
  }
  const close = async () => {
    closing = true;
    for (const socket of sockets) socket.destroy();
    await Promise.all(closed);
  };
  return { count, errors: () => [...new Set(broken)].map((text) => `${text} (${broken.length} in all)`), close };
}
