/** The messages between control plane and node: JSON over one WebSocket, each checked against its schema on arrival. */
import { type Static, type TSchema, Type } from 'typebox';
import { closedObject } from '../model/fields.ts';
import { currentNames, maxNames, rateNames, totalNames } from './counters.ts';

export const subprotocol = 'sluice.v1';

/** Path of the WebSocket below the address of the control plane; nodes append `?node=NAME`. */
export const nodePath = '/v1/nodes/connect';

/** Compressed snapshot bytes in one `snapshot` message before base64. */
export const chunkBytes = 256 * 1024;

/** A snapshot whose JSON is longer than this (bytes) is sent compressed. */
export const compressAbove = 64 * 1024;

/** A ping every interval (ms); a peer that was silent for `deadAfter` (ms) is gone. */
export const pingInterval = 10_000;
export const deadAfter = 30_000;

const text = Type.String();
const count = Type.Number({ minimum: 0 });
const version = Type.Integer({ minimum: 0 });

const fieldError = closedObject({ resource: text, pointer: text, detail: text });

/** What a node runs: `version` 0 and empty texts when it runs nothing. */
const running = closedObject({ epoch: text, version, hash: text });

const record = <Value extends TSchema>(value: Value) => Type.Record(Type.String(), value);
const numbers = (names: readonly string[]) =>
  closedObject(Object.fromEntries(names.map((name) => [name, Type.Number()])));

const counters = closedObject({
  total: numbers(totalNames),
  current: numbers(currentNames),
  max: numbers(maxNames),
  rates: numbers(rateNames),
});

export const serverHealthSchema = closedObject({
  /** "up", "down", "no-check": not checked, counts as up; "maint": administratively out. */
  state: Type.Union([Type.Literal('up'), Type.Literal('down'), Type.Literal('no-check'), Type.Literal('maint')]),
  adminState: Type.Union([Type.Literal('ready'), Type.Literal('drain'), Type.Literal('maint')]),
  /** The weight in force. */
  weight: Type.Integer({ minimum: 0, maximum: 256 }),
  /** HAProxy's check code such as L4OK, L4CON, L4TOUT, L7OK, L7STS; "" before the first check. */
  checkStatus: text,
  /** The last check in words. */
  checkDetail: text,
  checkDurationMs: count,
  /** RFC 3339. */
  changedAt: text,
});
export type ServerHealth = Static<typeof serverHealthSchema>;

export const serverOverrideSchema = closedObject({
  backend: text,
  server: text,
  adminState: Type.Optional(Type.Union([Type.Literal('ready'), Type.Literal('drain'), Type.Literal('maint')])),
  weight: Type.Optional(Type.Integer({ minimum: 0, maximum: 256 })),
  expiresAt: Type.Optional(text),
});
export type ServerOverride = Static<typeof serverOverrideSchema>;

const patternFile = {
  kind: Type.Union([Type.Literal('map'), Type.Literal('acl')]),
  name: text,
};

export const pingSchema = closedObject({ type: Type.Literal('ping') });
export const pongSchema = closedObject({ type: Type.Literal('pong') });
export const byeSchema = closedObject({ type: Type.Literal('bye'), reason: text });

/** The first word of a node. `source` tells where its running version came from. */
export const helloSchema = closedObject({
  type: Type.Literal('hello'),
  nodeId: text,
  /** Changes whenever the node starts. */
  bootId: text,
  software: text,
  workers: Type.Integer({ minimum: 0 }),
  running,
  source: Type.Union([Type.Literal('cache'), Type.Literal('control-plane'), Type.Literal('none')]),
  /** The maps and ACL files it has of the control plane with this epoch; absent when it has none. */
  patternFiles: Type.Optional(
    closedObject({ epoch: text, files: Type.Array(closedObject({ ...patternFile, revision: version })) }),
  ),
});

export const ackSchema = closedObject({ type: Type.Literal('ack'), version, hash: text, durationMs: count });

/** A refusal: the node still serves what it ran before. `phase` is where it failed. */
export const nackSchema = closedObject({
  type: Type.Literal('nack'),
  version,
  hash: text,
  phase: Type.Union([Type.Literal('receive'), Type.Literal('prepare'), Type.Literal('commit')]),
  errors: Type.Array(fieldError),
});

/** State of servers by backend and server; `full` tells that servers not named are gone. */
export const healthSchema = closedObject({
  type: Type.Literal('health'),
  full: Type.Boolean(),
  backends: record(record(serverHealthSchema)),
});

