/** The algorithm of a backend by its name. */
import type { BalanceAlgorithm } from '../../shared/model/vocabulary.ts';
import type { Balancer, Candidate } from './balancer.ts';
import { First } from './first.ts';
import { LeastConnections } from './leastconn.ts';
import { RandomDraws } from './random.ts';
import { RoundRobin } from './roundrobin.ts';
import { StaticRoundRobin } from './static-roundrobin.ts';

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
    case 'roundrobin':
      return new RoundRobin();
    case 'static-rr':
      return new StaticRoundRobin();
    case 'leastconn':
      return new LeastConnections();
    case 'first':
      return new First();
    case 'random':
      return new RandomDraws(draws, random);
  }
}
