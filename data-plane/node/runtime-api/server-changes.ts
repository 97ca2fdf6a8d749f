/** Commands that change a server of this node: its weight, what operators want of it, its health, its checks. */
import { type Answer, type Command, type CommandInput, failure } from './command.ts';
import { type FoundServer, findServer } from './find-proxy.ts';
import { parseWeight } from './weight.ts';

export const serverChanges: readonly Command[] = [
  {
    words: ['disable', 'agent'],
    usage: 'disable agent <bk>/<srv>',
    help: 'switch agent checks of a server off; Sluice has none',
    level: 'admin',
    run: onServer(() => ''),
  },
  {
    words: ['disable', 'health'],
    usage: 'disable health <bk>/<srv>',
    help: 'switch health checks of a server off',
    level: 'admin',
    run: onServer(({ node }, { server }) => {
      if (server.check) node.changeServer(server.uid, { checks: false });
      return '';
    }),
  },
  {
    words: ['disable', 'server'],
    usage: 'disable server <bk>/<srv>',
    help: "put a server into maintenance ('set server' does the same)",
    level: 'admin',
    run: onServer(({ node }, { server }) => {
      node.changeServer(server.uid, { adminState: 'maint' });
      return '';
    }),
  },
  {
    words: ['enable', 'agent'],
    usage: 'enable agent <bk>/<srv>',
    help: 'switch agent checks of a server on; Sluice has none',
    level: 'admin',
    run: onServer(() => failure('Agent was not configured on this server, cannot enable.\n')),
  },
  {
    words: ['enable', 'health'],
    usage: 'enable health <bk>/<srv>',
    help: 'switch health checks of a server on',
    level: 'admin',
    run: onServer(({ node }, { server }) => {
      if (!server.check) return failure('Health check was not configured on this server, cannot enable.\n');
      node.changeServer(server.uid, { checks: true });
      return '';
    }),
  },
  {
    words: ['enable', 'server'],
    usage: 'enable server <bk>/<srv>',
    help: "end maintenance or drain of a server ('set server' does the same)",
    level: 'admin',
    run: onServer(({ node }, { server }) => {
      node.changeServer(server.uid, { adminState: 'ready' });
      return '';
    }),
  },
  {
    words: ['get', 'weight'],
    usage: 'get weight <bk>/<srv>',
    help: 'show the weight of a server',
    level: 'user',
    run: onServer(({ node }, { server }) => {
      const weight = node.server(server.uid)?.weight ?? server.weight;
      return `${weight} (initial ${server.weight})\n`;
    }),
  },
  {
    words: ['set', 'server'],
    usage: 'set server <bk>/<srv> [opts]',
    help: "change a server's state, weight or health",
    level: 'admin',
    run: onServer(setServer),
  },
  {
    words: ['set', 'weight'],
    usage: 'set weight <bk>/<srv> <weight>[%]',
    help: "change a server's weight ('set server' does the same)",
    level: 'admin',
    run: onServer((input, found) => setWeight(input, found, input.words[3])),
  },
];

type Change = (input: CommandInput, found: FoundServer) => Answer;

/** A command whose third word names a server. */
function onServer(change: Change): Command['run'] {
  return (input) => {
    const found = findServer(input.node.snapshot, input.words[2]);
    return 'text' in found ? found : change(input, found);
  };
}

function setWeight({ node }: CommandInput, { backend, server }: FoundServer, text: string | undefined): Answer {
  const weight = parseWeight(text, server.weight, backend.balance.algorithm);
  if (typeof weight !== 'number') return weight;
  node.changeServer(server.uid, { weight });
  return '';
}

const noAgent = failure('agent checks are not enabled on this server.\n');
/** HAProxy says it this way too. */
const noAgentToChange = failure('agent checks are not enabled on this server');

/** By the word behind the server. */
const settings: Record<string, Change> = {
  addr: cannotChange('addr'),
  agent: () => noAgent,
  'agent-addr': () => noAgentToChange,
  'agent-port': () => noAgentToChange,
  'agent-send': () => noAgent,
  'check-addr': cannotChange('check-addr'),
  'check-port': cannotChange('check-port'),
  fqdn: cannotChange('fqdn'),
  health: setHealth,
  ssl: cannotChange('ssl'),
  state: setState,
  weight: (input, found) => setWeight(input, found, input.words[4]),
};

function setServer(input: CommandInput, found: FoundServer): Answer {
  const word = input.words[3] ?? '';
  const setting = Object.hasOwn(settings, word) ? settings[word] : undefined;
  if (setting !== undefined) return setting(input, found);
  return failure(`usage: set server <backend>/<server> ${Object.keys(settings).join(' | ')}\n`);
}

function cannotChange(word: string): Change {
  return () => failure(`'set server <srv> ${word}' cannot be set at run time; change the configuration.\n`);
}

function setHealth({ node, words }: CommandInput, { server }: FoundServer): Answer {
  const health = (['up', 'stopping', 'down'] as const).find((known) => known === words[4]);
  if (health === undefined) return failure("'set server <srv> health' expects 'up', 'stopping', or 'down'.\n");
  node.forceHealth(server.uid, health);
  return '';
}

function setState({ node, words }: CommandInput, { server }: FoundServer): Answer {
  const adminState = (['ready', 'drain', 'maint'] as const).find((known) => known === words[4]);
  if (adminState === undefined) {
    return failure("'set server <srv> state' expects 'ready', 'drain' and 'maint'.\n");
  }
  node.changeServer(server.uid, { adminState });
  return '';
}
