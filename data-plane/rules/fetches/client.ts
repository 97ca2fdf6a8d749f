/** Fetches of the client's connection and the one to the server (configuration manual 2.6, section 7.3.3). */
import { networkInterfaces } from 'node:os';
import { type IpAddress, isIpAddress, parseSocketAddress } from '../../../shared/address.ts';
import { constant, type FetchCompiler, type FetchCompilers, type Get, plain } from '../compiled.ts';
import type { BindView, SampleContext } from '../sample-context.ts';

const source: Get = ({ connection }) => connection.source;
const sourcePort: Get = ({ connection }) => connection.port;
const destination: Get = ({ connection }) => connection.destination;
const destinationPort: Get = ({ connection }) => connection.localPort;

function isLocal(address: IpAddress | undefined): boolean | undefined {
  if (address === undefined) return undefined;
  if (address.range() === 'loopback') return true;
  const text = address.toString();
  return Object.values(networkInterfaces()).some((all) => all?.some((each) => each.address === text) === true);
}

const originalSource: Get = ({ connection }) => connection.original.source;
const originalSourcePort: Get = ({ connection }) => connection.original.port;
const originalDestination: Get = ({ connection }) => connection.original.destination;
const originalDestinationPort: Get = ({ connection }) => connection.original.localPort;

const sourceIsLocal: Get = ({ connection }) => isLocal(connection.source);
const destinationIsLocal: Get = ({ connection }) => isLocal(connection.destination);

/** The bind that the client connected to; of several without an address nobody can tell which. */
function bindOf({ frontend, connection }: SampleContext): BindView | undefined {
  const { binds } = frontend;
  if (binds.length === 1) return binds[0];
  const { destination, localPort } = connection;
  if (destination === undefined || localPort === 0) {
    const portless = binds.filter(({ address }) => address === undefined);
    return portless.length === 1 ? portless[0] : undefined;
  }
  const text = destination.toString();
  const ofPort = binds.filter(({ address, port }) => address !== undefined && port === localPort);
  return (
    ofPort.find(({ address }) => address?.toString() === text) ??
    ofPort.find(({ address }) => address?.range() === 'unspecified')
  );
}

const nothing: FetchCompiler = () => ({ get: () => undefined });

function parsed(text: string | undefined): IpAddress | undefined {
  return text === undefined || !isIpAddress(text) ? undefined : parseSocketAddress(text);
}

export const clientFetches: FetchCompilers = {
  src: plain(source),
  fc_src: plain(originalSource),
  src_port: plain(sourcePort),
  fc_src_port: plain(originalSourcePort),
  src_is_local: plain(sourceIsLocal),
  fc_src_is_local: plain(({ connection }) => isLocal(connection.original.source)),
  dst: plain(destination),
  fc_dst: plain(originalDestination),
  dst_port: plain(destinationPort),
  fc_dst_port: plain(originalDestinationPort),
  dst_is_local: plain(destinationIsLocal),
  fc_dst_is_local: plain(({ connection }) => isLocal(connection.original.destination)),
  dst_conn: plain(({ frontend }) => frontend.counters.currentSessions),
  fc_http_major: plain(({ request, kept }) => (request === undefined && kept === undefined ? undefined : 1)),
  fc_err: () => constant(0),
  fc_err_str: () => constant('Success'),
  fc_pp_authority: nothing,
  fc_pp_unique_id: nothing,
  fc_rcvd_proxy: () => constant(false),
  so_id: plain((context) => bindOf(context)?.id),
  so_name: plain((context) => bindOf(context)?.name),
  be_id: plain(({ backend, frontend }) => backend?.id ?? frontend.id),
  be_name: plain(({ backend, frontend }) => backend?.name ?? frontend.name),
  // A frontend stands in for a backend that has not been chosen, and has no such timeouts.
  be_server_timeout: plain(({ backend }) => backend?.timeouts.server ?? 0),
  be_tunnel_timeout: plain(({ backend }) => backend?.timeouts.tunnel ?? 0),
  cur_server_timeout: plain(({ stream, serverConnection, backend }) => {
    return stream?.ownServerTimeout || (serverConnection?.connected === true ? (backend?.timeouts.server ?? 0) : 0);
  }),
  cur_tunnel_timeout: plain(({ stream, serverConnection, backend }) => {
    return stream?.ownTunnelTimeout || (serverConnection?.connected === true ? (backend?.timeouts.tunnel ?? 0) : 0);
  }),
  last_rule_file: plain(({ stream }) => stream?.lastRule?.file),
  last_rule_line: plain(({ stream }) => stream?.lastRule?.line || undefined),
  prio_class: plain(({ stream }) => stream?.priorityClass),
  prio_offset: plain(({ stream }) => stream?.priorityOffset),
  fe_id: plain(({ frontend }) => frontend.id),
  fe_name: plain(({ frontend }) => frontend.name),
  fe_defbe: plain(({ frontend }) => frontend.defaultBackend?.name),
  fe_client_timeout: plain(({ frontend }) => frontend.timeouts.client),
  bc_dst: plain(({ serverConnection }) => parsed(serverConnection?.server.address)),
  bc_dst_port: plain(({ serverConnection }) => serverConnection?.server.port),
  bc_src: plain(({ serverConnection }) => parsed(serverConnection?.sourceAddress)),
  bc_src_port: plain(({ serverConnection }) => serverConnection?.sourcePort || undefined),
  bc_err: plain(({ serverConnection }) => (serverConnection?.connected === true ? 0 : undefined)),
  bc_err_str: plain(({ serverConnection }) => (serverConnection?.connected === true ? 'Success' : undefined)),
  srv_id: plain(({ serverConnection }) => serverConnection?.server.id),
  bc_http_major: plain(({ serverConnection, kept }) =>
    serverConnection === undefined || kept === undefined ? undefined : 1,
  ),
  srv_name: plain(({ serverConnection }) => serverConnection?.server.name),
};
