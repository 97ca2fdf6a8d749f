/** Commands that list backends and servers. */
import { type Answer, type Command, type CommandInput, failure } from './command.ts';
import { backendsOf, findBackend, serversOf } from './find-proxy.ts';
import type { ObservedServer } from './node-view.ts';
import { adminState, checkNumbers, operationalState } from './server-status.ts';

export const serverCommands: readonly Command[] = [
  {
    words: ['show', 'backend'],
    usage: 'show backend',
    help: 'list the backends',
    level: 'user',
    run: ({ node }) => `# name\n${node.snapshot.backends.map(({ name }) => `${name}\n`).join('')}`,
  },
  {
    words: ['show', 'servers', 'conn'],
    usage: 'show servers conn [<backend>]',
    help: 'show the connections of servers, of all or of one backend',
    level: 'user',
    run: (input) => showServers(input, connHeader(input), connLine),
  },
  {
    words: ['show', 'servers', 'state'],
    usage: 'show servers state [<backend>]',
    help: 'show the state of servers, of all or of one backend',
    level: 'user',
    run: (input) => showServers(input, stateHeader, stateLine),
  },
];

const stateColumns = [
  'be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight',
  'srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state',
  'bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr',
  'srv_agent_addr srv_agent_port',
];
/** The number is the version of the format. */
const stateHeader = `1\n# ${stateColumns.join(' ')}\n`;

function connHeader({ node }: CommandInput): string {
  const columns = 'addr port - purge_delay used_cur used_max need_est unsafe_nb safe_nb idle_lim idle_cur';
  return `# bkname/svname bkid/svid ${columns} idle_per_thr[${node.workers}]\n`;
}

type Backend = ReturnType<typeof backendsOf>[number];
type Server = ReturnType<typeof serversOf>[number];
type Line = (input: CommandInput, backend: Backend, server: Server, view: ObservedServer) => string;

function showServers(input: CommandInput, header: string, line: Line): Answer {
  const { snapshot } = input.node;
  const wanted = input.words[3];
  const backend = wanted === undefined ? undefined : findBackend(snapshot, wanted);
  if (wanted !== undefined && backend === undefined) return failure("Can't find backend.\n");
  const lines = (backend === undefined ? backendsOf(snapshot) : [backend]).flatMap((one) =>
    serversOf(one.proxy).flatMap((server) => {
      const view = input.node.server(server.server.uid);
      return view === undefined ? [] : [line(input, one, server, view)];
    }),
  );
  return header + lines.join('');
}

/** 0 unknown, 2 failed, 3 passed. */
function checkResult({ result }: ObservedServer): number {
  if (result === undefined) return 0;
  return result.passed ? 3 : 2;
}

/** 2 configured, 4 switched on, 8 paused by maintenance, which HAProxy also says of a server that begins disabled. */
function checkState({ check, disabled }: Server['server'], { checked, admin }: ObservedServer): number {
  if (!check) return disabled ? 8 : 0;
  return 2 + (checked ? 4 : 0) + (admin === 'maint' ? 8 : 0);
}

/** Without checks a server counts as it did at its start; with checks switched off, as if they had all been good. */
function checkHealth({ check, disabled, rise, fall }: Server['server'], view: ObservedServer): number {
  if (view.health !== undefined) return view.health;
  if (!view.up || view.admin === 'maint') return 0;
  if (check) return rise + fall - 1;
  return disabled ? 0 : rise;
}

const stateLine: Line = ({ node }, { id: backendId, proxy }, { id, server }, view) => {
  const words = [
    ...[backendId, proxy.name, id, server.name, server.address],
    ...[operationalState(view), adminState(server, view), view.weight, server.weight],
    Math.floor((node.now() - view.changedAt) / 1000),
    // 1: initialized, nothing found yet.
    checkNumbers[view.result?.status ?? ''] ?? 1,
    ...[checkResult(view), checkHealth(server, view), checkState(server, view)],
    // No agent, no numbers or name of its own, no SRV record, no TLS.
    ...[0, 0, 0, '-', server.port, '-', 0],
    server.checkPort === server.port ? 0 : server.checkPort,
    server.checkAddress === server.address ? '-' : server.checkAddress,
    ...['-', 0],
  ];
  return `${words.join(' ')}\n`;
};

const connLine: Line = ({ node }, { id: backendId, proxy }, { id, server }) => {
  const { current, max } = node.counters(server.uid);
  const words = [
    ...[`${proxy.name}/${server.name}`, `${backendId}/${id}`, server.address, server.port, '-'],
    // The delay after which idle connections are closed; Sluice goes by the timeouts of the backend.
    0,
    ...[current.sessions, max.sessions, 0],
    ...[0, current.idleConnections, -1, current.idleConnections],
    // Workers report sums only.
    ...Array.from({ length: node.workers }, () => 0),
  ];
  return `${words.join(' ')}\n`;
};
