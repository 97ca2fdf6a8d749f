/** The store: what the control plane keeps on disk. An interface, so that another database can stand behind it. */
import type { Config } from '../../shared/model/config.ts';
import type { Override } from '../../shared/model/override.ts';
import type { PatternKind } from '../../shared/patterns/pattern-file.ts';
import type { PatternEntry } from '../../shared/patterns/pattern-list.ts';
import type { ConfigDiff } from '../config/diff-config.ts';
import type { PlanEntry } from '../config/plan.ts';

/** A version without the config it numbers. */
export interface VersionSummary {
  readonly version: number;
  /** SHA-256 of the canonical JSON of its snapshot. */
  readonly hash: string;
  readonly author: string;
  readonly message: string;
  /** RFC 3339. */
  readonly time: string;
}

export interface VersionRecord extends VersionSummary {
  readonly config: Config;
  /** What it changed in the version before. */
  readonly plan: readonly PlanEntry[];
}

/** Everything one change writes, in one transaction. */
export interface Commit {
  readonly version: VersionRecord;
  readonly diff: ConfigDiff;
  /** Uids of the resources that the diff creates. */
  readonly uids: ReadonlyMap<string, string>;
}

export interface StoredOverride extends Override {
  /** Uid of the server; an override does not outlive it. */
  readonly serverUid: string;
  readonly backend: string;
  readonly server: string;
}

export interface StoredNack {
  readonly version: number;
  readonly hash: string;
  readonly phase: string;
  readonly errors: readonly { readonly resource: string; readonly pointer: string; readonly detail: string }[];
  /** RFC 3339. */
  readonly time: string;
}

export interface StoredNode {
  readonly name: string;
  readonly bootId: string;
  readonly software: string;
  /** RFC 3339. */
  readonly lastSeen: string;
  /** The last version it acknowledged, -1 for none. */
  readonly runningVersion: number;
  readonly runningHash: string;
  readonly lastNack: StoredNack | null;
}

export const scopes = ['read', 'operate', 'write', 'admin'] as const;
/** What a token may do; each scope includes those before it. */
export type Scope = (typeof scopes)[number];

export interface StoredToken {
  readonly name: string;
  readonly scope: Scope;
  /** SHA-256 of the secret, in hexadecimal; the secret itself is stored nowhere. */
  readonly hash: string;
  /** RFC 3339. */
  readonly createdAt: string;
}

export interface StoredPatternFile {
  readonly kind: PatternKind;
  readonly name: string;
  /** Of its last change. */
  readonly revision: number;
  /** By their order. */
  readonly entries: readonly PatternEntry[];
}

/** A change of the entries of one file: those that are new or have another value, and those that are gone. */
export interface PatternFileChange {
  readonly kind: PatternKind;
  readonly name: string;
  readonly revision: number;
  readonly kept: readonly PatternEntry[];
  readonly gone: readonly PatternEntry[];
}

/** What the control plane knows when it starts. */
export interface StoredState {
  /** Undefined in a store that no version was ever written to. */
  readonly latest: VersionSummary | undefined;
  readonly config: Config;
  /** Uid by path of the resource. */
  readonly uids: ReadonlyMap<string, string>;
}

/** A method that has answered has its effect on disk. */
export interface Store {
  /** Identity of the database: random, made with it. */
  readonly epoch: string;
  load(): Promise<StoredState>;
  /** All of it or nothing. Throws when the number of the version is already taken. */
  commit(commit: Commit): Promise<void>;
  getVersion(version: number): Promise<VersionRecord | undefined>;
  /** Newest first; `before` leaves out that version and later ones. */
  listVersions(page: { before?: number; limit: number }): Promise<VersionSummary[]>;
  listOverrides(): Promise<StoredOverride[]>;
  putOverride(override: StoredOverride): Promise<void>;
  deleteOverride(serverUid: string): Promise<void>;
  /** All maps and ACL files, and the last revision that any of them had. */
  loadPatternFiles(): Promise<{ revision: number; files: StoredPatternFile[] }>;
  putPatternFile(file: Omit<StoredPatternFile, 'entries'> & { entries: Iterable<PatternEntry> }): Promise<void>;
  changePatternFile(change: PatternFileChange): Promise<void>;
  deletePatternFile(kind: PatternKind, name: string, revision: number): Promise<void>;
  listNodes(): Promise<StoredNode[]>;
  putNode(node: StoredNode): Promise<void>;
  deleteNode(name: string): Promise<void>;
  listTokens(): Promise<StoredToken[]>;
  putToken(token: StoredToken): Promise<void>;
  deleteToken(name: string): Promise<void>;
  close(): Promise<void>;
}
