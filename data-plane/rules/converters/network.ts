/** Converters of addresses and of names of backends and servers. */
import type { IpAddress } from '../../../shared/address.ts';
import { parseNetwork, parseSocketAddress } from '../../../shared/address.ts';
import type { Convert, ConverterCompilers } from '../compiled.ts';
import { countUsable, findServer } from '../fetches/proxies.ts';
import { asText } from '../sample-value.ts';

/** The bytes of a mask: "24", "255.255.255.0" or "ffff::". */
function maskBytes(text: string, size: 4 | 16): number[] {
  if (!/^[0-9]+$/.test(text)) return parseNetwork(text)?.base.toByteArray() ?? [];
  const bits = Number(text);
  return Array.from({ length: size }, (_, index) => (0xff00 >> Math.min(8, Math.max(0, bits - index * 8))) & 0xff);
}

function masked(address: IpAddress, mask: readonly number[]): IpAddress {
  const bytes = address.toByteArray().map((byte, index) => byte & (mask[index] ?? 0));
  if (bytes.length === 4) return parseSocketAddress(bytes.join('.'));
  const parts = Array.from({ length: 8 }, (_, index) => {
    return (((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0)).toString(16);
  });
  return parseNetwork(parts.join(':'))?.base ?? address;
}

/** What stands for an IPv4 address is masked as one. */
function plainIp(address: IpAddress): IpAddress {
  if (address.kind() === 'ipv4') return address;
  const bytes = address.toByteArray();
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  return isMapped ? parseSocketAddress(bytes.slice(12).join('.')) : address;
}

function ipmask(four: string, six: string | undefined): Convert {
  const mask4 = maskBytes(four, 4);
  const mask6 = six === undefined ? undefined : maskBytes(six, 16);
  return (value) => {
    const address = plainIp(value as IpAddress);
    if (address.kind() === 'ipv4') return masked(address, mask4);
    return mask6 === undefined ? undefined : masked(address, mask6);
  };
}

export const networkConverters: ConverterCompilers = {
  ipmask: ([four = '32', six]) => ipmask(four, six),
  nbsrv: () => (name, context) => {
    const backend = context.environment.proxies.backends.get(asText(name));
    return backend === undefined ? undefined : countUsable(backend);
  },
  srv_queue: () => (name, context) => (findServer(context, asText(name)) === undefined ? undefined : 0),
};
