/** The store in one SQLite file: write-ahead log, every commit flushed to disk before it is answered. */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { emptyConfig } from '../../shared/model/empty-config.ts';
import type { Override } from '../../shared/model/override.ts';
import { sql as initial } from './migrations/0001-initial.ts';
import { sql as errorFiles } from './migrations/0002-error-files.ts';
import { sql as bindWithoutPort } from './migrations/0003-bind-without-port.ts';
import { sql as moreRules } from './migrations/0004-more-rules.ts';
import { sql as tcpResponseRules } from './migrations/0005-tcp-response-rules.ts';
import { sql as stickTables } from './migrations/0006-stick-tables.ts';
import { sql as userlists } from './migrations/0007-userlists.ts';
import { sql as patternFiles } from './migrations/0008-pattern-files.ts';
import { sql as rulesOfDefaults } from './migrations/0009-rules-of-defaults.ts';
import { sql as backendsBySample } from './migrations/0010-backends-by-sample.ts';
import { patternFilesOn } from './pattern-rows.ts';
import { loadResources, type ResourceWriter, resourceWriter } from './resource-rows.ts';
import type {
  Commit,
  Scope,
  Store,
  StoredNode,
  StoredOverride,
  StoredState,
  StoredToken,
  VersionRecord,
  VersionSummary,
} from './store.ts';

type Connection = Database.Database;

/** Migration n brings a database from `user_version` n to n + 1. */
const migrations: readonly string[] = [
  initial,
  errorFiles,
  bindWithoutPort,
  moreRules,
  tcpResponseRules,
  stickTables,
  userlists,
  patternFiles,
  rulesOfDefaults,
  backendsBySample,
];

/**
 * Opens `<folder>/control-plane.db`, making folder and file when they are not there. Throws when another process has the
 * folder; the lock is the kernel's, so that a killed process leaves none behind.
 */
export function openSqliteStore(folder: string): Store {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = lockFolder(folder);
  const file = join(folder, 'control-plane.db');
  const database = new Database(file);
  chmodSync(file, 0o600);
  return storeOn(database, () => lock.close());
}

/** A store that is gone when it is closed. */
export function openMemoryStore(): Store {
  return storeOn(new Database(':memory:'), () => {});
}

function lockFolder(folder: string): Connection {
  const lock = new Database(join(folder, 'control-plane.lock'), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error;
    throw new Error(`another control plane is using the data folder ${folder}`);
  }
  return lock;
}

function migrate(database: Connection): void {
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  const current = Number(database.pragma('user_version', { simple: true }));
  if (current > migrations.length) {
    throw new Error(`the database is of a later Sluice (schema ${current}; this one knows ${migrations.length})`);
  }
  for (const [index, sql] of migrations.entries()) {
    if (index < current) continue;
    database.transaction(() => {
      database.exec(sql);
      database.pragma(`user_version = ${index + 1}`);
    })();
  }
}

function epochOf(database: Connection): string {
  database
    .prepare("INSERT INTO meta (key, value) VALUES ('epoch', ?) ON CONFLICT DO NOTHING")
    .run(randomBytes(12).toString('base64url'));
  return String(database.prepare("SELECT value FROM meta WHERE key = 'epoch'").pluck().get());
}

const summaryColumns = 'version, hash, author, message, time';

function storeOn(database: Connection, released: () => void): Store {
  migrate(database);
  const epoch = epochOf(database);
  const rows: ResourceWriter = resourceWriter(database);
  const insertVersion = database.prepare(
    'INSERT INTO versions (version, epoch, hash, config, plan, author, message, time) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const commit = database.transaction(({ version, diff, uids }: Commit) => {
    const { config, plan } = version;
    insertVersion.run(
      version.version,
      epoch,
      version.hash,
      JSON.stringify(config),
      JSON.stringify(plan),
      version.author,
      version.message,
      version.time,
    );
    rows.write(diff, uids);
  });
  return {
    epoch,
    async load(): Promise<StoredState> {
      const latest = database.prepare(`SELECT ${summaryColumns} FROM versions ORDER BY version DESC LIMIT 1`).get();
      return { latest: latest as VersionSummary | undefined, ...loadResources(database) };
    },
    async commit(change) {
      commit.immediate(change);
    },
    async getVersion(version) {
      const row = database
        .prepare(`SELECT ${summaryColumns}, config, plan FROM versions WHERE version = ?`)
        .get(version) as (VersionSummary & { config: string; plan: string }) | undefined;
      if (row === undefined) return undefined;
      return {
        ...row,
        config: { ...emptyConfig, ...JSON.parse(row.config) },
        plan: JSON.parse(row.plan),
      } satisfies VersionRecord;
    },
    async listVersions({ before, limit }) {
      return database
        .prepare(`SELECT ${summaryColumns} FROM versions WHERE version < ? ORDER BY version DESC LIMIT ?`)
        .all(before ?? Number.MAX_SAFE_INTEGER, limit) as VersionSummary[];
    },
    ...overridesOn(database),
    ...patternFilesOn(database),
    ...nodesOn(database),
    ...tokensOn(database),
    async close() {
      database.close();
      released();
    },
  };
}

