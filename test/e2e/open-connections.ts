/** Tells from /proc which process holds which accepted TCP connection. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Client ports of the IPv4 connections to the local port that the process holds; empty when it is gone. */
export function clientPortsOf(pid: number, localPort: number): Set<number> {
  const inodes = socketInodes(pid);
  const ports = new Set<number>();
  for (const line of readFileSync('/proc/net/tcp', 'latin1').split('\n').slice(1)) {
    const [, local, remote, , , , , , , inode] = line.trim().split(/\s+/);
    if (local === undefined || remote === undefined || inode === undefined) continue;
    const remotePort = portOf(remote);
    if (portOf(local) === localPort && remotePort !== 0 && inodes.has(inode)) ports.add(remotePort);
  }
  return ports;
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
