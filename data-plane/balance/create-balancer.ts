/** The algorithm of a backend by its name. */
import type { Balancer, Candidate } from './balancer.ts';
import { LeastConnections } from './leastconn.ts';
import { RoundRobin } from './roundrobin.ts';

export type Algorithm = 'roundrobin' | 'leastconn';

export function createBalancer<Server extends Candidate>(algorithm: Algorithm): Balancer<Server> {
  switch (algorithm) {
    case 'roundrobin':
      return new RoundRobin();
    case 'leastconn':
      return new LeastConnections();
  }
}
