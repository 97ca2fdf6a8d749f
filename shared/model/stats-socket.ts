/** Stats sockets: where a node answers runtime commands in HAProxy's language (configuration manual 2.6, "stats socket"). */
import { type Static, Type } from 'typebox';
import { isIpAddress } from '../address.ts';
import { closedObject, durationField } from './fields.ts';

export const statsSocketSchema = closedObject(
  {
    address: Type.String({
      minLength: 1,
      maxLength: 255,
      description:
        'Where it listens: "/path" or "unix@/path", a unix socket; "127.0.0.1:9999", "ipv4@127.0.0.1:9999", "ipv6@[::1]:9999" or "*:9999"; "fd@N", an inherited file descriptor that listens already.',
      examples: ['/run/sluice/admin.sock'],
    }),
    mode: Type.Optional(
      Type.String({
        pattern: '^[0-7]{3,4}$',
        description:
          'Access rights of a unix socket in octal, such as "600". Default: as the umask of the node has it.',
      }),
    ),
    user: Type.Optional(ownerField('User', 'user')),
    group: Type.Optional(ownerField('Group', 'group')),
    level: Type.Optional(
      Type.Union([Type.Literal('user'), Type.Literal('operator'), Type.Literal('admin')], {
        description:
          '"user": harmless statistics. "operator": all statistics, and resetting them. "admin": also changes to servers. Default: "operator".',
      }),
    ),
    exposeFdListeners: Type.Optional(
      Type.Boolean({ description: 'Whether a new process may take over listening sockets here. Default: false.' }),
    ),
  },
  { title: 'StatsSocket', description: 'A socket on which a node answers runtime commands (stats socket).' },
);
export type StatsSocket = Static<typeof statsSocketSchema>;
export type StatsLevel = NonNullable<StatsSocket['level']>;

/** The fields of global that concern stats sockets. */
export const statsFields = {
  statsSockets: Type.Optional(
    Type.Array(statsSocketSchema, { description: 'Where nodes answer runtime commands.', maxItems: 32 }),
  ),
  statsTimeout: Type.Optional(durationField('Longest silence on a connection to a stats socket.', '10s')),
  statsMaxconn: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 10_000,
      description: 'Most connections to the stats sockets of a node at one time; others wait. Default: 10.',
    }),
  ),
};

/** What the text of an address says. */
export type StatsAddress =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'fd'; readonly fd: number };

/** The kernel takes 107 bytes; the name under which a socket is bound before it gets its own is longer. */
const longestPath = 96;

/** The address that a text such as "unix@/run/s.sock" or "*:9999" names, or why it names none. */
export function parseStatsAddress(text: string): StatsAddress | { readonly problem: string } {
  const [, family, rest = ''] = /^(?:(unix|ipv4|ipv6|fd)@)?(.*)$/s.exec(text) ?? [];
  if (family === 'fd') {
    return /^[0-9]{1,6}$/.test(rest)
      ? { kind: 'fd', fd: Number(rest) }
      : { problem: `"${rest}" is no file descriptor` };
  }
  if (family === 'unix' || (family === undefined && rest.startsWith('/'))) return parsePath(rest);
  return parseHostAndPort(rest, family);
}

function parsePath(path: string): StatsAddress | { problem: string } {
  if (!path.startsWith('/')) return { problem: `"${path}" is no absolute path` };
  if (path.includes('\0')) return { problem: 'a path has no NUL' };
  if (new TextEncoder().encode(path).length > longestPath) {
    return { problem: `the path is longer than ${longestPath} bytes` };
  }
  return { kind: 'unix', path };
}

function parseHostAndPort(text: string, family: string | undefined): StatsAddress | { problem: string } {
  const match = /^(.*):([0-9]{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match === null || port < 1 || port > 65_535) {
    return { problem: `"${text}" is neither a path nor an address with a port from 1 to 65535` };
  }
  const written = match[1] ?? '';
  const bare = /^\[(.*)\]$/.exec(written)?.[1] ?? written;
  const host = bare === '' || bare === '*' ? (family === 'ipv6' ? '::' : '0.0.0.0') : bare;
  if (!isIpAddress(host)) return { problem: `"${written}" is no IP address; "*" stands for every IPv4 address` };
  if (family !== undefined && host.includes(':') !== (family === 'ipv6')) {
    return { problem: `"${written}" is no address of ${family === 'ipv6' ? 'IPv6' : 'IPv4'}` };
  }
  return { kind: 'tcp', host, port };
}

/** One text for each address however it is written: "unix@/path", "ipv4@HOST:PORT", "ipv6@[HOST]:PORT", "fd@N". */
export function formatStatsAddress(address: StatsAddress): string {
  if (address.kind === 'unix') return `unix@${address.path}`;
  if (address.kind === 'fd') return `fd@${address.fd}`;
  const { host, port } = address;
  return host.includes(':') ? `ipv6@[${host}]:${port}` : `ipv4@${host}:${port}`;
}

function ownerField(noun: string, keyword: string) {
  return Type.String({
    pattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}$',
    description: `${noun} that owns a unix socket, by name or number (${keyword}). Default: that of the node.`,
  });
}
