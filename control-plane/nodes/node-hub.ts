/** The nodes: who is connected, who runs what; brings every new version and the overrides to all of them. */
import type { WebSocket } from 'ws';
import { type Clock, timestamp } from '../../shared/clock.ts';
import { SluiceError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import type {
  Ack,
  CountersMessage,
  Hello,
  Nack,
  ServerHealth,
  ServerOverride,
} from '../../shared/protocol/messages.ts';
import { encodeSnapshot } from '../../shared/protocol/snapshot-transfer.ts';
import type { ConfigKeeper, CurrentVersion } from '../config/change-config.ts';
import type { EventLog } from '../events/event-log.ts';
import type { PatternBook } from '../patterns/pattern-book.ts';
import type { Store } from '../store/store.ts';
import {
  connectionState,
  fromStored,
  type NodeRecord,
  type NodeView,
  newNode,
  takeHealth,
  toStored,
  viewOf,
} from './node-record.ts';
import { NodeSession, type ReportedMessage } from './node-session.ts';
import { greetPatterns, patternMessages, wholeFile } from './pattern-rollout.ts';
import { summarise, type VersionStatus, Waiters } from './version-status.ts';

/** How long (ms) what a node acknowledged may wait to be written down; connections and refusals are written at once. */
const saveDelay = 1_000;

export interface NodeHub {
  /** Takes over the WebSocket of a node. */
  accept(socket: WebSocket, name: string, address: string): void;
  /** Sends all overrides to all nodes; `afterApply` waits for nodes to which a snapshot is on its way. */
  sendOverrides(when: 'now' | 'afterApply'): void;
  list(): NodeView[];
  /** Throws not-found. */
  get(name: string): NodeView;
  /** Forgets what the node refused and sends the current version again. Throws not-found. */
  retry(name: string): void;
  /** Forgets a node. Throws not-found, or conflict while it is connected. */
  forget(name: string): Promise<void>;
  versionStatus(version: number): VersionStatus;
  /** The status once every connected node has answered for this version, or as it is after the timeout (ms). */
  waitForVersion(version: number, timeout: number): Promise<VersionStatus>;
  /** The same for anything else that depends on what nodes report. */
  waitFor<Status>(status: () => Status, isSettled: (status: Status) => boolean, timeout: number): Promise<Status>;
  /** The status of the current version, in which a node counts as applied once it has the maps and ACL files of a revision. */
  patternStatus(revision: number): VersionStatus;
  /** What connected nodes report of a server. */
  serverHealth(backend: string, server: string): { node: string; health: ServerHealth }[];
  /** The last counters of each connected node. */
  counters(): { node: string; counters: CountersMessage }[];
  close(): Promise<void>;
}

export async function openNodeHub(options: {
  keeper: ConfigKeeper;
  store: Store;
  clock: Clock;
  logger: Logger;
  events: EventLog;
  overrides: () => ServerOverride[];
  patterns: PatternBook;
}): Promise<NodeHub> {
  const { keeper, store, clock, logger, events, overrides, patterns } = options;
  const nodes = new Map((await store.listNodes()).map((stored) => [stored.name, fromStored(stored)]));
  const waiters = new Waiters(clock);
  const owedOverrides = new Set<NodeRecord>();
  const unsaved = new Set<NodeRecord>();
  let cancelSave: (() => void) | undefined;
  let appliedUpTo = -1;
  let encoded: { of: CurrentVersion; messages: ReturnType<typeof encodeSnapshot> } | undefined;

  keeper.onPublish(() => {
    for (const node of nodes.values()) if (node.session !== undefined) advance(node);
    moved();
  });

  // Before a version that names a file can be stored, the file is on its way.
  patterns.onChange((event) => {
    for (const node of nodes.values()) {
      if (!node.welcomed || node.session === undefined) continue;
      for (const message of patternMessages(event, patterns)) node.session.send(message);
    }
  });

  function snapshotMessages(): ReturnType<typeof encodeSnapshot> {
    const of = keeper.current();
    if (encoded?.of !== of) {
      encoded = { of, messages: encodeSnapshot(keeper.epoch, of.version, of.snapshotJson, of.hash) };
    }
    return encoded.messages;
  }

  function advance(node: NodeRecord): void {
    if (!node.welcomed || !node.rollout.advance(keeper.current())) return;
    for (const message of snapshotMessages()) node.session?.send(message);
  }

  /** To be called whenever a node may have come further. */
  function moved(): void {
    const { version } = keeper.current();
    const status = appliedUpTo < version ? versionStatus(version) : undefined;
    if (status?.state === 'applied') {
      appliedUpTo = version;
      events.emit('version-applied', { version, nodes: status.nodes.map(({ node }) => node) });
    }
    waiters.lookAgain();
  }

  async function save(node: NodeRecord): Promise<void> {
    unsaved.delete(node);
    try {
      if (nodes.get(node.name) === node) await store.putNode(toStored(node));
    } catch (error) {
      logger.error({ err: error, node: node.name }, 'the state of the node could not be written down');
    }
  }

  function saveSoon(node: NodeRecord): void {
    unsaved.add(node);
    cancelSave ??= clock.after(saveDelay, () => {
      cancelSave = undefined;
      for (const each of unsaved) void save(each);
    });
  }

  function sendOverridesTo(node: NodeRecord): void {
    owedOverrides.delete(node);
    node.session?.send({ type: 'override', overrides: overrides() });
  }

  async function greet(node: NodeRecord, session: NodeSession, hello: Hello): Promise<void> {
    const running = await knownVersion(hello);
    if (node.session !== session) return;
    if (hello.bootId !== node.bootId) node.rollout.forgetRefusals();
    node.bootId = hello.bootId;
    node.software = hello.software;
    node.workers = hello.workers;
    node.source = hello.source;
    node.rollout.restart(running);
    node.welcomed = true;
    session.send({ type: 'welcome', epoch: keeper.epoch, version: keeper.current().version });
    sendOverridesTo(node);
    node.patternRevision = greetPatterns(session, hello, keeper.epoch, patterns);
    advance(node);
    logger.info({ node: node.name, running: hello.running, software: hello.software }, 'node connected');
    events.emit('node-connected', { node: node.name, runningVersion: running?.version ?? null });
    void save(node);
    moved();
  }

  /** Which version a node runs, provided it is one of this database and was not altered behind it. */
  async function knownVersion({ running }: Hello): Promise<{ version: number; hash: string } | undefined> {
    if (running.epoch !== keeper.epoch) return undefined;
    const current = keeper.current();
    if (running.hash === current.hash) return { version: current.version, hash: current.hash };
    const stored = await store.getVersion(running.version);
    return stored?.hash === running.hash ? { version: running.version, hash: running.hash } : undefined;
  }

  function takeAck(node: NodeRecord, ack: Ack): void {
    if (!node.rollout.acknowledge(ack)) {
      logger.warn({ node: node.name, version: ack.version }, 'an acknowledgement of a version that is not on its way');
      return;
    }
    logger.debug({ node: node.name, version: ack.version, durationMs: ack.durationMs }, 'version applied');
    afterAnswer(node);
    saveSoon(node);
  }

  function takeNack(node: NodeRecord, nack: Nack): void {
    if (!node.rollout.refuse(nack, timestamp(clock))) {
      logger.warn({ node: node.name, version: nack.version }, 'a refusal of a version that is not on its way');
      return;
    }
    node.lastNack = node.rollout.refused?.nack ?? null;
    const { version, phase, errors } = nack;
    logger.warn({ node: node.name, version, phase, errors }, 'the node refused a version');
    events.emit('node-nack', { node: node.name, version, phase, errors });
    afterAnswer(node);
    void save(node);
  }

  function afterAnswer(node: NodeRecord): void {
    advance(node);
    if (owedOverrides.has(node) && !node.rollout.busy) sendOverridesTo(node);
    moved();
  }

  function accept(socket: WebSocket, name: string, address: string): void {
    // Undefined until the hello: a connection that never says it leaves no trace and takes no one's place.
    let node: NodeRecord | undefined;
    const session: NodeSession = new NodeSession({
      node: name,
      socket,
      clock,
      logger,
      handlers: {
        hello(message) {
          node = take(name, session, address);
          greet(node, session, message).catch((error: unknown) => {
            logger.error({ err: error, node: name }, 'the hello of the node could not be answered');
            session.close('the control plane failed', 1011);
          });
        },
        message(message) {
          if (node?.session === session) receive(node, message);
        },
        closed() {
          if (node?.session === session) release(node, session);
        },
      },
    });
  }

  function take(name: string, session: NodeSession, address: string): NodeRecord {
    const node = nodes.get(name) ?? newNode(name);
    nodes.set(name, node);
    const replaced = node.session;
    node.session = session;
    replaced?.close('another connection has taken the name of this node');
    node.connectedAt = timestamp(clock);
    node.address = address;
    node.health = new Map();
    node.counters = undefined;
    node.status = undefined;
    node.patternRevision = -1;
    // Until the hello is answered the node counts as running nothing, and nothing is sent.
    node.welcomed = false;
    node.rollout.restart(undefined);
    return node;
  }

  function receive(node: NodeRecord, message: ReportedMessage): void {
    if (message.type === 'ack') takeAck(node, message);
    else if (message.type === 'nack') takeNack(node, message);
    else if (message.type === 'counters') node.counters = message;
    else if (message.type === 'status') node.status = message;
    else if (message.type === 'pattern-ack') {
      node.patternRevision = message.revision;
      waiters.lookAgain();
    } else if (message.type === 'pattern-miss') {
      const file = patterns.get(message.kind, message.name);
      if (file !== undefined) for (const piece of wholeFile(file)) node.session?.send(piece);
    } else {
      for (const { backend, server, health, previous } of takeHealth(node, message)) {
        events.emit('server-state', { node: node.name, backend, server, previous, ...health });
      }
      waiters.lookAgain();
    }
  }

  function release(node: NodeRecord, session: NodeSession): void {
    node.lastSeen = session.lastHeard;
    node.session = undefined;
    owedOverrides.delete(node);
    logger.info({ node: node.name }, 'node disconnected');
    events.emit('node-disconnected', { node: node.name });
    void save(node);
    moved();
  }

  function find(name: string): NodeRecord {
    const node = nodes.get(name);
    if (node === undefined) throw new SluiceError('not-found', `there is no node "${name}"`);
    return node;
  }

  function versionStatus(version: number): VersionStatus {
    const now = clock.now();
    const states = [...nodes.values()].map(({ rollout, ...node }) => ({
      node: node.name,
      connection: connectionState({ ...node, rollout }, now),
      state: rollout.stateOf(version),
      runningVersion: rollout.acknowledged < 0 ? null : rollout.acknowledged,
      errors: rollout.stateOf(version) === 'rejected' ? [...(rollout.refused?.nack.errors ?? [])] : [],
    }));
    const known = states.filter(({ connection }) => connection !== 'gone');
    return summarise(
      version,
      known.sort((a, b) => (a.node < b.node ? -1 : 1)),
    );
  }

  const connected = () => [...nodes.values()].filter((node) => node.session !== undefined);

  return {
    accept,
    sendOverrides(when) {
      for (const node of connected()) {
        if (when === 'afterApply' && node.rollout.busy) owedOverrides.add(node);
        else sendOverridesTo(node);
      }
    },
    list: () => [...nodes.values()].map((node) => viewOf(node, clock.now())),
    get: (name) => viewOf(find(name), clock.now()),
    retry(name) {
      const node = find(name);
      node.rollout.forgetRefusals();
      if (node.session !== undefined) advance(node);
      moved();
    },
    async forget(name) {
      const node = find(name);
      if (node.session !== undefined) throw new SluiceError('conflict', `node "${name}" is connected`);
      nodes.delete(name);
      await store.deleteNode(name);
    },
    versionStatus,
    waitForVersion: (version, timeout) =>
      waiters.wait(
        () => versionStatus(version),
        ({ state }) => state !== 'pending',
        timeout,
      ),
    waitFor: (status, isSettled, timeout) => waiters.wait(status, isSettled, timeout),
    patternStatus(revision) {
      const { version } = keeper.current();
      const states = versionStatus(version).nodes.map((node) => {
        const done = (nodes.get(node.node)?.patternRevision ?? -1) >= revision;
        return { ...node, state: done ? ('applied' as const) : ('pending' as const), errors: [] };
      });
      return summarise(version, states);
    },
    serverHealth: (backend, server) =>
      connected().flatMap((node) => {
        const health = node.health.get(backend)?.get(server);
        return health === undefined ? [] : [{ node: node.name, health }];
      }),
    counters: () =>
      connected().flatMap(({ name, counters }) => (counters === undefined ? [] : [{ node: name, counters }])),
    async close() {
      waiters.releaseAll();
      cancelSave?.();
      const open = connected();
      for (const node of open) node.session?.close('the control plane stops', 1001);
      await Promise.all([...new Set([...open, ...unsaved])].map(save));
    },
  };
}
