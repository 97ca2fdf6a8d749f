/** Asks a proxy that answers each of many cases with a content of its own. */
import type { TestContext } from 'node:test';
import { rawClient } from '../../support/raw-http.ts';
import { waitFor } from '../../support/wait-for.ts';
import type { CaseRequest } from './requests.ts';

/** The content of the answer to each case, one after the other on one connection. */
export async function askContents(
  t: TestContext,
  port: number,
  { line, fields }: CaseRequest,
  count: number,
): Promise<string[]> {
  const client = await rawClient(t, port);
  const contents: string[] = [];
  let read = 0;
  for (let index = 0; index < count; index++) {
    client.send(
      Buffer.from([`${line} HTTP/1.1`, ...fields, `X-Case: ${index}`, '', ''].join('\r\n')).toString('latin1'),
    );
    const end = await waitFor('an answer', () => endOfAnswer(client.received, read));
    contents.push(client.received.slice(client.received.indexOf('\r\n\r\n', read) + 4, end));
    read = end;
  }
  client.socket.destroy();
  return contents;
}

/** The index after the answer that begins at `start`; 0 while it is not whole. */
function endOfAnswer(received: string, start: number): number {
  const headEnd = received.indexOf('\r\n\r\n', start);
  if (headEnd < 0) return 0;
  const end = headEnd + 4 + Number(/content-length: ([0-9]+)/.exec(received.slice(start, headEnd))?.[1] ?? 0);
  return received.length >= end ? end : 0;
}
