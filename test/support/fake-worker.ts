/** A worker that misbehaves on demand: the names of a version's frontends tell how. It answers connections with "hello". */
import { createServer, type Server } from 'node:net';
import type { StageMessage, SupervisorMessage, WorkerMessage } from '../../data-plane/node/worker-messages.ts';
import type { Snapshot } from '../../shared/model/snapshot.ts';

const servers: Server[] = [];
let staged: StageMessage | undefined;

const send = (message: WorkerMessage) => process.send?.(message);

function names(message: StageMessage | undefined): string[] {
  if (message === undefined) return [];
  const { frontends }: Snapshot = JSON.parse(message.snapshot);
  return frontends.map(({ name }) => name);
}

function stage(message: StageMessage): void {
  staged = message;
  const wishes = names(message);
  if (wishes.includes('crash-on-stage')) process.exit(3);
  if (wishes.includes('hang-on-stage')) return;
  const errors = wishes.includes('refuse')
    ? [{ resource: '/frontends/refuse', pointer: '/acls/0', detail: 'it does not compile' }]
    : [];
  send({ type: 'staged', activation: message.activation, errors });
}

function commit(activation: number): void {
  if (names(staged).includes('crash-on-commit')) process.exit(4);
  send({ type: 'committed', activation });
}

process.on('message', (message: SupervisorMessage, handle: unknown) => {
  if (message.type === 'socket') {
    const server = createServer((socket) => socket.on('error', () => {}).end('hello'));
    servers.push(server.listen(handle, message.backlog));
  } else if (message.type === 'stage') stage(message);
  else if (message.type === 'commit') commit(message.activation);
  else if (message.type === 'drain') {
    for (const server of servers) server.close();
    process.disconnect();
  }
});
process.on('disconnect', () => process.exit(0));
send({ type: 'ready' });
