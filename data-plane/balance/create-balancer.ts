/** The algorithm of a backend by its name. */
import type { BalanceAlgorithm } from '../../shared/model/vocabulary.ts';
import type { Balancer, Candidate } from './balancer.ts';
import { First } from './first.ts';
import { LeastConnections } from './leastconn.ts';
import { RandomDraws } from './random.ts';
import { RoundRobin } from './roundrobin.ts';

/** An algorithm with its settings; `draws` is of "random" alone. */
export interface Algorithm {
  readonly algorithm: BalanceAlgorithm;
  readonly draws: number;
}

/** Algorithms with which weights are those of the configuration and cannot be changed but to 0. */
export function isStatic({ algorithm }: Algorithm): boolean {
  return algorithm === 'static-rr';
}

/** `random` answers numbers from 0 to below 1. */
export function createBalancer<Server extends Candidate>(
  { algorithm, draws }: Algorithm,
  random: () => number,
): Balancer<Server> {
  switch (algorithm) {
    // What tells static-rr from roundrobin is where its weights come from.
    case 'roundrobin':
    case 'static-rr':
      return new RoundRobin();
    case 'leastconn':
      return new LeastConnections();
    case 'first':
      return new First();
    case 'random':
      return new RandomDraws(draws, random);
  }
}
