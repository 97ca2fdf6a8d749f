/** Runs the health checks of the node: one at a time per server, at HAProxy's intervals. */
import type { Clock } from '../../shared/clock.ts';
import type { HealthCheck } from '../../shared/model/health-check.ts';
import type { CheckTimeouts } from './check-connection.ts';
import {
  clampHealth,
  type Intervals,
  initialHealth,
  isUp,
  nextHealth,
  nextInterval,
  type Thresholds,
} from './check-health.ts';
import type { CheckProgram } from './check-program.ts';
import type { CheckResult } from './check-result.ts';
import { startHttpCheck } from './http-check.ts';
import { startTcpCheck } from './tcp-check.ts';

/** A server to be checked, and how. */
export interface CheckTarget extends Thresholds, Intervals {
  readonly uid: string;
  /** Their names. */
  readonly backend: string;
  readonly server: string;
  /** While this stays the same, a new version does not lose what earlier checks found. */
  readonly identity: string;
  readonly address: string;
  readonly port: number;
  readonly healthCheck: HealthCheck;
  readonly timeouts: CheckTimeouts;
}

interface Check {
  target: CheckTarget;
  health: number;
  /** Cancels the timer or the check under way. */
  cancel: () => void;
}

export class HealthScheduler {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #onResult: (uid: string, up: boolean, result: CheckResult, health: number) => void;
  readonly #programOf: ((target: CheckTarget) => CheckProgram | undefined) | undefined;
  readonly #checks = new Map<string, Check>();

  constructor(options: {
    clock: Clock;
    /** From 0 to below 1. */
    random: () => number;
    /** Told the result of every check, whether the server counts as up after it, and the count behind that. */
    onResult(uid: string, up: boolean, result: CheckResult, health: number): void;
    /** What of an HTTP check is worked out anew each time; undefined for nothing. */
    programOf?(target: CheckTarget): CheckProgram | undefined;
  }) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.#onResult = options.onResult;
    this.#programOf = options.programOf;
  }

  /** Checks exactly these servers from now on. The first checks of new ones are spread over their interval. */
  update(targets: readonly CheckTarget[]): void {
    const gone = new Set(this.#checks.keys());
    const fresh: Check[] = [];
    for (const target of targets) {
      gone.delete(target.uid);
      const check = this.#checks.get(target.uid);
      if (check?.target.identity === target.identity) {
        check.health = clampHealth(check.health, isUp(check.health, check.target), target);
        check.target = target;
      } else {
        check?.cancel();
        fresh.push({ target, health: initialHealth(target), cancel: () => {} });
      }
    }
    for (const uid of gone) this.#forget(uid);
    this.#start(fresh);
  }

  /** The count behind up and down; undefined for a server that is not checked now. */
  healthOf(uid: string): number | undefined {
    return this.#checks.get(uid)?.health;
  }

  /** Up or down for sure from now on, whatever checks found; the next ones count from there. */
  force(uid: string, up: boolean): void {
    const check = this.#checks.get(uid);
    if (check !== undefined) check.health = up ? check.target.rise + check.target.fall - 1 : 0;
  }

  stop(): void {
    for (const uid of [...this.#checks.keys()]) this.#forget(uid);
  }

  #forget(uid: string): void {
    this.#checks.get(uid)?.cancel();
    this.#checks.delete(uid);
  }

  /** A server alone is checked at once; many take turns, beginning anywhere so that nodes do not march in step. */
  #start(checks: readonly Check[]): void {
    const offset = Math.floor(this.#random() * checks.length);
    for (const [index, check] of checks.entries()) {
      this.#checks.set(check.target.uid, check);
      const turn = (index + offset) % checks.length;
      this.#schedule(check, (check.target.inter * turn) / checks.length);
    }
  }

  #schedule(check: Check, delay: number): void {
    check.cancel = this.#clock.after(delay, () => this.#run(check));
  }

  #run(check: Check): void {
    const { target } = check;
    const done = (result: CheckResult) => this.#finish(check, result);
    const { healthCheck, timeouts } = target;
    check.cancel =
      healthCheck.type === 'http'
        ? startHttpCheck(target, healthCheck, timeouts, this.#clock, done, this.#programOf?.(target)?.begin(target))
        : startTcpCheck(target, timeouts, this.#clock, done);
  }

  #finish(check: Check, result: CheckResult): void {
    check.health = nextHealth(check.health, result.passed, check.target);
    this.#schedule(check, nextInterval(check.health, check.target, check.target));
    this.#onResult(check.target.uid, isUp(check.health, check.target), result, check.health);
  }
}
