/** Tells from /proc which process holds which TCP sockets. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

interface TcpSocket {
  localPort: number;
  /** 0 for a socket that listens. */
  remotePort: number;
}

/** Client ports of the IPv4 connections to the local port that the process holds; empty when it is gone. */
export function clientPortsOf(pid: number, localPort: number): Set<number> {
  const connections = socketsOf(pid).filter((socket) => socket.localPort === localPort && socket.remotePort !== 0);
  return new Set(connections.map(({ remotePort }) => remotePort));
}

/** Whether the process holds an IPv4 socket that listens on the port. */
export function listensOn(pid: number, port: number): boolean {
  return socketsOf(pid).some(({ localPort, remotePort }) => localPort === port && remotePort === 0);
}

function socketsOf(pid: number): TcpSocket[] {
  const inodes = socketInodes(pid);
  const sockets: TcpSocket[] = [];
  for (const line of readFileSync('/proc/net/tcp', 'latin1').split('\n').slice(1)) {
    const [, local, remote, , , , , , , inode] = line.trim().split(/\s+/);
    if (local === undefined || remote === undefined || inode === undefined || !inodes.has(inode)) continue;
    sockets.push({ localPort: portOf(local), remotePort: portOf(remote) });
  }
  return sockets;
}

/** The port of an address as /proc/net/tcp writes it: "0100007F:1F90". */
const portOf = (address: string) => Number.parseInt(address.slice(address.indexOf(':') + 1), 16);

function socketInodes(pid: number): Set<string> {
  const inodes = new Set<string>();
  try {
    for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(readLink(`/proc/${pid}/fd/${descriptor}`))?.[1];
      if (inode !== undefined) inodes.add(inode);
    }
  } catch {
    // The process has ended.
  }
  return inodes;
}

/** Empty when the descriptor was closed meanwhile. */
function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
