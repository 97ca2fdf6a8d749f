/** Carries out the steps of an example and compares what comes back with what it promises. */
import assert from 'node:assert/strict';
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { queryMariadb } from '../../../lab/mariadb.ts';
import type { ExampleRequest, Expectation, Step } from './example.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Variables = Readonly<Record<string, string>>;

/** Carries out a request, a query or a command; throws when what comes back is not as expected. */
export async function tryStep({ request, query, command, expect = {} }: Step, variables: Variables): Promise<void> {
  if (request !== undefined) compareAnswers(await ask(request, variables), expect);
  if (query !== undefined) {
    const port = Number(variables[query.port]);
    const rows: string[] = [];
    for (let time = 0; time < query.count; time++) rows.push(await queryMariadb(port, query.sql));
    assert.deepEqual(count(rows), expect.rows);
  }
  if (command !== undefined) compareText(await say(variables[command.socket] ?? '', command.line), expect);
}

async function ask(request: ExampleRequest, variables: Variables): Promise<Answer[]> {
  const { parallel, count: times = 1 } = request;
  if (parallel !== undefined) {
    return Promise.all(Array.from({ length: parallel }, () => askOnce(request, variables, false)));
  }
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const answers: Answer[] = [];
  try {
    for (let time = 0; time < times; time++) answers.push(await askOnce(request, variables, agent));
  } finally {
    agent.destroy();
  }
  return answers;
}

function askOnce(asked: ExampleRequest, variables: Variables, agent: Agent | false): Promise<Answer> {
  const { method = 'GET', path, headers = {}, from, to = '127.0.0.1', body } = asked;
  const place = variables[asked.port] ?? '';
  const where = place.startsWith('/') ? { socketPath: place } : { host: to, port: Number(place) };
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      { ...where, method, path, headers, agent, ...(from !== undefined && { localAddress: from }), timeout: 20_000 },
      (response) => {
        text(response).then(
          (content) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: content }),
          reject,
        );
      },
    );
    sent.once('timeout', () => sent.destroy(new Error(`no answer to ${method} ${path}`)));
    sent.once('error', reject);
    sent.end(body);
  });
}

/** The answer to one runtime command. */
async function say(path: string, line: string): Promise<string> {
  const socket = connect(path);
  socket.end(`${line}\n`);
  return text(socket);
}

/** A server tells its name in the first line of what it answers. */
function compareAnswers(answers: readonly Answer[], expect: Expectation): void {
  const statuses = answers.map(({ status }) => String(status));
  if (typeof expect.status === 'number') assert.deepEqual([...new Set(statuses)], [String(expect.status)]);
  else if (expect.status !== undefined) assert.deepEqual(count(statuses), expect.status);
  const names = answers.map(({ body }) => body.split('\n')[0] ?? '');
  if (Array.isArray(expect.servers)) assert.deepEqual([...new Set(names)].sort(), [...expect.servers].sort());
  else if (expect.servers !== undefined) assert.deepEqual(count(names), expect.servers);
  for (const { headers, body } of answers) {
    for (const [name, pattern] of Object.entries(expect.headers ?? {})) {
      assert.match(String(headers[name]), new RegExp(pattern, 'i'), name);
    }
    compareText(body, expect);
  }
}

function compareText(answer: string, { body, notBody }: Expectation): void {
  if (body !== undefined) assert.match(answer, new RegExp(body, 'im'));
  if (notBody !== undefined) assert.doesNotMatch(answer, new RegExp(notBody, 'im'));
}

function count(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
