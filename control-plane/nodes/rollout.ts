/** How far one node has come: which version it runs, which is on its way, which it refused, and what to send next. */
import type { Ack, Nack } from '../../shared/protocol/messages.ts';
import type { StoredNack } from '../store/store.ts';

/** A version as the roll-out sees it. */
export interface Target {
  readonly version: number;
  readonly hash: string;
}

/** Refusals that are remembered for one run of a node. */
const parkedAtMost = 100;

/** The rules of one node: one snapshot in flight, the newest supersedes, a refused hash is not sent again. */
export class Rollout {
  /** The newest version the node has acknowledged; -1 before the first. */
  acknowledged = -1;
  runningHash = '';
  /** The newest version that the node refused and has not come past since. */
  refused: { version: number; nack: StoredNack } | undefined;
  #inFlight: Target | undefined;
  readonly #parked = new Map<string, StoredNack>();

  /** Forgets what an earlier run of the node refused. */
  forgetRefusals(): void {
    this.#parked.clear();
    this.refused = undefined;
  }

  /** The connection is new: nothing is on its way, the node runs this. */
  restart(running: Target | undefined): void {
    this.#inFlight = undefined;
    this.acknowledged = running?.version ?? -1;
    this.runningHash = running?.hash ?? '';
  }

  /** Brings the node nearer to the target: true when its snapshot must be sent now. */
  advance(target: Target): boolean {
    if (this.#inFlight !== undefined) return false;
    if (this.runningHash === target.hash) {
      this.acknowledged = Math.max(this.acknowledged, target.version);
      this.refused = undefined;
      return false;
    }
    const parked = this.#parked.get(target.hash);
    if (parked !== undefined) {
      this.refused = { version: target.version, nack: parked };
      return false;
    }
    this.#inFlight = target;
    return true;
  }

  /** Whether a snapshot is on its way. */
  get busy(): boolean {
    return this.#inFlight !== undefined;
  }

  /** Takes an acknowledgement; false when it is not of the snapshot in flight. */
  acknowledge(ack: Ack): boolean {
    if (!this.#lands(ack)) return false;
    this.acknowledged = ack.version;
    this.runningHash = ack.hash;
    this.refused = undefined;
    return true;
  }

  /** Takes a refusal and parks its hash; false when it is not of the snapshot in flight. */
  refuse(nack: Nack, time: string): boolean {
    if (!this.#lands(nack)) return false;
    const { version, hash, phase, errors } = nack;
    const stored: StoredNack = { version, hash, phase, errors, time };
    if (this.#parked.size >= parkedAtMost) this.#parked.clear();
    this.#parked.set(hash, stored);
    this.refused = { version, nack: stored };
    return true;
  }

  #lands(answer: Target): boolean {
    if (this.#inFlight?.version !== answer.version || this.#inFlight.hash !== answer.hash) return false;
    this.#inFlight = undefined;
    return true;
  }

  /** How the node stands to a version. A newer acknowledged version counts; so does a refused one that supersedes it. */
  stateOf(version: number): 'applied' | 'pending' | 'rejected' {
    if (this.acknowledged >= version) return 'applied';
    return this.refused !== undefined && this.refused.version >= version ? 'rejected' : 'pending';
  }
}