export const countersSchema = closedObject({
  type: Type.Literal('counters'),
  bootId: text,
  sequence: Type.Integer({ minimum: 0 }),
  frontends: record(counters),
  backends: record(counters),
  /** By backend, then by server. */
  servers: record(record(counters)),
});

export const statusSchema = closedObject({
  type: Type.Literal('status'),
  workers: Type.Array(closedObject({ pid: Type.Integer(), startedAt: text, respawns: Type.Integer({ minimum: 0 }) })),
  draining: Type.Boolean(),
});

/** All workers of the node have the maps and ACL files as they were at this revision. */
export const patternAckSchema = closedObject({ type: Type.Literal('pattern-ack'), revision: version });

/** Changes of a file came that the node has not as it was before them: it needs the whole. */
export const patternMissSchema = closedObject({ type: Type.Literal('pattern-miss'), ...patternFile });

export const nodeMessageSchema = Type.Union(
  [
    helloSchema,
    ackSchema,
    nackSchema,
    healthSchema,
    countersSchema,
    statusSchema,
    patternAckSchema,
    patternMissSchema,
    pingSchema,
    pongSchema,
    byeSchema,
  ],
  { discriminator: { propertyName: 'type' } },
);
export type NodeMessage = Static<typeof nodeMessageSchema>;
export type Hello = Static<typeof helloSchema>;
export type Ack = Static<typeof ackSchema>;
export type Nack = Static<typeof nackSchema>;
export type HealthMessage = Static<typeof healthSchema>;
export type CountersMessage = Static<typeof countersSchema>;
export type StatusMessage = Static<typeof statusSchema>;

export const welcomeSchema = closedObject({ type: Type.Literal('welcome'), epoch: text, version });

/** One piece of a snapshot. Pieces of one version come in order; the texts joined are the encoded snapshot. */
export const snapshotSchema = closedObject({
  type: Type.Literal('snapshot'),
  epoch: text,
  version,
  /** SHA-256 of the canonical JSON of the snapshot, in hexadecimal. */
  hash: text,
  encoding: Type.Union([Type.Literal('json'), Type.Literal('gzip+base64')]),
  chunk: Type.Integer({ minimum: 0 }),
  chunks: Type.Integer({ minimum: 1 }),
  data: text,
});

/** All overrides in force; replaces what the node had. */
export const overrideMessageSchema = closedObject({
  type: Type.Literal('override'),
  overrides: Type.Array(serverOverrideSchema),
});

/** One piece of the whole of a map or ACL file. Pieces come in order; the texts joined are its encoded contents. */
export const patternFileSchema = closedObject({
  type: Type.Literal('pattern-file'),
  ...patternFile,
  revision: version,
  encoding: Type.Union([Type.Literal('json'), Type.Literal('gzip+base64')]),
  chunk: Type.Integer({ minimum: 0 }),
  chunks: Type.Integer({ minimum: 1 }),
  data: text,
});

/** Changes that make revision `revision` of a file from its revision `from`: operation, key, and value where one is given. */
export const patternChangesSchema = closedObject({
  type: Type.Literal('pattern-changes'),
  ...patternFile,
  from: version,
  revision: version,
  changes: Type.Array(
    Type.Union([
      Type.Tuple([Type.Union([Type.Literal('add'), Type.Literal('set')]), text, text]),
      Type.Tuple([Type.Literal('del'), text]),
    ]),
  ),
});

/** The files there are at this revision; others are gone. */
export const patternFilesSchema = closedObject({
  type: Type.Literal('pattern-files'),
  revision: version,
  files: Type.Array(closedObject(patternFile)),
});

/** Asks the node to finish its connections and stop. */
export const drainSchema = closedObject({ type: Type.Literal('drain') });

export const controlMessageSchema = Type.Union(
  [
    welcomeSchema,
    snapshotSchema,
    overrideMessageSchema,
    patternFileSchema,
    patternChangesSchema,
    patternFilesSchema,
    drainSchema,
    pingSchema,
    pongSchema,
    byeSchema,
  ],
  { discriminator: { propertyName: 'type' } },
);
export type ControlMessage = Static<typeof controlMessageSchema>;
export type SnapshotMessage = Static<typeof snapshotSchema>;
export type PatternFileMessage = Static<typeof patternFileSchema>;
export type PatternChangesMessage = Static<typeof patternChangesSchema>;
export type PatternFilesMessage = Static<typeof patternFilesSchema>;
