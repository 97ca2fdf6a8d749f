/** The tokens that open the API: who a secret belongs to and what it may do. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { type Clock, timestamp } from '../../shared/clock.ts';
import { SluiceError } from '../../shared/errors.ts';
import { sha256 } from '../../shared/protocol/canonical-json.ts';
import { type Scope, type Store, type StoredToken, scopes } from '../store/store.ts';

/** Who makes a request. */
export interface Caller {
  readonly name: string;
  readonly scope: Scope;
}

export interface TokenView {
  readonly name: string;
  readonly scope: Scope;
  /** The first 16 hexadecimal digits of the SHA-256 of the secret. */
  readonly fingerprint: string;
  readonly createdAt: string;
}

export interface TokenBook {
  /** Whether any token exists, so that requests must bear one. */
  readonly required: boolean;
  /** The owner of a secret, or undefined. */
  find(secret: string): Caller | undefined;
  list(): TokenView[];
  /** Throws already-exists, or conflict when the first token could not make another. */
  create(name: string, scope: Scope): Promise<TokenView & { secret: string }>;
  /** Throws not-found, or conflict when nobody could administer tokens afterwards. */
  remove(name: string, exposed: boolean): Promise<void>;
}

/** Whether a caller of one scope may do what needs another. */
export function includesScope(has: Scope, needs: Scope): boolean {
  return scopes.indexOf(has) >= scopes.indexOf(needs);
}

/** `setting` is the secret of SLUICE_TOKEN: an admin token that stands in no list. */
export async function openTokenBook(options: { store: Store; clock: Clock; setting?: string }): Promise<TokenBook> {
  const { store, clock, setting } = options;
  const tokens = new Map((await store.listTokens()).map((token) => [token.name, token]));
  const settingHash = setting === undefined ? undefined : sha256(setting);
  const isLastAdmin = (name: string) =>
    settingHash === undefined && [...tokens.values()].every((token) => token.scope !== 'admin' || token.name === name);

  return {
    get required() {
      return settingHash !== undefined || tokens.size > 0;
    },
    find(secret) {
      const hash = sha256(secret);
      if (settingHash !== undefined && sameHash(hash, settingHash)) return { name: 'SLUICE_TOKEN', scope: 'admin' };
      return [...tokens.values()].find((token) => sameHash(hash, token.hash));
    },
    list: () => [...tokens.values()].map(view),
    async create(name, scope) {
      if (tokens.has(name)) throw new SluiceError('already-exists', `there is already a token "${name}"`);
      if (settingHash === undefined && tokens.size === 0 && scope !== 'admin') {
        throw new SluiceError('conflict', 'the first token must have the scope admin, or nobody could make another');
      }
      const secret = `slu_${randomBytes(32).toString('base64url')}`;
      const token: StoredToken = { name, scope, hash: sha256(secret), createdAt: timestamp(clock) };
      await store.putToken(token);
      tokens.set(name, token);
      return { ...view(token), secret };
    },
    async remove(name, exposed) {
      const token = tokens.get(name);
      if (token === undefined) throw new SluiceError('not-found', `there is no token "${name}"`);
      if (token.scope === 'admin' && isLastAdmin(name) && (tokens.size > 1 || exposed)) {
        throw new SluiceError('conflict', `"${name}" is the last token with the scope admin`);
      }
      await store.deleteToken(name);
      tokens.delete(name);
    },
  };
}

function sameHash(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(a, 'hex'), Buffer.from(b, 'hex'));
}

function view({ name, scope, hash, createdAt }: StoredToken): TokenView {
  return { name, scope, fingerprint: hash.slice(0, 16), createdAt };
}