function overridesOn(database: Connection): Pick<Store, 'listOverrides' | 'putOverride' | 'deleteOverride'> {
  return {
    async listOverrides() {
      const rows = database
        .prepare(
          `SELECT server_uid, parent, name, admin_state, overrides.weight AS weight, expires_at
           FROM overrides JOIN servers ON servers.uid = server_uid ORDER BY parent, name`,
        )
        .all() as Record<string, string | number | null>[];
      return rows.map((row) => ({
        serverUid: String(row.server_uid),
        backend: String(row.parent),
        server: String(row.name),
        ...(row.admin_state !== null && { adminState: row.admin_state as NonNullable<Override['adminState']> }),
        ...(row.weight !== null && { weight: Number(row.weight) }),
        ...(row.expires_at !== null && { expiresAt: String(row.expires_at) }),
      })) satisfies StoredOverride[];
    },
    async putOverride({ serverUid, adminState, weight, expiresAt }) {
      database
        .prepare(
          `INSERT INTO overrides (server_uid, admin_state, weight, expires_at) VALUES (?, ?, ?, ?)
           ON CONFLICT (server_uid) DO UPDATE SET
             admin_state = excluded.admin_state, weight = excluded.weight, expires_at = excluded.expires_at`,
        )
        .run(serverUid, adminState ?? null, weight ?? null, expiresAt ?? null);
    },
    async deleteOverride(serverUid) {
      database.prepare('DELETE FROM overrides WHERE server_uid = ?').run(serverUid);
    },
  };
}

function nodesOn(database: Connection): Pick<Store, 'listNodes' | 'putNode' | 'deleteNode'> {
  return {
    async listNodes() {
      const rows = database
        .prepare(
          `SELECT name, boot_id AS bootId, software, last_seen AS lastSeen, running_version AS runningVersion,
             running_hash AS runningHash, last_nack AS lastNack FROM nodes ORDER BY name`,
        )
        .all() as (Omit<StoredNode, 'lastNack'> & { lastNack: string | null })[];
      return rows.map((row) => ({ ...row, lastNack: row.lastNack === null ? null : JSON.parse(row.lastNack) }));
    },
    async putNode(node) {
      database
        .prepare(
          `INSERT INTO nodes (name, boot_id, software, last_seen, running_version, running_hash, last_nack)
           VALUES (@name, @bootId, @software, @lastSeen, @runningVersion, @runningHash, @lastNack)
           ON CONFLICT (name) DO UPDATE SET
             boot_id = excluded.boot_id, software = excluded.software, last_seen = excluded.last_seen,
             running_version = excluded.running_version, running_hash = excluded.running_hash,
             last_nack = excluded.last_nack`,
        )
        .run({ ...node, lastNack: node.lastNack === null ? null : JSON.stringify(node.lastNack) });
    },
    async deleteNode(name) {
      database.prepare('DELETE FROM nodes WHERE name = ?').run(name);
    },
  };
}

function tokensOn(database: Connection): Pick<Store, 'listTokens' | 'putToken' | 'deleteToken'> {
  return {
    async listTokens() {
      const rows = database
        .prepare('SELECT name, scope, hash, created_at AS createdAt FROM tokens ORDER BY name')
        .all() as (Omit<StoredToken, 'scope'> & { scope: Scope })[];
      return rows;
    },
    async putToken({ name, scope, hash, createdAt }) {
      database
        .prepare('INSERT INTO tokens (name, scope, hash, created_at) VALUES (?, ?, ?, ?)')
        .run(name, scope, hash, createdAt);
    },
    async deleteToken(name) {
      database.prepare('DELETE FROM tokens WHERE name = ?').run(name);
    },
  };
}
