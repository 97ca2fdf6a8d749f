/** Addresses of binds. */

/** Whether the address stands for a socket without address and port of its own: a unix socket or an inherited one. */
export function isPortless(address: string | undefined): boolean {
  return address !== undefined && /^(unix|fd)@/.test(address);
}
