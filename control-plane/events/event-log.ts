/** The events of the control plane: numbered, kept in a bounded ring for those who reconnect, handed to listeners. */
import { randomBytes } from 'node:crypto';
import { type Clock, timestamp } from '../../shared/clock.ts';

export const eventTypes = [
  'version-created',
  'version-applied',
  'node-connected',
  'node-disconnected',
  'node-nack',
  'server-state',
  'override-changed',
  'events-missed',
] as const;
export type EventType = (typeof eventTypes)[number];

export interface SluiceEvent {
  /** Run of the control plane and number in it, such as "k3Jx9A.17". */
  readonly id: string;
  readonly type: EventType;
  /** RFC 3339. */
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface EventLog {
  emit(type: EventType, data: Readonly<Record<string, unknown>>): void;
  /**
   * The events after the one with this id. When the ring no longer holds them all, or the id is of an earlier run, the
   * first is `events-missed`, which tells the reader to read the state anew.
   */
  since(id: string): SluiceEvent[];
  /** Calls back with each new event until the answered function is called. */
  subscribe(listener: (event: SluiceEvent) => void): () => void;
}

export function createEventLog(options: { clock: Clock; capacity?: number }): EventLog {
  const { clock, capacity = 1_000 } = options;
  const run = randomBytes(6).toString('base64url');
  const listeners = new Set<(event: SluiceEvent) => void>();
  let ring: SluiceEvent[] = [];
  let last = 0;
  return {
    emit(type, data) {
      last++;
      const event: SluiceEvent = { id: `${run}.${last}`, type, time: timestamp(clock), data };
      ring.push(event);
      // Twice the capacity before it is cut, so that an event costs no copy of the ring.
      if (ring.length >= capacity * 2) ring = ring.slice(-capacity);
      for (const listener of listeners) listener(event);
    },
    since(id) {
      const [ofRun, number] = id.split('.');
      const kept = last - ring.length;
      const seen = ofRun === run && /^\d{1,15}$/.test(number ?? '') ? Number(number) : -1;
      if (seen >= kept && seen <= last) return ring.slice(seen - kept);
      const missed: SluiceEvent = { id: `${run}.${kept}`, type: 'events-missed', time: timestamp(clock), data: {} };
      return [missed, ...ring];
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
