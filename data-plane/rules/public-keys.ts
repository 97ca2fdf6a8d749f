/** Public keys in files, read when a version is compiled and never while it serves. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Those of all paths that versions have named, for expressions whose path only a request tells. */
const keys = new Map<string, KeyObject>();

const block = /-----BEGIN ((?:RSA )?PUBLIC KEY|CERTIFICATE)-----.*?-----END \1-----/s;

/** The first public key of a PEM file, or that of its first certificate; undefined where there is none to read. */
export function loadPublicKey(path: string): KeyObject | undefined {
  const key = readKey(path);
  if (key === undefined) keys.delete(path);
  else keys.set(path, key);
  return key;
}

/** Undefined for a path that no version has named. */
export function findPublicKey(path: string): KeyObject | undefined {
  return keys.get(path);
}

function readKey(path: string): KeyObject | undefined {
  try {
    const [pem] = block.exec(readFileSync(path, 'latin1')) ?? [];
    return pem === undefined ? undefined : createPublicKey(pem);
  } catch {
    return undefined;
  }
}
