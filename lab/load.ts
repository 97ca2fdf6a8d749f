/** A bounded HTTP load: a few users who send one request after the other, and everything that went wrong for them. */
import { Agent, get } from 'node:http';

export interface LoadOptions {
  url: string;
  /** Users at the same time, each on a kept-alive connection of its own. */
  users: number;
  /** Ends the load. It also ends by itself after `maxRequests`. */
  signal: AbortSignal;
  /** Default: 1,000,000. */
  maxRequests?: number;
}

export interface LoadFailure {
  /** What went wrong: the status, or the code of the error. */
  reason: string;
  /** The local port of the connection it happened on; 0 when there was none. */
  clientPort: number;
}

export interface LoadResult {
  requests: number;
  failures: LoadFailure[];
  /** How often each body was answered with status 200. */
  answers: Map<string, number>;
}

/** Runs until the signal; a request under way then is finished and counted. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: options.users });
  const result: LoadResult = { requests: 0, failures: [], answers: new Map() };
  const maxRequests = options.maxRequests ?? 1_000_000;
  const user = async () => {
    while (!options.signal.aborted && result.requests < maxRequests) {
      result.requests += 1;
      const answer = await request(options.url, agent);
      if (typeof answer === 'string') result.answers.set(answer, (result.answers.get(answer) ?? 0) + 1);
      else result.failures.push(answer);
    }
  };
  await Promise.all(Array.from({ length: options.users }, user));
  agent.destroy();
  return result;
}

/** The body of a 200, trimmed, or the failure. Never sent a second time: a failure is a failure. */
function request(url: string, agent: Agent): Promise<string | LoadFailure> {
  return new Promise((resolve) => {
    let clientPort = 0;
    const fail = (error: NodeJS.ErrnoException) => resolve({ reason: error.code ?? error.message, clientPort });
    const sent = get(url, { agent, timeout: 10_000 }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        body += text;
      });
      response.on('error', fail);
      response.on('end', () => {
        if (response.statusCode === 200) resolve(body.trim());
        else resolve({ reason: `status ${response.statusCode}`, clientPort });
      });
    });
    sent.on('socket', (socket) => {
      if (socket.localPort !== undefined) clientPort = socket.localPort;
      else socket.once('connect', () => (clientPort = socket.localPort ?? 0));
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer within 10 s')));
    sent.on('error', fail);
  });
}
